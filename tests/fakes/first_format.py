"""A database as the first version of the schema had it, made of one of today."""

import sqlite3
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config

from exchange.storage.sqlite_engine import sqlite_engine

_FIRST: Final = "0001"


def bring_back(database: Path) -> None:
    """Replace a database by one of the first version that holds the same, as far as it can."""
    older = database.with_suffix(".first")
    _create(older)
    connection = sqlite3.connect(older)
    connection.execute("ATTACH ? AS today", (str(database),))
    tables = connection.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'")
    for (table,) in tables.fetchall():
        if table != "alembic_version":
            # What is generated is not listed here.
            listed = connection.execute(f"PRAGMA main.table_info({table})").fetchall()
            names = ", ".join(column[1] for column in listed)
            copied = f"INSERT INTO main.{table} ({names}) SELECT {names} FROM today.{table}"  # noqa: S608 - names of ours
            connection.execute(copied)
    connection.commit()
    connection.close()
    for journal in database.parent.glob(f"{database.name}-*"):
        journal.unlink()
    older.replace(database)


def _create(database: Path) -> None:
    configuration = Config()
    configuration.set_main_option("script_location", "exchange.storage:migrations")
    configuration.set_main_option("path_separator", "os")
    engine = sqlite_engine(database)
    with engine.connect() as connection, connection.begin():
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, _FIRST)
    engine.dispose()
    with sqlite3.connect(database) as plain:
        plain.execute("PRAGMA journal_mode = DELETE")
    plain.close()
