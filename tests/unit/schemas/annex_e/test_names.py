import pytest

from schemas.annex_e import Names, NamesError, SourceRow, judge, read_names
from schemas.annex_e.columns import COLUMNS
from tests.unit.schemas.annex_e.sound_row import CONTEXT, SOUND, record_of, verdict_of

_NAMES = {name: SOUND[name] for name in Names.__slots__}


@pytest.mark.parametrize(
    "cells", [{}, {"nom": "  LEFÈVRE "}, {"prenom": "Zoe\u0301"}, {"date_naissance": "12/03/1985"}]
)
def test_names_read_alone_are_those_of_a_row(cells: dict[str, str]) -> None:
    record = record_of(**cells)

    assert read_names(_NAMES | cells) == Names(record.nom, record.prenom, record.date_naissance)


@pytest.mark.parametrize("name", _NAMES)
def test_a_missing_name_is_refused_by_column(name: str) -> None:
    with pytest.raises(NamesError, match=f"{name} : "):
        read_names({other: cell for other, cell in _NAMES.items() if other != name})


def test_another_field_is_refused_and_not_named() -> None:
    with pytest.raises(NamesError, match="seuls nom, prenom et date_naissance") as refused:
        read_names(_NAMES | {"ville": "Lens"})

    assert "ville" not in str(refused.value)


@pytest.mark.parametrize(
    "faults",
    [
        {"courriel": "sans arobase"},
        {"date_entree": "hier"},
        {"date_entree": "1990-01-01"},
        {"courriel": "", "telephone": "", "adresse": ""},
    ],
)
def test_a_refused_row_still_says_whose_it_is(faults: dict[str, str]) -> None:
    verdict = verdict_of(**faults)

    assert verdict.is_refused
    assert verdict.names == read_names(_NAMES)


@pytest.mark.parametrize("name", _NAMES)
def test_a_row_whose_names_are_not_sound_does_not(name: str) -> None:
    assert verdict_of(**{name: "=1"}).names is None


def test_a_local_key_that_is_a_social_security_number_is_not_handed_on() -> None:
    cells = tuple(SOUND[column] for column in COLUMNS)

    (sound, forbidden) = judge(
        [SourceRow(2, cells, "A12"), SourceRow(3, cells, "185036204103745")], CONTEXT
    )

    assert (sound.local_key, forbidden.is_refused, forbidden.local_key) == ("A12", True, "")
