"""Source files: the columns of a local system, rows of people and of nonsense, every encoding."""

import csv
import io
import tempfile
from datetime import date
from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from exchange.errors import ExchangeError
from exchange.intake.refused_source import SourceRefusedError, refused
from exchange.intake.source import Source, open_source
from exchange.intake.source_file import FileOnDisk
from schemas.annex_e import COLUMNS, JudgingContext, RuleCode, SourceRow, judge
from tests.fakes.people import LOCAL_COLUMNS
from tests.hostile.alterations import altered
from tests.hostile.soundness import CANARY, Reader

_CONTEXT: Final = JudgingContext(
    today=date(2023, 1, 31),
    actions_start=date(2021, 1, 1),
    actions_end=date(2023, 6, 30),
    territory_postcode_prefixes=("62",),
)
_CELLS: Final = st.sampled_from(
    (
        *("", CANARY, f"={CANARY}", f"@{CANARY}\t", f"{CANARY}\x1b[31m", f"{CANARY}\n{CANARY}"),
        *("Zoé", "D'Essai", "12/03/1971", "2022-05-04", "62000", "06 12 34 56 78"),
        *('Rés. "Les Lys" ; bât. B', "1 71 03 62 000 001", "zoe@exemple.fr", "\0", "Ã©", "1" * 99),
    )
)
_ENCODINGS: Final = ("utf-8", "utf-8", "utf-8-sig", "windows-1252", "iso-8859-15", "utf-16")
_HEADERS: Final = (tuple(LOCAL_COLUMNS.values()), COLUMNS)


@st.composite
def _files(draw: DrawFn) -> bytes:
    header = list(draw(st.permutations(draw(st.sampled_from(_HEADERS)))))
    if draw(st.integers(0, 3)) == 0:
        header[draw(st.integers(0, 7))] = draw(st.sampled_from((CANARY, "", *header)))
    width = draw(st.sampled_from((8, 8, 8, 7, 9)))
    row = st.lists(_CELLS, min_size=width, max_size=width)
    text = io.StringIO(newline="")
    writer = csv.writer(
        text,
        delimiter=draw(st.sampled_from(";;,\t")),
        lineterminator=draw(st.sampled_from(("\r\n", "\n", "\r"))),
        quoting=draw(st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))),
    )
    writer.writerows([header, *draw(st.lists(row, max_size=4))])
    return text.getvalue().encode(draw(st.sampled_from(_ENCODINGS)), "replace")


def _read(document: bytes) -> tuple[Source, list[SourceRow]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "source.csv"
        path.write_bytes(document)
        source = open_source(FileOnDisk(path), LOCAL_COLUMNS, None)
        rows = list(source.rows())
    assert CANARY not in repr([verdict.findings for verdict in judge(rows, _CONTEXT)])
    return source, rows


def _agrees(value: tuple[Source, list[SourceRow]], document: bytes) -> bool:
    """Hold the rows against those of ``csv`` alone, over the whole text at once."""
    source, rows = value
    encoding = source.description.encoding
    text = document.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=source.description.delimiter)
    cells = [line for line in lines if len(line) > 1 or (line and line[0].strip())]
    expected = [_as_sent(source, line) for line in cells[1:]]
    return [row.cells for row in rows] == expected


def _as_sent(source: Source, line: list[str]) -> tuple[str, ...] | None:
    layout = source.layout
    if len(line) != layout.width or any(line[layout.named :]):
        return None
    return tuple(line[position] for position in layout.positions)


CSV: Final = Reader("source file", altered(_files()), _read, ExchangeError, _agrees)


def _trusting_the_quotes(document: bytes) -> Any:
    """Plant: what ``csv`` says of a quote reaches the operator in English."""
    list(csv.reader(io.StringIO(document.decode("utf-8", "replace"), newline=""), strict=True))
    return _read(document)


def _naming_the_column(document: bytes) -> Any:
    """Plant: an unknown column is named by its text, which may be a person's."""
    try:
        return _read(document)
    except SourceRefusedError as error:
        if error.findings[0].code is RuleCode.FICHIER_COLONNE_INCONNUE:
            first = document.decode("utf-8", "replace").splitlines()[0]
            raise refused(error.findings[0].code, f"colonne inconnue : {first}") from None
        raise


def _passing_over_odd_rows(document: bytes) -> Any:
    """Plant: a row with a field too few is left out without a word."""
    source, rows = _read(document)
    return source, [row for row in rows if row.cells is not None]


PLANTED: Final = [
    Reader(plant.__doc__ or "", CSV.documents, plant, CSV.refusals, CSV.agrees)
    for plant in (_trusting_the_quotes, _naming_the_column, _passing_over_odd_rows)
]
