"""People in JSON: what is read of it, and what is refused with the place where it stands."""

import json
import tracemalloc
from pathlib import Path

import pytest

from exchange.intake.refused_source import SourceRefusedError
from exchange.intake.source import Source, open_source
from exchange.intake.source_file import FileOnDisk
from exchange.intake.source_kind import SourceKind
from schemas.annex_e import COLUMNS, SourceRow

_LOCAL = {"nom": "NOM_USAGE", "prenom": "PRENOM"}
_PERSON = dict.fromkeys(COLUMNS, "") | {"nom": "Lefèvre", "prenom": "Zoé"}
_CELLS = tuple(_PERSON[column] for column in COLUMNS)
_WRITTEN = json.dumps(_PERSON, ensure_ascii=False)
_MANY = 6_000


def _source(
    folder: Path,
    text: str | bytes,
    *,
    local_key: str | None = None,
    kind: SourceKind | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Source:
    path = folder / "source.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    forced = {"encoding": encoding, "delimiter": delimiter}
    return open_source(FileOnDisk(path), _LOCAL, local_key, kind=kind, **forced)


def _rows(folder: Path, text: str | bytes, local_key: str | None = None) -> list[SourceRow]:
    return list(_source(folder, text, local_key=local_key).rows())


def _with(**members: object) -> str:
    return json.dumps(_PERSON | members)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_an_object_a_line_is_a_row_at_its_line(tmp_path: Path, mark: str) -> None:
    rows = _rows(tmp_path, f"{mark}{_WRITTEN}\r\n\n  {_WRITTEN}")

    assert rows == [SourceRow(1, _CELLS), SourceRow(3, _CELLS)]


def test_an_object_of_an_array_is_a_row_of_its_rank(tmp_path: Path) -> None:
    rows = _rows(tmp_path, f" [{_WRITTEN}\n,\n\n{_WRITTEN}]\n")

    assert rows == [SourceRow(1, _CELLS), SourceRow(2, _CELLS)]


def test_members_stand_in_any_order_and_null_is_empty(tmp_path: Path) -> None:
    turned = json.dumps(dict(reversed((_PERSON | {"courriel": None}).items())))

    assert _rows(tmp_path, f"{_WRITTEN}\n{turned}") == [
        SourceRow(1, _CELLS),
        SourceRow(2, _CELLS),
    ]


def test_the_names_of_the_local_system_and_its_key_are_read(tmp_path: Path) -> None:
    local = {_LOCAL.get(name, name): value for name, value in _PERSON.items()} | {"dossier": "D1"}

    (row,) = _rows(tmp_path, json.dumps(local), local_key="dossier")

    assert row == SourceRow(1, _CELLS, "D1")


def test_what_it_was_read_as_is_said(tmp_path: Path) -> None:
    source = _source(tmp_path, f"[{_WRITTEN}]")

    assert source.description.kind is SourceKind.JSON_ARRAY
    assert "lu comme UTF-8, JSON, " in source.description.sentence


@pytest.mark.parametrize(
    ("text", "code", "line", "said"),
    [
        ("[]", "FICHIER_VIDE", 0, "aucun objet"),
        (f"[{_WRITTEN}", "FICHIER_FORMAT", 1, "il manque"),
        (f"[{_WRITTEN},]", "FICHIER_FORMAT", 2, "pas un objet"),
        (f"[{_WRITTEN}]]", "FICHIER_FORMAT", 1, "suivi d'autre chose"),
        (f"[{_WRITTEN}, [1]]", "FICHIER_FORMAT", 2, "pas un objet"),
        (f"[{'[' * 99_999}", "FICHIER_FORMAT", 1, "pas un objet"),
        (f'{_WRITTEN}\n{{"a":{"[" * 99_999}', "FICHIER_FORMAT", 2, "pas du JSON"),
        (f"{_WRITTEN}\n{_WRITTEN}{_WRITTEN}", "FICHIER_FORMAT", 2, "suivi d'autre chose"),
        (f"{_WRITTEN}\n[]", "FICHIER_FORMAT", 2, "pas un objet"),
        (f"{_WRITTEN}\nNaN", "FICHIER_FORMAT", 2, "pas un objet"),
        (f"{_WRITTEN}\n{{", "FICHIER_FORMAT", 2, "pas du JSON"),
        (_with(nom=float("nan")), "FICHIER_FORMAT", 1, "pas une chaîne"),
        (_with(nom=float("inf")), "FICHIER_FORMAT", 1, "pas une chaîne"),
        (_with(code_postal=62000), "FICHIER_FORMAT", 1, "pas une chaîne"),
        (_with(nom=True), "FICHIER_FORMAT", 1, "pas une chaîne"),
        (_with(nom=["x"]), "FICHIER_FORMAT", 1, "pas une chaîne"),
        (_with(nom=0).replace(" 0", " " + "9" * 500_000), "FICHIER_FORMAT", 1, "pas une chaîne"),
        (_with(nom="\ud800"), "FICHIER_ENCODAGE", 1, "moitié d'un caractère"),
        (_with(nom="LefÃ¨vre"), "FICHIER_MOJIBAKE", 1, "encodées deux fois"),
        (_WRITTEN.replace("Zoé", "Zo\0é"), "FICHIER_FORMAT", 1, "pas du JSON"),
        (_with(nom="a" * (1 << 20)), "FICHIER_FORMAT", 1, "dépasse un mégaoctet"),
        (f"[{_with(nom='a' * (1 << 20))}]", "FICHIER_FORMAT", 1, "dépasse un mégaoctet"),
        (f"[{_WRITTEN},{{'nom':''}}{' ' * (2 << 20)}]", "FICHIER_FORMAT", 2, "pas du JSON"),
        (f'[{{"nom":{" " * (2 << 20)}""}}]', "FICHIER_FORMAT", 1, "dépasse un mégaoctet"),
        (f"{_WRITTEN}\n{_with(nir='')}", "FICHIER_COLONNE_INCONNUE", 2, "colonne 9"),
        ('{"nom":"Zoé"}', "FICHIER_COLONNE_MANQUANTE", 1, "manquantes"),
        (_WRITTEN.replace("{", '{"nom":"x",'), "FICHIER_COLONNE_DOUBLE", 1, "deux fois"),
        (_WRITTEN.encode("cp1252"), "FICHIER_ENCODAGE", 0, "JSON en Windows-1252"),
        (_WRITTEN.encode("utf-16"), "FICHIER_ENCODAGE", 0, "UTF-16"),
    ],
    ids=range(29),
)
def test_what_is_no_list_of_people_is_refused_at_its_place(
    tmp_path: Path, text: str | bytes, code: str, line: int, said: str
) -> None:
    with pytest.raises(SourceRefusedError, match=said) as refusal:
        _rows(tmp_path, text)

    assert (refusal.value.findings[0].code, refusal.value.findings[0].line) == (code, line)
    assert "Zoé" not in refusal.value.message + refusal.value.hint


def test_a_kind_that_is_imposed_is_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(SourceRefusedError, match="pas un tableau"):
        _source(tmp_path, _WRITTEN, kind=SourceKind.JSON_ARRAY)


def test_the_options_of_csv_are_refused(tmp_path: Path) -> None:
    plain = _with(nom="Lefevre", prenom="Zoe")

    with pytest.raises(SourceRefusedError) as encoding:
        _source(tmp_path, plain, encoding="windows-1252")
    with pytest.raises(SourceRefusedError) as delimiter:
        _source(tmp_path, plain, delimiter=";")

    assert "--encoding" in encoding.value.hint
    assert "--delimiter" in delimiter.value.hint


@pytest.mark.parametrize(("before", "between", "after"), [("", "\n", ""), ("[", ",", "]")])
def test_memory_does_not_grow_with_the_file(
    tmp_path: Path, before: str, between: str, after: str
) -> None:
    objects = between.join([f"{_WRITTEN}{' ' * 4000}"] * _MANY)
    source = _source(tmp_path, f"{before}{objects}{after}")

    tracemalloc.start()
    count = sum(1 for _ in source.rows())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count == _MANY
    assert peak < source.description.size_bytes / 2
