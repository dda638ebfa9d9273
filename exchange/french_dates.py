"""Days and moments in full, as a French letter writes them, in the time of Paris."""

from datetime import date, datetime
from typing import Final

from exchange.instants import PARIS

_WEEKDAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS: Final = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


def long_day(day: date) -> str:
    """Write ``mardi 31 janvier 2023``."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{_WEEKDAYS[day.weekday()]} {number} {_MONTHS[day.month - 1]} {day.year}"


def long_moment(instant: datetime) -> str:
    """Write ``mardi 31 janvier 2023 à 8 h 05``."""
    local = instant.astimezone(PARIS)
    return f"{long_day(local.date())} à {local.hour} h {local:%M}"


def distance(day: date, today: date) -> str:
    """Say how far a day is: ``aujourd'hui``, ``demain``, ``dans 7 jours``, ``il y a 3 jours``."""
    days = (day - today).days
    near = {-1: "hier", 0: "aujourd'hui", 1: "demain"}
    return near.get(days) or (f"dans {days} jours" if days > 0 else f"il y a {-days} jours")
