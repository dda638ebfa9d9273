"""What a home keeps beside its evidence."""

from pathlib import Path
from typing import Final

from sqlalchemy import inspect

from tests.fakes.home_database import opened
from tests.fakes.situation import Situation

_OF_EVIDENCE: Final = ("evidence_", "claim", "home_state")


def kept(situation: Situation) -> tuple[dict[str, int], set[Path]]:
    """Count the rows of every table but those of evidence, and name every file."""
    departement = situation.departement
    with opened(departement.home) as database:
        counts = {
            name: int(database.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one())  # noqa: S608 - names from the database itself
            for name in inspect(database).get_table_names()
            if not name.startswith(_OF_EVIDENCE)
        }
    return counts, set(departement.folder.rglob("*"))
