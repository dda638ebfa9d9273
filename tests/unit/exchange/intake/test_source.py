import csv
import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from exchange.errors import ExchangeError, RefusedError, RetryLaterError
from exchange.intake.refused_source import SourceRefusedError
from exchange.intake.source import Source, open_source
from exchange.intake.source_file import FileOnDisk
from schemas.annex_e import COLUMNS, RuleCode, SourceRow

_LOCAL = {
    "prenom": "PRENOM",
    "nom": "NOM_USAGE",
    "date_naissance": "DATE_NAISS",
    "adresse": "ADRESSE_COMPLETE",
    "code_postal": "CP",
    "courriel": "MAIL",
    "telephone": "TEL",
    "date_entree": "DT_ENTREE_SPIE",
}
_PERSON = (
    "Hélène",
    "Lefèvre",
    "12/03/1984",
    'Rés. "Les Lys" ; bât. B',
    "62000",
    "h.lefevre@exemple.fr",
    "06 12 34 56 78",
    "2022-05-01",
)


def _written(
    path: Path,
    rows: list[tuple[str, ...]],
    *,
    encoding: str = "utf-8",
    delimiter: str = ";",
    end: str = "\r\n",
) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter, lineterminator=end).writerows(rows)
    return path


def _source(folder: Path, content: bytes, local_key: str | None = None) -> Source:
    path = folder / "source.csv"
    path.write_bytes(content)
    return open_source(FileOnDisk(path), _LOCAL, local_key)


def _rows(folder: Path, text: str, local_key: str | None = None) -> list[SourceRow]:
    return list(_source(folder, text.encode(), local_key).rows())


def _codes(folder: Path, content: bytes) -> list[RuleCode]:
    with pytest.raises(SourceRefusedError) as refusal:
        list(_source(folder, content).rows())
    return [finding.code for finding in refusal.value.findings]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "iso8859-15"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_every_admitted_dialect_gives_the_same_rows(
    tmp_path: Path, encoding: str, delimiter: str, end: str
) -> None:
    rows = [tuple(_LOCAL.values()), _PERSON, _PERSON]
    path = _written(tmp_path / "source.csv", rows, encoding=encoding, delimiter=delimiter, end=end)

    source = open_source(FileOnDisk(path), _LOCAL, None)

    assert list(source.rows()) == [SourceRow(2, _PERSON), SourceRow(3, _PERSON)]


def test_cells_come_in_the_contract_order_with_the_local_key_apart(tmp_path: Path) -> None:
    rows = [(*reversed(_LOCAL.values()), "ID"), (*reversed(_PERSON), " 42-7 ")]
    path = _written(tmp_path / "source.csv", rows)

    (row,) = open_source(FileOnDisk(path), _LOCAL, "ID").rows()

    assert row == SourceRow(2, _PERSON, "42-7")


def test_the_description_says_what_was_detected(tmp_path: Path) -> None:
    rows = [tuple(_LOCAL.values()), _PERSON]
    path = _written(tmp_path / "source.csv", rows, encoding="cp1252", delimiter="\t")

    description = open_source(FileOnDisk(path), _LOCAL, None).description

    assert description.size_bytes == path.stat().st_size
    assert "lu comme Windows-1252, séparateur tabulation, 181 octets" in description.sentence
    assert "NOM_USAGE → nom" in description.sentence


def test_the_description_says_when_letter_case_was_passed_over(tmp_path: Path) -> None:
    path = _written(tmp_path / "s.csv", [tuple(n.lower() for n in _LOCAL.values()), _PERSON])

    description = open_source(FileOnDisk(path), _LOCAL, None).description

    assert "majuscules et minuscules à part" in description.sentence


def test_a_mark_at_the_beginning_is_said_and_is_no_part_of_a_name(tmp_path: Path) -> None:
    rows = [COLUMNS, _PERSON]
    path = _written(tmp_path / "source.csv", rows, encoding="utf-8-sig")

    source = open_source(FileOnDisk(path), _LOCAL, None)

    assert "UTF-8 avec marque d'ordre (BOM)" in source.description.sentence
    assert next(source.rows()).cells == _PERSON


def test_a_row_with_another_number_of_fields_has_no_cells(tmp_path: Path) -> None:
    header = ";".join(COLUMNS)

    rows = _rows(tmp_path, f"{header}\na;b\n1;2;3;4;5;6;7;8\n1;2;3;4;5;6;7;8;9\n")

    assert [row.cells for row in rows] == [None, tuple("12345678"), None]


def test_a_trailing_delimiter_is_passed_over_while_its_cell_is_empty(tmp_path: Path) -> None:
    header = ";".join(COLUMNS)

    rows = _rows(tmp_path, f"{header};\n1;2;3;4;5;6;7;8;\n1;2;3;4;5;6;7;8;NIR\n1;2;3;4;5;6;7;8\n")

    assert [row.cells for row in rows] == [tuple("12345678"), None, None]


