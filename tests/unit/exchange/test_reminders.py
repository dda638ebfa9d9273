from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.reminders import REMINDER_DAYS, days_before, reminder_reached

_DUE = date(2023, 3, 31)


@pytest.mark.parametrize(
    ("today", "reminder"),
    [
        (date(2023, 3, 23), None),
        (date(2023, 3, 24), date(2023, 3, 24)),
        (date(2023, 3, 28), date(2023, 3, 24)),  # the 26th has 23 hours
        (date(2023, 3, 29), date(2023, 3, 29)),
        (date(2023, 3, 30), date(2023, 3, 29)),
        (date(2023, 3, 31), date(2023, 3, 31)),
        (date(2023, 4, 1), None),
    ],
)
def test_the_latest_reminder_that_has_come_is_given(today: date, reminder: date | None) -> None:
    assert reminder_reached(_DUE, today) == reminder


@pytest.mark.parametrize(
    ("day", "days", "before"),
    [
        (date(2024, 3, 1), 1, date(2024, 2, 29)),
        (date(2023, 3, 1), 1, date(2023, 2, 28)),
        (date(2024, 3, 2), 2, date(2024, 2, 29)),
        (date(2023, 10, 30), 7, date(2023, 10, 23)),  # the 29th has 25 hours
        (date(2024, 1, 5), 7, date(2023, 12, 29)),
    ],
)
def test_days_are_counted_back_over_leap_days_and_changes_of_hour(
    day: date, days: int, before: date
) -> None:
    assert days_before(day, days) == before


@given(st.dates(date(2023, 1, 1), date(2043, 12, 31)))
def test_whoever_looks_every_day_sees_each_reminder_once_and_in_order(day: date) -> None:
    days = [day - timedelta(days=count) for count in range(40, -40, -1)]

    seen = [reminder_reached(day, today) for today in days]

    told = list(dict.fromkeys(reminder for reminder in seen if reminder))
    assert told == [days_before(day, count) for count in REMINDER_DAYS]
