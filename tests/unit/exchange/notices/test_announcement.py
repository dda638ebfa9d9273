"""When a destruction begins with nobody watching, given what people were told of it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest

from exchange.notices.announcement import begins_at
from schemas.agreement import opens_at

_DAY = date(2023, 8, 29)
_OPENS = opens_at(_DAY)


def _told(*days_before: int) -> list[tuple[date, datetime]]:
    days = [_DAY - timedelta(days=number) for number in days_before]
    return [(day, opens_at(day)) for day in days]


@pytest.mark.parametrize(
    ("told", "now", "begins"),
    [
        (_told(30, 7, 2), _OPENS, _OPENS),
        (_told(1), _OPENS, _OPENS + timedelta(days=1)),
        ([], _OPENS + timedelta(hours=2), _OPENS + timedelta(days=2, hours=2)),
        ([], _OPENS + timedelta(days=6), _OPENS + timedelta(days=7)),
        (_told(100), _OPENS, _OPENS + timedelta(days=2)),
    ],
    ids=["announced", "told the day before", "told now", "at the latest", "of an earlier term"],
)
def test_a_destruction_begins_two_days_after_it_was_told_and_within_a_week(
    told: Sequence[tuple[date, datetime]], now: datetime, begins: datetime
) -> None:
    assert begins_at(told, _DAY, now) == begins
