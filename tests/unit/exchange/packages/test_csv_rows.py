"""The outgoing CSV, to the byte, and its rows counted."""

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.packages.csv_rows import count_rows, csv_chunks
from exchange.packages.errors import UnacceptablePackageError

_COLUMNS = ("prenom", "nom")
# No control character gets in: CARACTERE_INTERDIT.
_CELL = st.text(st.characters(exclude_categories=("Cc", "Cs")))


def _written(rows: Sequence[Sequence[str]]) -> bytes:
    return b"".join(chunk for chunk, _ in csv_chunks(_COLUMNS, rows))


def test_the_file_has_a_byte_order_mark_semicolons_quotes_and_crlf() -> None:
    assert _written([("Zoé", 'dite "Zo"; la')]) == (
        b'\xef\xbb\xbf"prenom";"nom"\r\n"Zo\xc3\xa9";"dite ""Zo""; la"\r\n'
    )


@given(st.lists(st.tuples(_CELL, _CELL)))
def test_a_csv_reader_finds_the_cells_again(rows: list[tuple[str, str]]) -> None:
    text = io.StringIO(_written(rows).decode("utf-8-sig"), newline="")

    found = list(csv.reader(text, delimiter=";", strict=True))

    assert found == [list(_COLUMNS), *map(list, rows)]


@given(st.lists(st.tuples(_CELL, _CELL), max_size=20), st.integers(1, 40))
def test_rows_are_counted_however_the_file_is_cut_into_chunks(
    rows: list[tuple[str, str]], size: int
) -> None:
    data = _written(rows)
    chunks = (data[start : start + size] for start in range(0, len(data), size))

    assert count_rows(_COLUMNS, chunks) == len(rows)


def test_progress_is_told_in_rows() -> None:
    rows = [("a", "b")] * 2500

    assert [written for _, written in csv_chunks(_COLUMNS, rows)] == [0, 1000, 2000, 2500]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(_written([])[3:], id="no byte order mark"),
        pytest.param(_written([("a", "b")])[:-1], id="cut last line"),
        pytest.param(_written([]).replace(b"nom", b"mon"), id="other columns"),
        pytest.param(_written([]).replace(b'";"', b'";"nir";"'), id="one column more"),
    ],
)
def test_another_header_or_a_cut_line_is_refused(data: bytes) -> None:
    with pytest.raises(UnacceptablePackageError, match="colonnes"):
        count_rows(_COLUMNS, [data])
