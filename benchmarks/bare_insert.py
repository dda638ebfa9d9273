"""The floor under an import: the same rows, read and put in clear into eight text columns."""

import csv
import time
from itertools import islice
from pathlib import Path
from typing import Final

from exchange.storage.sqlite_engine import sqlite_engine
from schemas.annex_e import COLUMNS

_BATCH_ROWS: Final = 10_000
_PLACES: Final = ", ".join("?" * len(COLUMNS))


def measure(source: Path, database: Path) -> float:
    """Give the seconds that ``csv`` and one SQLite transaction take, under our own pragmas."""
    database.unlink(missing_ok=True)
    with sqlite_engine(database).connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute(f"CREATE TABLE bare ({', '.join(f'{name} TEXT' for name in COLUMNS)})")
        start = time.perf_counter()
        with source.open(encoding="cp1252", newline="") as file:
            rows = csv.reader(file, delimiter=";")
            next(rows)
            cursor.execute("BEGIN IMMEDIATE")
            while batch := list(islice(rows, _BATCH_ROWS)):
                cursor.executemany(f"INSERT INTO bare VALUES ({_PLACES})", batch)  # noqa: S608 - constants
            cursor.execute("COMMIT")
        return time.perf_counter() - start
