import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.intake.records import read_records
from exchange.intake.refused_source import SourceRefusedError
from schemas.annex_e import RuleCode


def _records(text: str, delimiter: str = ";") -> list[tuple[int, list[str]]]:
    return list(read_records(io.StringIO(text, newline=""), delimiter))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_way_to_end_a_line_is_read(end: str) -> None:
    assert _records(f"a;b{end}c;d{end}") == [(1, ["a", "b"]), (2, ["c", "d"])]


def test_a_last_line_without_end_is_read() -> None:
    assert _records("a;b\nc;d") == [(1, ["a", "b"]), (2, ["c", "d"])]


def test_quoted_delimiters_quotes_and_line_ends_stay_in_their_cell() -> None:
    assert _records('"a;""b""\r\nc";d\n') == [(1, ['a;"b"\r\nc', "d"])]


def test_a_record_is_named_by_the_line_where_it_begins() -> None:
    lines = [line for line, _ in _records('a;b\n"c\nc\nc";d\ne;f\n')]

    assert lines == [1, 2, 5]


@pytest.mark.parametrize("blank", ["", "   ", "\u00a0", '""'])
def test_blank_lines_are_passed_over_and_counted_as_lines(blank: str) -> None:
    assert _records(f"a;b\n{blank}\nc;d\n{blank}\n") == [(1, ["a", "b"]), (3, ["c", "d"])]


def test_a_line_of_delimiters_only_is_a_record() -> None:
    assert _records(";;\n") == [(1, ["", "", ""])]


def test_a_nul_is_left_to_its_row() -> None:
    assert _records("a\x00;b\n") == [(1, ["a\x00", "b"])]


@pytest.mark.parametrize(
    "fault",
    [
        '"never closed;x\ny;z\n',
        '"closed"too;early\n',
        'a;"' + "x" * 200_000 + '"\n',
    ],
)
def test_fichier_format_names_the_line_that_cannot_be_read(fault: str) -> None:
    with pytest.raises(SourceRefusedError, match="la ligne 3 n'est pas lisible") as refusal:
        _records("a;b\nc;d\n" + fault)

    (finding,) = refusal.value.findings
    assert (finding.line, finding.code) == (3, RuleCode.FICHIER_FORMAT)


@pytest.mark.parametrize("endless", ["a;" * (1 << 20), '"a\n";' * (1 << 18)])
def test_fichier_format_for_a_record_of_more_than_a_mebibyte(endless: str) -> None:
    with pytest.raises(SourceRefusedError, match="la ligne 2 n'est pas lisible"):
        _records("a;b\n" + endless)


@given(st.text())
def test_any_text_is_records_or_refused(text: str) -> None:
    try:
        lines = [line for line, _ in _records(text)]
    except SourceRefusedError:
        return
    assert lines == sorted(set(lines))
