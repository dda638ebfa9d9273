"""What the local information system exports: clean, with every fault, or with a column more."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from schemas.annex_e import COLUMNS, JudgingContext, SourceRow, judge
from tests.fakes.people import LOCAL_COLUMNS, Person, people, write_local_export
from tests.fakes.planted_faults import PlantedRow, plant_faults

PEOPLE_SEED: Final = 62
FAULTS_SEED: Final = 1789
_HEADER_LINES: Final = 1
_CONTEXT: Final = JudgingContext(
    today=date(2023, 1, 31), actions_start=date(2021, 1, 1), actions_end=date(2023, 6, 30)
)


@dataclass(frozen=True, slots=True)
class FaultyExport:
    """What a faulty export holds: the sound people first, from line 2, then the faults."""

    sound: tuple[Person, ...]
    planted: tuple[PlantedRow, ...]

    def planted_line(self, index: int) -> int:
        """Give the line of a planted row."""
        return _HEADER_LINES + len(self.sound) + index + 1


def write_clean_export(path: Path, count: int) -> tuple[Person, ...]:
    """Write people without a fault, in Windows-1252."""
    rows = tuple(people(count, PEOPLE_SEED))
    write_local_export(path, rows)
    return rows


def contract_rows(count: int) -> Counter[tuple[str, ...]]:
    """Give the lines that ``count`` people of a clean export make for a recipient."""
    rows = [
        SourceRow(line, tuple(person[column] for column in COLUMNS))
        for line, person in enumerate(people(count, PEOPLE_SEED), _HEADER_LINES + 1)
    ]
    records = [verdict.record for verdict in judge(rows, _CONTEXT)]
    return Counter(record.cells() for record in records if record is not None)


def faulty_export(count: int) -> FaultyExport:
    """Give ``count`` rows: sound people, and every row fault of the contract at the end."""
    planted = tuple(plant_faults(FAULTS_SEED))
    return FaultyExport(tuple(people(count - len(planted), PEOPLE_SEED)), planted)


def write_faulty_export(path: Path, count: int) -> FaultyExport:
    """Write what ``faulty_export`` gives, in Windows-1252."""
    export = faulty_export(count)
    write_local_export(path, [*export.sound, *(row.cells for row in export.planted)])
    return export


def write_forbidden_column(path: Path) -> None:
    """Write a small export with a column that Annexe E does not have."""
    rows = [person | {"nir": "291036204103739"} for person in people(3, PEOPLE_SEED)]
    write_local_export(path, rows, columns={**LOCAL_COLUMNS, "nir": "NIR"})
