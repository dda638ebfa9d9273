"""Europe/Paris for readers of an iCalendar file, as the rule of the European Union writes it.

Two rules without an end (directive 2000/84/EC, since the autumn of 1996), which every reader
knows. A list of dates made from the zone files stops somewhere, and some readers skip it. A
test compares them with the zone files, so that a change of the law is noticed.
"""

from datetime import datetime, timedelta
from typing import Final

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_WINTER, _SUMMER = timedelta(hours=1), timedelta(hours=2)
_SUMMER_BEGINS: Final = datetime(1997, 3, 30, 2)  # noqa: DTZ001 - RFC 5545 3.6.5: local, by the offset before it
_SUMMER_ENDS: Final = datetime(1996, 10, 27, 3)  # noqa: DTZ001 - idem
_LAST_SUNDAY: Final = "-1SU"


def paris_zone() -> Timezone:
    """Give the VTIMEZONE of Europe/Paris."""
    zone = Timezone()
    zone.add("tzid", "Europe/Paris")
    zone.add_component(_changing(TimezoneDaylight(), _SUMMER_BEGINS, _WINTER, _SUMMER, name="CEST"))
    zone.add_component(_changing(TimezoneStandard(), _SUMMER_ENDS, _SUMMER, _WINTER, name="CET"))
    return zone


def _changing(
    change: TimezoneDaylight | TimezoneStandard,
    first: datetime,
    before: timedelta,
    after: timedelta,
    *,
    name: str,
) -> TimezoneDaylight | TimezoneStandard:
    change.add("dtstart", first)
    change.add("rrule", {"freq": "yearly", "bymonth": first.month, "byday": _LAST_SUNDAY})
    change.add("tzoffsetfrom", before)
    change.add("tzoffsetto", after)
    change.add("tzname", name)
    return change
