"""The view of who analyses: coarse, with no direct identifier, and nothing else."""

from datetime import date

import pytest

from schemas.annex_e import COLUMNS, Record, table_schema, view_cells, view_columns
from schemas.annex_e.pseudonymised import age_band, departement

_RECORD = Record(
    prenom="Zélie",
    nom="CANARI",
    date_naissance="1990-05-17",
    adresse="1 rue du Canari",
    code_postal="62000",
    courriel="zelie@canari.example",
    telephone="+33639980001",
    date_entree="2022-03-09",
)
_AT = date(2022, 12, 30)


def test_the_cells_are_coarse_and_name_nobody() -> None:
    columns = view_columns("pseudonymised", referenced=False)

    cells = view_cells(columns, _RECORD, "REF", _AT)

    assert dict(zip(columns, cells, strict=True)) == {
        "reference": "REF",
        "tranche_age": "25 à 49 ans",
        "departement": "62",
        "mois_entree": "2022-03",
    }


def test_the_nominative_view_has_the_reference_only_when_ordered() -> None:
    bare = view_columns("nominative", referenced=False)
    referenced = view_columns("nominative", referenced=True)

    assert (bare, referenced) == (COLUMNS, (*COLUMNS, "reference"))
    assert view_cells(bare, _RECORD, "REF", _AT) == _RECORD.cells()
    assert view_cells(referenced, _RECORD, "REF", _AT) == (*_RECORD.cells(), "REF")


@pytest.mark.parametrize(
    ("born", "at", "band"),
    [
        (date(1997, 12, 31), date(2022, 12, 30), "moins de 25 ans"),
        (date(1997, 12, 30), date(2022, 12, 30), "25 à 49 ans"),
        (date(1972, 12, 31), date(2022, 12, 30), "25 à 49 ans"),
        (date(1972, 12, 30), date(2022, 12, 30), "50 ans ou plus"),
        (date(1996, 2, 29), date(2021, 2, 28), "moins de 25 ans"),
        (date(1996, 2, 29), date(2021, 3, 1), "25 à 49 ans"),
    ],
)
def test_an_age_is_counted_in_whole_years_at_the_cut_off(born: date, at: date, band: str) -> None:
    assert age_band(born, at) == band


@pytest.mark.parametrize(
    ("postcode", "code"),
    [
        ("62000", "62"),
        ("01000", "01"),
        ("20000", "2A"),
        ("20137", "2A"),
        ("20200", "2B"),
        ("20600", "2B"),
        ("97400", "974"),
        ("98800", "988"),
        ("", ""),
    ],
)
def test_a_postcode_gives_its_departement(postcode: str, code: str) -> None:
    assert departement(postcode) == code


def test_the_schema_describes_the_columns_in_order() -> None:
    columns = view_columns("pseudonymised", referenced=False)

    described = table_schema(columns)

    assert [field["name"] for field in described["fields"]] == list(columns)
