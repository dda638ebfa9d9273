"""NIR, NIA and allocation numbers, wherever they hide."""

import pytest

from tests.unit.schemas.annex_e.nir_numbers import NirParts
from tests.unit.schemas.annex_e.sound_row import SOUND, found

_NIR = NirParts()
_SEPARATORS = ["", " ", ".", "-", " - ", "\xa0", "\u2011", "–", "—", " . ", ". "]


def _codes(**changes: str) -> set[str]:
    return {code for _, code in found(**changes)}


@pytest.mark.parametrize("separator", _SEPARATORS)
def test_nir_with_right_key_is_refused(separator: str) -> None:
    written = _NIR.grouped(separator, key=f"{_NIR.key:02d}")

    assert found(adresse=f"{written} rue d'Amiens") == [("adresse", "NIR")]
    assert found(adresse=f"12 rue d'Amiens ({written})") == [("adresse", "NIR")]


@pytest.mark.parametrize("separator", _SEPARATORS)
def test_nir_without_key_is_refused(separator: str) -> None:
    assert found(nom=f"Lefèvre {_NIR.grouped(separator)}") == [("nom", "NIR")]


@pytest.mark.parametrize("separator", _SEPARATORS)
def test_nir_mal_forme_is_found_for_a_wrong_key(separator: str) -> None:
    written = _NIR.grouped(separator, key=f"{_NIR.key % 97 + 1:02d}")

    assert found(adresse=f"{written}, rue d'Amiens") == [("adresse", "NIR_MAL_FORME")]


@pytest.mark.parametrize("separator", [" ", ".", "-"])
@pytest.mark.parametrize("position", range(1, 15))
def test_nir_is_refused_with_a_separator_at_any_position(separator: str, position: int) -> None:
    full = _NIR.with_key()

    assert _codes(adresse=full[:position] + separator + full[position:]) == {"NIR"}


@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_nir_is_refused_in_groups_of_any_size(size: int) -> None:
    full = _NIR.with_key()
    written = " ".join(full[start : start + size] for start in range(0, len(full), size))

    assert _codes(nom=written) == {"NIR"}


@pytest.mark.parametrize("departement", ["2A", "2B", "2a", "2b"])
def test_nir_of_corsica_is_refused_by_its_own_key(departement: str) -> None:
    corsican = NirParts(departement=departement)

    assert _codes(nom=corsican.number) == {"NIR"}
    assert _codes(nom=corsican.with_key()) == {"NIR"}
    assert _codes(nom=corsican.grouped(" ", key=f"{corsican.key:02d}")) == {"NIR"}
    assert _codes(nom=corsican.with_key(shift=1)) == {"NIR_MAL_FORME"}


@pytest.mark.parametrize("sex", ["1", "2", "3", "4", "7", "8"])
@pytest.mark.parametrize("month", ["01", "12", "20", "42", "50", "99"])
@pytest.mark.parametrize("departement", ["01", "62", "95", "96", "97", "98", "99"])
def test_nir_and_nia_are_refused_over_every_range(sex: str, month: str, departement: str) -> None:
    number = NirParts(sex=sex, month=month, departement=departement)

    assert _codes(adresse=number.with_key()) == {"NIR"}


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(NirParts(sex="0"), id="sex 0"),
        pytest.param(NirParts(sex="5"), id="sex 5"),
        pytest.param(NirParts(sex="9"), id="sex 9"),
        pytest.param(NirParts(month="00"), id="month 00"),
        pytest.param(NirParts(month="13"), id="month 13"),
        pytest.param(NirParts(month="19"), id="month 19"),
        pytest.param(NirParts(month="43"), id="month 43"),
        pytest.param(NirParts(month="49"), id="month 49"),
        pytest.param(NirParts(departement="00"), id="département 00"),
    ],
)
def test_nir_is_not_found_outside_its_ranges(parts: NirParts) -> None:
    assert found(adresse=f"{parts.number} rue d'Amiens") == []


@pytest.mark.parametrize("touch", ["{}1", "1{}", "A{}", "{}b", "é{}", "{}é", "{}123"])
def test_nir_is_not_found_when_a_digit_or_letter_touches_it(touch: str) -> None:
    assert found(adresse=touch.format(_NIR.number)) == []


@pytest.mark.parametrize("around", ["_{}_", "({})", "n°{}", "/{}/", "{},", "12 {}", "'{}'"])
def test_nir_is_refused_between_other_signs(around: str) -> None:
    assert _codes(adresse=around.format(_NIR.with_key())) == {"NIR"}


@pytest.mark.parametrize("column", [column for column in SOUND if column != "telephone"])
def test_nir_is_refused_in_any_column(column: str) -> None:
    assert (column, "NIR") in found(**{column: _NIR.with_key()})


def test_nir_is_refused_in_the_local_part_of_an_email() -> None:
    assert found(courriel=f"lefevre.{_NIR.number}@exemple.fr") == [("courriel", "NIR")]


def test_nir_is_refused_in_a_telephone_that_is_none() -> None:
    assert found(telephone=_NIR.with_key()) == [
        ("telephone", "NIR"),
        ("telephone", "TELEPHONE_FORMAT"),
    ]


def test_nir_is_not_looked_for_in_a_valid_telephone() -> None:
    luxembourg = "00 352 621 123 456"
    german_like_a_nir = "+49 1520 1234567"

    assert found(telephone=luxembourg) == []
    assert found(telephone=german_like_a_nir) == []
    assert found(adresse=german_like_a_nir[1:]) == [("adresse", "NIR")]


@pytest.mark.parametrize("digits", ["٢٩١٠٣٦٢٠٤١٠٣٧", "２９１０３６２０４１０３７"])
def test_nir_is_not_read_in_digits_of_other_scripts(digits: str) -> None:
    assert found(adresse=digits) == []


def test_nir_right_after_a_house_number_is_refused() -> None:
    assert _codes(adresse=f"12 {_NIR.grouped(' ')}") == {"NIR"}


@pytest.mark.parametrize("column", ["prenom", "nom"])
@pytest.mark.parametrize("number", ["1234567", "1234567A", "1234567a", "(1234567)", "n° 1234567"])
def test_identifiant_social_is_found_in_a_name(column: str, number: str) -> None:
    assert found(**{column: f"Lefèvre {number}"}) == [(column, "IDENTIFIANT_SOCIAL")]


@pytest.mark.parametrize(
    "local_part", ["1234567", "1234567a", "lefevre.1234567", "1234567-zoe", "zoe_1234567K"]
)
def test_identifiant_social_is_found_in_the_local_part_of_an_email(local_part: str) -> None:
    assert found(courriel=f"{local_part}@exemple.fr") == [("courriel", "IDENTIFIANT_SOCIAL")]


@pytest.mark.parametrize("local_part", ["zoe1234567", "zoe.123456", "12345678", "1234567ab"])
def test_identifiant_social_is_not_found_in_other_numbers(local_part: str) -> None:
    assert found(courriel=f"{local_part}@exemple.fr") == []


def test_identifiant_social_is_not_looked_for_in_a_domain_or_an_address() -> None:
    assert found(courriel="zoe@1234567.fr", adresse="BP 1234567") == []
