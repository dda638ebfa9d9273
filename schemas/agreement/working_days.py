"""Which days nobody works in France: week-ends and public holidays.

Holidays of the whole country (labour code, article L3133-1), without those of Alsace-Moselle
and of overseas.
"""

from datetime import date, timedelta
from typing import Final

import holidays

_WEEKEND: Final = {5: "un samedi", 6: "un dimanche"}


def day_off(day: date) -> str | None:
    """Say why a day is not worked (``un dimanche``, ``un jour férié (Noël)``), or give ``None``."""
    if weekend := _WEEKEND.get(day.weekday()):
        return weekend
    holiday = holidays.country_holidays("FR", years=day.year, language="fr").get(day)
    return f"un jour férié ({holiday})" if holiday else None


def working_days_after(day: date, last: date) -> int:
    """Count the days that are worked after ``day``, up to ``last`` and with it."""
    later = (day + timedelta(days=count) for count in range(1, (last - day).days + 1))
    return sum(day_off(one) is None for one in later)
