"""Dates: writings, calendar, ages, the period of the actions."""

from dataclasses import replace
from datetime import date

import pytest

from tests.unit.schemas.annex_e.sound_row import CONTEXT, found, record_of, verdict_of


@pytest.mark.parametrize("column", ["date_naissance", "date_entree"])
@pytest.mark.parametrize(
    "written",
    [
        "12/03/85",
        "1/2/1985",
        "12-03-1985",
        "12.03.1985",
        "1985/03/12",
        "19850312",
        "1985-3-12",
        "1985-W10-2",
        "1985-03-12T00:00:00",
        "12/03/1985 00:00",
        "12 mars 1985",
        "31118",
        "1985-03-1٢",
        "12/03-1985",
    ],
)
def test_date_format_is_found_for_any_other_writing(column: str, written: str) -> None:
    assert found(**{column: written}) == [(column, "DATE_FORMAT")]


@pytest.mark.parametrize("written", ["1985-03-12", "12/03/1985", " 12/03/1985 "])
def test_date_format_is_not_found_for_the_two_writings(written: str) -> None:
    assert record_of(date_naissance=written).date_naissance == "1985-03-12"


@pytest.mark.parametrize(
    "written", ["1985-02-29", "29/02/1985", "31/04/1985", "1985-13-01", "00/01/1985", "0000-01-01"]
)
def test_date_impossible_is_found_for_a_day_that_does_not_exist(written: str) -> None:
    assert found(date_naissance=written) == [("date_naissance", "DATE_IMPOSSIBLE")]


def test_date_impossible_is_not_found_for_a_leap_day() -> None:
    assert record_of(date_naissance="29/02/1984").date_naissance == "1984-02-29"


@pytest.mark.parametrize("birth", ["2008-05-05", "1911-05-04", "2022-05-04", "2030-01-01"])
def test_date_invraisemblable_is_found_under_14_or_over_110_at_entry(birth: str) -> None:
    assert found(date_naissance=birth, date_entree="2022-05-04") == [
        ("date_naissance", "DATE_INVRAISEMBLABLE")
    ]


@pytest.mark.parametrize("birth", ["2008-05-04", "1911-05-05", "1912-05-04"])
def test_date_invraisemblable_is_not_found_at_14_or_110_years(birth: str) -> None:
    assert found(date_naissance=birth, date_entree="2022-05-04") == []


@pytest.mark.parametrize(("birth", "is_refused"), [("2008-02-29", True), ("2008-02-28", False)])
def test_date_invraisemblable_counts_a_leap_day_birthday_from_march(
    birth: str, *, is_refused: bool
) -> None:
    assert bool(found(date_naissance=birth, date_entree="2022-02-28")) is is_refused


@pytest.mark.parametrize("entry", ["", "2022-02-30", "04/05/22", "2023-02-01"])
def test_date_invraisemblable_is_judged_only_if_the_entry_is_accepted(entry: str) -> None:
    columns = {column for column, _ in found(date_naissance="2020-01-01", date_entree=entry)}

    assert columns == {"date_entree"}


def test_date_invraisemblable_is_judged_on_a_held_entry_too() -> None:
    assert found(date_naissance="2010-01-01", date_entree="2020-01-01") == [
        ("date_naissance", "DATE_INVRAISEMBLABLE"),
        ("date_entree", "ENTREE_HORS_PERIODE"),
    ]


def test_entree_future_is_found_from_the_day_after_today() -> None:
    assert found(date_entree="2023-01-31") == []
    assert found(date_entree="2023-02-01") == [("date_entree", "ENTREE_FUTURE")]


def test_entree_future_is_not_also_out_of_period() -> None:
    assert found(date_entree="31/12/2098") == [("date_entree", "ENTREE_FUTURE")]


@pytest.mark.parametrize("entry", ["2020-12-31", "2023-07-01"])
def test_entree_hors_periode_holds_the_row(entry: str) -> None:
    later = replace(CONTEXT, today=date(2023, 12, 1))

    verdict = verdict_of(later, date_entree=entry)

    assert found(later, date_entree=entry) == [("date_entree", "ENTREE_HORS_PERIODE")]
    assert verdict.is_held
    assert verdict.record is not None


@pytest.mark.parametrize("entry", ["2021-01-01", "2023-06-30"])
def test_entree_hors_periode_is_not_found_on_the_first_and_last_day(entry: str) -> None:
    later = replace(CONTEXT, today=date(2023, 12, 1))

    assert found(later, date_entree=entry) == []
