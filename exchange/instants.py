"""Days and instants as operators write them: the time of Paris."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from exchange.errors import RefusedError

PARIS = ZoneInfo("Europe/Paris")
_NOON = time(12)
_WRITTEN = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS = range(2000, 2100)


def local_day(instant: datetime) -> date:
    """Give the day it is in Paris at an instant."""
    return instant.astimezone(PARIS).date()


def parse_instant(text: str) -> datetime:
    """Read ``2023-01-31T10:00`` or ``2023-01-31`` (noon), in the time of Paris unless it says.

    Raises ``RefusedError``.
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise _unreadable() from None
    if not _WRITTEN.match(text) or instant.year not in _YEARS:
        raise _unreadable()
    if len(text) == len("2023-01-31"):
        instant = datetime.combine(instant.date(), _NOON)
    return (instant if instant.tzinfo else instant.replace(tzinfo=PARIS)).astimezone(UTC)


def noon_of(day: date) -> datetime:
    """Give noon in Paris: the instant by which a dry run ``--as-of`` decides."""
    return datetime.combine(day, _NOON, PARIS).astimezone(UTC)


def _unreadable() -> RefusedError:
    return RefusedError(
        "cet instant ne se lit pas, ou n'est pas de ce siècle",
        "écrivez-le ainsi : 2023-01-31T10:00, ou 2023-01-31",
    )