def test_lines_are_those_of_an_editor(tmp_path: Path) -> None:
    header = ";".join(COLUMNS)

    rows = _rows(tmp_path, f'\n{header}\n\n1;2;3;"4\n4";5;6;7;8\n\n1;2;3;4;5;6;7;8\n')

    assert [row.line for row in rows] == [4, 7]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xef\xbb\xbf",
        b"\r\n  \r\n",
        ";".join(COLUMNS).encode(),
        ";".join(COLUMNS).encode() + b"\r\n\r\n",
    ],
)
def test_fichier_vide(tmp_path: Path, content: bytes) -> None:
    assert _codes(tmp_path, content) == [RuleCode.FICHIER_VIDE]


def test_fichier_vide_when_the_delimiter_is_given(tmp_path: Path) -> None:
    path = tmp_path / "source.csv"
    path.write_bytes(b"\n\n")

    with pytest.raises(SourceRefusedError, match="vide"):
        open_source(FileOnDisk(path), _LOCAL, None, delimiter=";")


def test_fichier_encodage_from_a_forced_encoding(tmp_path: Path) -> None:
    path = _written(tmp_path / "source.csv", [COLUMNS, _PERSON])

    with pytest.raises(SourceRefusedError, match="pas dans l'encodage donné"):
        open_source(FileOnDisk(path), _LOCAL, None, encoding="cp1252")


def test_fichier_format_in_the_middle_of_the_file(tmp_path: Path) -> None:
    header = ";".join(COLUMNS)
    source = _source(tmp_path, f'{header}\n1;2;3;4;5;6;7;8\n"1;2;3;4;5;6;7;8\n'.encode())

    with pytest.raises(SourceRefusedError, match="la ligne 3 n'est pas lisible") as refusal:
        list(source.rows())

    assert refusal.value.findings[0].code is RuleCode.FICHIER_FORMAT


def test_a_forced_delimiter_overrides_the_count(tmp_path: Path) -> None:
    path = _written(tmp_path / "source.csv", [COLUMNS, _PERSON], delimiter=",")

    assert open_source(FileOnDisk(path), _LOCAL, None, delimiter=",").description.delimiter == ","
    with pytest.raises(SourceRefusedError, match="inconnues : colonne 1"):
        open_source(FileOnDisk(path), _LOCAL, None, delimiter="tab")


@pytest.mark.parametrize("name", ["absent.csv", "."])
def test_a_path_that_is_no_file_is_refused_in_french(tmp_path: Path, name: str) -> None:
    with pytest.raises(RefusedError, match="introuvable"):
        open_source(FileOnDisk(tmp_path / name), _LOCAL, None)


def test_a_pipe_is_refused_rather_than_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(RefusedError, match="n'est pas un fichier"):
        open_source(FileOnDisk(tmp_path / "pipe"), _LOCAL, None)


def test_a_file_that_changed_since_its_examination_is_not_read(tmp_path: Path) -> None:
    path = _written(tmp_path / "source.csv", [COLUMNS, _PERSON])
    source = open_source(FileOnDisk(path), _LOCAL, None)
    _written(path, [COLUMNS, _PERSON, _PERSON])

    with pytest.raises(RetryLaterError, match="a changé"):
        next(source.rows())


@pytest.mark.parametrize("rows_kept", [2500, 7500])
def test_a_file_that_shrinks_or_grows_while_it_is_read_is_not_taken_for_whole(
    tmp_path: Path, rows_kept: int
) -> None:
    path = _written(tmp_path / "source.csv", [COLUMNS, *[_PERSON] * 5000])
    rows = open_source(FileOnDisk(path), _LOCAL, None).rows()
    next(rows)
    _written(path, [COLUMNS, *[_PERSON] * rows_kept])

    with pytest.raises(RetryLaterError, match="a changé"):
        list(rows)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(b'"')
@example(b"a;\xff\xfe\n")
@example(";".join(COLUMNS).encode() + b"\n\xe9\n")
@given(st.binary() | st.text().map(lambda text: f"{';'.join(COLUMNS)}\n{text}".encode()))
def test_any_octets_are_rows_or_one_of_our_refusals(tmp_path: Path, content: bytes) -> None:
    try:
        rows = list(_source(tmp_path, content).rows())
    except ExchangeError:
        return
    assert all(row.line > 1 for row in rows)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = _written(tmp_path / "source.csv", [COLUMNS, *([_PERSON] * 100_000)])
    tracemalloc.start()

    count = sum(1 for _ in open_source(FileOnDisk(path), _LOCAL, None).rows())
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 100_000
    assert peak_bytes < 8 << 20


def test_a_file_without_line_end_is_refused_before_memory_grows(tmp_path: Path) -> None:
    path = tmp_path / "source.csv"
    path.write_bytes(";".join(COLUMNS).encode() + b"\n" + b"a;" * (16 << 20))
    tracemalloc.start()

    with pytest.raises(SourceRefusedError, match="dépasse un mégaoctet"):
        open_source(FileOnDisk(path), _LOCAL, None)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak_bytes < 16 << 20
