from datetime import UTC, date, datetime, timedelta

import pytest

from schemas.agreement import agreement_calendar, ends_at, opens_at, read_agreement
from tests.unit.schemas.agreement.plain_agreement import PLAIN


@pytest.mark.parametrize(
    ("day", "opening"),
    [
        (date(2023, 1, 31), datetime(2023, 1, 31, 5, tzinfo=UTC)),
        (date(2023, 7, 30), datetime(2023, 7, 30, 4, tzinfo=UTC)),
        (date(2023, 3, 26), datetime(2023, 3, 26, 4, tzinfo=UTC)),  # summer time begins
        (date(2023, 10, 29), datetime(2023, 10, 29, 5, tzinfo=UTC)),  # and ends
    ],
)
def test_a_day_opens_at_six_in_paris(day: date, opening: datetime) -> None:
    assert opens_at(day) == opening


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2023, 1, 31), datetime(2023, 1, 31, 23, tzinfo=UTC)),
        (date(2023, 3, 26), datetime(2023, 3, 26, 22, tzinfo=UTC)),
        (date(2023, 10, 29), datetime(2023, 10, 29, 23, tzinfo=UTC)),
    ],
)
def test_a_day_ends_at_midnight_in_paris(day: date, end: datetime) -> None:
    assert ends_at(day) == end


def test_days_of_23_and_25_hours_are_counted_as_they_are() -> None:
    shortest, longest = date(2023, 3, 26), date(2023, 10, 29)

    assert ends_at(shortest) - ends_at(shortest - timedelta(days=1)) == timedelta(hours=23)
    assert ends_at(longest) - ends_at(longest - timedelta(days=1)) == timedelta(hours=25)


def test_the_calendar_lists_every_date_in_order() -> None:
    entries = agreement_calendar(read_agreement(PLAIN.encode()))

    days = [entry.day for entry in entries]
    assert days == sorted(days)
    assert [(entry.day, entry.label) for entry in entries] == [
        (date(2021, 1, 1), "début des actions"),
        (date(2022, 12, 30), "Enquête (enquete) : arrêté des données"),
        (date(2023, 1, 16), "Enquête (enquete) : envoi permis à partir de ce jour"),
        (date(2023, 1, 27), "Enquête (enquete) : envoi au plus tard"),
        (date(2023, 1, 31), "Enquête (enquete) : échéance de la convention"),
        (date(2023, 3, 2), "destruction des données chargées"),
        (date(2023, 3, 31), "Bilan (bilan) : arrêté des données"),
        (date(2023, 4, 3), "Bilan (bilan) : envoi permis à partir de ce jour"),
        (date(2023, 4, 27), "Bilan (bilan) : envoi au plus tard"),
        (date(2023, 4, 28), "Bilan (bilan) : échéance de la convention"),
        (date(2023, 6, 30), "fin des actions"),
        (date(2023, 12, 31), "fin du traitement"),
        (date(2024, 2, 15), "destruction des paquets"),
        (date(2025, 2, 14), "destruction des dernières traces"),
    ]
