"""Which day a notice belongs to that is said again and again."""

from datetime import date, timedelta


def repetition(first: date, today: date, every_days: int) -> date:
    """Give the last day, not after ``today``, that is ``first`` or so many days after it."""
    return today - timedelta(days=(today - first).days % every_days)


def week_of(day: date) -> date:
    """Give the Monday of a day's week: what has no date of its own is said once a week."""
    return day - timedelta(days=day.weekday())
