"""What a home keeps beside its evidence."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from tests.fakes.situation import Situation

_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table'"
_OF_EVIDENCE: Final = ("evidence_", "claim", "home_state", "sqlite_")


def kept(situation: Situation) -> tuple[dict[str, int], set[Path]]:
    """Count the rows of every table but those of evidence, and name every file."""
    departement = situation.departement
    with closing(sqlite3.connect(departement.database)) as database:
        names = [name for (name,) in database.execute(_TABLES)]
        counts = {
            name: int(database.execute(f"SELECT count(*) FROM {name}").fetchone()[0])  # noqa: S608 - names from the database itself
            for name in names
            if not name.startswith(_OF_EVIDENCE)
        }
    return counts, set(departement.folder.rglob("*"))
