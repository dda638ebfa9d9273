import pytest

from exchange.intake.header import read_header
from exchange.intake.refused_source import SourceRefusedError
from schemas.annex_e import COLUMNS, RuleCode

_LOCAL = {
    "prenom": "PRENOM",
    "nom": "NOM_USAGE",
    "date_naissance": "DATE_NAISS",
    "adresse": "ADRESSE_COMPLÈTE",
    "code_postal": "CP",
    "courriel": "MAIL",
    "telephone": "TEL",
    "date_entree": "DT_ENTREE_SPIE",
}
_HEADER = list(_LOCAL.values())


def _refusal(cells: list[str], local_key: str | None = None) -> SourceRefusedError:
    with pytest.raises(SourceRefusedError) as refusal:
        read_header(cells, _LOCAL, local_key, 1)
    return refusal.value


def test_local_names_in_any_order_give_the_contract_order() -> None:
    layout = read_header(_HEADER[::-1], _LOCAL, None, 1)

    assert layout.positions == (7, 6, 5, 4, 3, 2, 1, 0)
    assert layout.names == _LOCAL
    assert layout.is_exact


def test_contract_names_are_taken_as_well() -> None:
    layout = read_header(list(COLUMNS), _LOCAL, None, 1)

    assert layout.positions == tuple(range(8))
    assert layout.names == {column: column for column in COLUMNS}


def test_local_and_contract_names_are_not_mixed() -> None:
    refusal = _refusal(["prenom", "nom", *_HEADER[2:]])

    # « prenom » is PRENOM in another case; « nom » is no local name.
    assert [(f.column, f.code) for f in refusal.findings] == [
        ("colonne 2", RuleCode.FICHIER_COLONNE_INCONNUE),
        ("nom", RuleCode.FICHIER_COLONNE_MANQUANTE),
    ]


@pytest.mark.parametrize("written", [" CP ", "\ufeffCP", "cp", "CP\u00a0"])
def test_names_are_compared_trimmed_and_letter_case_aside(written: str) -> None:
    cells = [written if name == "CP" else name for name in _HEADER]

    layout = read_header(cells, _LOCAL, None, 1)

    assert layout.positions == tuple(range(8))
    assert layout.is_exact is (written != "cp")


def test_names_are_compared_whatever_the_form_of_their_accents() -> None:
    cells = [name.replace("È", "E\u0300") for name in _HEADER]

    assert read_header(cells, _LOCAL, None, 1).is_exact


def test_names_that_differ_by_case_only_keep_apart() -> None:
    columns = _LOCAL | {"nom": "Nom", "prenom": "NOM"}

    layout = read_header([columns[column] for column in COLUMNS], columns, None, 1)

    assert layout.positions == tuple(range(8))


def test_the_local_key_is_found_and_required() -> None:
    layout = read_header(["ID_LOCAL", *_HEADER], _LOCAL, "ID_LOCAL", 1)
    refusal = _refusal(_HEADER, "ID_LOCAL")

    assert layout.local_key_position == 0
    assert [(f.column, f.code) for f in refusal.findings] == [
        ("ID_LOCAL", RuleCode.FICHIER_COLONNE_MANQUANTE)
    ]


def test_nameless_columns_at_the_end_are_passed_over() -> None:
    layout = read_header([*_HEADER, "", " "], _LOCAL, None, 1)

    assert (layout.width, layout.named) == (10, 8)


@pytest.mark.parametrize("name", ["NIR", "SEXE", "NUM_ALLOCATAIRE", "COMMENTAIRE", "ID_LOCAL"])
def test_fichier_colonne_inconnue_names_the_position_and_never_the_text(name: str) -> None:
    refusal = _refusal([*_HEADER, name])

    assert [(f.line, f.column, f.code) for f in refusal.findings] == [
        (1, "colonne 9", RuleCode.FICHIER_COLONNE_INCONNUE)
    ]
    assert name not in refusal.message + refusal.hint


def test_fichier_colonne_inconnue_for_a_nameless_column_in_the_middle() -> None:
    refusal = _refusal(["", *_HEADER])

    assert [f.column for f in refusal.findings] == ["colonne 1"]


def test_fichier_colonne_manquante_names_both_names() -> None:
    refusal = _refusal([name for name in _HEADER if name != "MAIL"])

    assert [(f.column, f.code) for f in refusal.findings] == [
        ("courriel", RuleCode.FICHIER_COLONNE_MANQUANTE)
    ]
    assert "manquantes : MAIL (courriel)" in refusal.message


def test_fichier_colonne_double_is_reported_once() -> None:
    refusal = _refusal([*_HEADER, "CP", "cp"])

    assert [(f.column, f.code) for f in refusal.findings] == [
        ("code_postal", RuleCode.FICHIER_COLONNE_DOUBLE)
    ]


def test_a_file_without_header_is_refused_without_showing_the_person() -> None:
    person = ["Zoé", "Canari", "1980-01-02", "3 rue Haute", "62000", "z@canari.fr", "", ""]

    refusal = _refusal([*person, "2022-01-01"])

    assert not any(cell in refusal.message + refusal.hint for cell in person if cell)
    assert all(cell not in f.column for f in refusal.findings for cell in person if cell)


def test_fichier_format_for_more_than_two_hundred_columns() -> None:
    refusal = _refusal(["x"] * 201)

    assert [f.code for f in refusal.findings] == [RuleCode.FICHIER_FORMAT]


def test_a_column_whose_name_is_endless_is_unknown_at_once() -> None:
    refusal = _refusal([*_HEADER, "a" + "\u0301\u0316" * 65_000])

    assert [finding.column for finding in refusal.findings] == ["colonne 9"]
