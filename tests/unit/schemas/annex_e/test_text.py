"""Characters, lengths, formulas, required cells, normal forms."""

from unicodedata import category

import pytest

from schemas.annex_e.text import character_faults, normal_form
from tests.unit.schemas.annex_e.sound_row import found, record_of

_REQUIRED = ("prenom", "nom", "date_naissance", "date_entree")


def test_sound_row_has_no_finding() -> None:
    assert found() == []


@pytest.mark.parametrize("column", _REQUIRED)
@pytest.mark.parametrize("blank", ["", "   ", "\xa0", "\u202f \u2003"])
def test_champ_obligatoire_is_found_in_a_blank_required_cell(column: str, blank: str) -> None:
    assert found(**{column: blank}) == [(column, "CHAMP_OBLIGATOIRE")]


@pytest.mark.parametrize("column", ["adresse", "code_postal", "courriel", "telephone"])
def test_champ_obligatoire_is_not_found_in_an_optional_cell(column: str) -> None:
    assert found(**{column: ""}) == []


@pytest.mark.parametrize(
    ("column", "limit"), [("prenom", 100), ("nom", 100), ("adresse", 250), ("courriel", 254)]
)
def test_champ_trop_long_is_found_one_character_over_the_limit(column: str, limit: int) -> None:
    longest = "x" * limit
    over = longest + "x"

    assert (column, "CHAMP_TROP_LONG") not in found(**{column: longest})
    assert found(**{column: over}) == [(column, "CHAMP_TROP_LONG")]


def test_champ_trop_long_counts_the_normal_form() -> None:
    spaced_and_decomposed = "  " + "e\u0301" * 100 + "  "

    assert found(prenom=spaced_and_decomposed) == []


@pytest.mark.parametrize(
    "character",
    [
        pytest.param("\x00", id="NUL"),
        pytest.param("\x07", id="bell"),
        pytest.param("\n", id="line feed"),
        pytest.param("\r\n", id="line break"),
        pytest.param("\t", id="tabulation"),
        pytest.param("\x85", id="C1 control"),
        pytest.param("\xad", id="soft hyphen"),
        pytest.param("\u200b", id="zero-width space"),
        pytest.param("\u200d", id="zero-width joiner"),
        pytest.param("\u202e", id="right-to-left override"),
        pytest.param("\u2028", id="line separator"),
        pytest.param("\u2066", id="isolate"),
        pytest.param("\ufeff", id="byte order mark"),
        pytest.param("\ue000", id="private use"),
        pytest.param("\ud800", id="surrogate"),
        pytest.param("\ufffd", id="replacement character"),
        pytest.param("\ufdd0", id="noncharacter"),
        pytest.param("\U0001ffff", id="noncharacter of another plane"),
        pytest.param("\U000e0041", id="tag"),
    ],
)
def test_caractere_interdit_is_found_inside_a_cell(character: str) -> None:
    assert found(nom=f"Lefè{character}vre") == [("nom", "CARACTERE_INTERDIT")]
    assert found(nom=f"Lefèvre{character}") == [("nom", "CARACTERE_INTERDIT")]


@pytest.mark.parametrize("name", ["O’Brien", "Jean-François", "Łukasz", "Đặng", "محمد", "李"])
def test_caractere_interdit_is_not_found_in_letters_of_any_script(name: str) -> None:
    assert found(prenom=name) == []


def test_caractere_interdit_covers_every_invisible_category() -> None:
    forbidden = {"Cc", "Cf", "Zl", "Zp", "Cs", "Co"}

    missed = [
        hex(point)
        for point in range(0x110000)
        if category(chr(point)) in forbidden and not character_faults(f"a{chr(point)}b")
    ]

    assert missed == []


@pytest.mark.parametrize("column", ["prenom", "nom", "adresse"])
@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_formule_is_found_at_the_start_of_a_cell(column: str, start: str) -> None:
    assert found(**{column: f"{start}Delattre"}) == [(column, "FORMULE")]
    assert found(**{column: f"  {start}Delattre"}) == [(column, "FORMULE")]


@pytest.mark.parametrize("start", ["\t", "\r", " \t"])
def test_formule_is_found_beside_caractere_interdit_for_tab_and_return(start: str) -> None:
    assert found(nom=f"{start}Lefèvre") == [("nom", "CARACTERE_INTERDIT"), ("nom", "FORMULE")]


def test_formule_is_not_found_inside_a_cell() -> None:
    assert found(nom="Caron-Delattre", adresse="3 rue + cour = A@B") == []


def test_formule_excepts_a_telephone_only_once_it_is_valid() -> None:
    assert found(telephone="+33 6 12 34 56 78") == []
    assert found(telephone="+33 6 12") == [
        ("telephone", "FORMULE"),
        ("telephone", "TELEPHONE_FORMAT"),
    ]


def test_normal_form_trims_collapses_and_composes() -> None:
    record = record_of(
        prenom="  Jean \xa0 Charles\u202f", nom="Lefe\u0300vre", adresse="3  rue\u2009 Neuve"
    )

    assert (record.prenom, record.nom, record.adresse) == (
        "Jean Charles",
        "Lefèvre",
        "3 rue Neuve",
    )


def test_normal_form_keeps_the_letter_case_of_names() -> None:
    record = record_of(prenom="jean-LOUIS", nom="d'HONDT")

    assert (record.prenom, record.nom) == ("jean-LOUIS", "d'HONDT")


def test_normal_form_leaves_controls_to_be_judged() -> None:
    assert normal_form(" \tnom\r\n ") == "\tnom\r\n"


def test_a_cell_that_is_too_long_is_refused_without_ordering_its_combining_marks() -> None:
    marks = "a" + "\u0301\u0316" * 65_000

    assert found(nom=marks) == [("nom", "CHAMP_TROP_LONG")]
    assert found(telephone=marks) == [("telephone", "TELEPHONE_FORMAT")]
    assert found(date_entree=marks) == [("date_entree", "DATE_FORMAT")]


def test_a_cell_is_not_too_long_for_the_spaces_around_it() -> None:
    assert record_of(nom=f"{'  ' * 65_000}Lefe\u0300vre{' ' * 5000}").nom == "Lefèvre"
