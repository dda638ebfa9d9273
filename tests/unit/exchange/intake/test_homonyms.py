import pytest

from exchange.intake.homonyms import contacts, whose
from exchange.people.person import KnownPerson
from schemas.annex_e import Record

_ROW = Record(
    prenom="Anne",
    nom="Petit",
    date_naissance="1971-03-12",
    adresse="12 bis, rue de l'Église",
    code_postal="62000",
    courriel="anne.petit@exemple.fr",
    telephone="+33611223344",
    date_entree="2022-05-04",
)
_FIRST, _SECOND = (KnownPerson(bytes([n]) * 16, b"names", None, n, b"tag", 1) for n in range(2))


def _with(**cells: str) -> Record:
    stranger = {"adresse": "", "courriel": "", "telephone": "+33699887766"}
    values = {name: getattr(_ROW, name) for name in Record.__slots__}
    return Record(**{**values, **stranger, **cells})


@pytest.mark.parametrize(
    "cells",
    [
        {"adresse": "12 BIS RUE DE L EGLISE"},
        {"courriel": "Anne.Petit@exemple.fr"},
        {"telephone": "+33611223344"},
    ],
)
def test_one_contact_in_any_writing_makes_the_same_person(cells: dict[str, str]) -> None:
    assert whose(_ROW, [(_FIRST, _with(**cells))]) == _FIRST


@pytest.mark.parametrize(
    "cells",
    [{}, {"telephone": ""}, {"adresse": "13 rue de l'Église"}, {"code_postal": "62000"}],
)
def test_no_contact_in_common_makes_nobody(cells: dict[str, str]) -> None:
    assert whose(_ROW, [(_FIRST, _with(**cells))]) is None


def test_two_blanks_are_nothing_in_common() -> None:
    blank = _with(telephone="")

    assert contacts(blank) == frozenset()
    assert whose(blank, [(_FIRST, blank)]) is None


def test_a_contact_counts_in_its_own_column_only() -> None:
    assert whose(_with(telephone="1"), [(_FIRST, _with(telephone="", adresse="1"))]) is None


def test_between_homonyms_it_is_who_shares_most() -> None:
    one, two = _with(telephone=_ROW.telephone), _with(adresse=_ROW.adresse, courriel=_ROW.courriel)

    assert whose(_ROW, [(_FIRST, one), (_SECOND, two)]) == _SECOND


def test_between_homonyms_who_share_as_much_it_is_neither() -> None:
    one, two = _with(telephone=_ROW.telephone), _with(adresse=_ROW.adresse)

    assert whose(_ROW, [(_FIRST, one), (_SECOND, two)]) is None
