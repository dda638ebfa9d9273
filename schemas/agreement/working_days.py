"""Which days nobody works in France: week-ends and public holidays.

Holidays of the whole country (labour code, article L3133-1), without those of Alsace-Moselle
and of overseas.
"""

from datetime import date
from typing import Final

import holidays

_WEEKEND: Final = {5: "un samedi", 6: "un dimanche"}


def day_off(day: date) -> str | None:
    """Say why a day is not worked (``un dimanche``, ``un jour férié (Noël)``), or give ``None``."""
    if weekend := _WEEKEND.get(day.weekday()):
        return weekend
    holiday = holidays.country_holidays("FR", years=day.year, language="fr").get(day)
    return f"un jour férié ({holiday})" if holiday else None
