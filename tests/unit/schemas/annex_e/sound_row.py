"""A row without fault, to be changed cell by cell, and how it is judged."""

from datetime import date
from typing import Final

from schemas.annex_e import COLUMNS, JudgingContext, Record, SourceRow, Verdict, judge

CONTEXT: Final = JudgingContext(
    today=date(2023, 1, 31),
    actions_start=date(2021, 1, 1),
    actions_end=date(2023, 6, 30),
    territory_postcode_prefixes=("62",),
)
SOUND: Final = {
    "prenom": "Zoé",
    "nom": "Lefèvre",
    "date_naissance": "1985-03-12",
    "adresse": "12 BIS RUE DU 8 MAI 1945",
    "code_postal": "62000",
    "courriel": "zoe.lefevre@exemple.fr",
    "telephone": "0612345678",
    "date_entree": "2022-05-04",
}
LINE: Final = 7


def verdict_of(context: JudgingContext = CONTEXT, /, **changes: str) -> Verdict:
    """Judge the sound row with some cells changed."""
    cells = tuple((SOUND | changes)[column] for column in COLUMNS)
    return judge([SourceRow(LINE, cells)], context)[0]


def found(context: JudgingContext = CONTEXT, /, **changes: str) -> list[tuple[str, str]]:
    """Give column and code of each finding of the sound row with some cells changed."""
    return [
        (finding.column, str(finding.code)) for finding in verdict_of(context, **changes).findings
    ]


def record_of(**changes: str) -> Record:
    """Give the record of the sound row with some cells changed; it must be accepted."""
    record = verdict_of(**changes).record
    assert record is not None
    return record
