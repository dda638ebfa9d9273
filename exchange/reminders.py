"""How long before a day people are reminded of it. Days are days in Paris.

Local days are subtracted, never hours: a day of a change of hour has 23 or 25 of them.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

REMINDER_DAYS: Final = (7, 2, 0)
"""A date that somebody has to meet is recalled that many days before it."""

DESTRUCTION_NOTICE_DAYS: Final = 30
"""A destruction is announced that many days before it."""


def days_before(day: date, days: int) -> date:
    """Give the day that many days before another."""
    return day - timedelta(days=days)


def reminder_reached(
    day: date, today: date, days_ahead: Iterable[int] = REMINDER_DAYS
) -> date | None:
    """Give the latest reminder of a day that has come; ``None`` before the first, and after it.

    Whoever was away on the day of a reminder gets it late, and only the latest.
    """
    if today > day:
        return None
    reached = [on for days in days_ahead if (on := days_before(day, days)) <= today]
    return max(reached, default=None)
