"""Every day of ten years, and any day of the century, opens once and ends once, in Paris."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.instants import PARIS, local_day, noon_of
from schemas.agreement import ends_at, opens_at

_A_DAY = timedelta(days=1)
_A_MOMENT = timedelta(microseconds=1)
_FIRST, _LAST = date(2026, 1, 1), date(2036, 12, 31)
_DAYS = [_FIRST + count * _A_DAY for count in range((_LAST - _FIRST).days + 1)]
_ANY_DAY = st.dates(date(2000, 1, 1), date(2099, 12, 30))


def _require_whole(day: date) -> None:
    opening, end = opens_at(day), ends_at(day)
    local = opening.astimezone(PARIS)
    assert (local.date(), local.time()) == (day, time(6))
    assert _times_it_comes(datetime.combine(day, time(6))) == 1
    assert _times_it_comes(datetime.combine(day + _A_DAY, time(0))) == 1
    assert ends_at(day - _A_DAY) < opening < noon_of(day) < end
    assert (local_day(opening), local_day(end - _A_MOMENT)) == (day, day)
    assert local_day(end) == day + _A_DAY
    assert opening.utcoffset() == end.utcoffset() == timedelta()


def _times_it_comes(hour: datetime) -> int:
    """Count the instants at which clocks in Paris show an hour: none, or two, when it changes."""
    shown = {hour.replace(tzinfo=PARIS, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sum(one.astimezone(PARIS).replace(tzinfo=None) == hour for one in shown)


@pytest.mark.parametrize("year", range(_FIRST.year, _LAST.year + 1))
def test_every_day_of_ten_years_opens_once_and_ends_once(year: int) -> None:
    for day in _DAYS:
        if day.year == year:
            _require_whole(day)


@given(_ANY_DAY)
def test_any_day_of_the_century_opens_once_and_ends_once(day: date) -> None:
    _require_whole(day)


@given(_ANY_DAY, _ANY_DAY)
def test_a_later_day_opens_and_ends_later(one: date, other: date) -> None:
    assert (opens_at(one) < opens_at(other)) == (one < other)
    assert (ends_at(one) < ends_at(other)) == (one < other)
    assert (ends_at(one) <= opens_at(other)) == (one < other)


def test_the_days_of_ten_years_follow_each_other_and_two_a_year_are_not_of_24_hours() -> None:
    lengths = Counter(ends_at(day) - ends_at(before) for before, day in pairwise(_DAYS))

    years = _LAST.year - _FIRST.year + 1
    assert lengths == {
        timedelta(hours=23): years,
        timedelta(hours=24): len(_DAYS) - 1 - 2 * years,
        timedelta(hours=25): years,
    }


@pytest.mark.parametrize(
    ("day", "opening"),
    [
        (date(2028, 2, 29), datetime(2028, 2, 29, 5, tzinfo=UTC)),
        (date(2032, 2, 29), datetime(2032, 2, 29, 5, tzinfo=UTC)),
        (date(2036, 2, 29), datetime(2036, 2, 29, 5, tzinfo=UTC)),
        (date(2036, 3, 30), datetime(2036, 3, 30, 4, tzinfo=UTC)),  # summer time begins
        (date(2036, 10, 26), datetime(2036, 10, 26, 5, tzinfo=UTC)),  # and ends
    ],
)
def test_leap_days_and_changes_of_hour_ten_years_ahead(day: date, opening: datetime) -> None:
    assert opens_at(day) == opening


def test_the_hours_that_are_never_used_are_those_that_come_twice_or_not_at_all() -> None:
    assert _times_it_comes(datetime(2036, 3, 30, 2, 30)) == 0  # noqa: DTZ001 - what a clock on the wall shows
    assert _times_it_comes(datetime(2036, 10, 26, 2, 30)) == 2  # noqa: DTZ001 - idem
