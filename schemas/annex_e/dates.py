"""Dates: two writings, days that exist, and ages at entry that are plausible."""

import re
from datetime import date
from typing import Final

from schemas.annex_e.codes import RuleCode

_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_FRENCH: Final = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_MIN_AGE_YEARS: Final = 14
_MAX_AGE_YEARS: Final = 110


def date_faults(cell: str) -> tuple[RuleCode, ...]:
    """Return DATE_FORMAT unless `cell` is AAAA-MM-JJ or JJ/MM/AAAA, DATE_IMPOSSIBLE, or nothing."""
    if not (_ISO.fullmatch(cell) or _FRENCH.fullmatch(cell)):
        return (RuleCode.DATE_FORMAT,)
    try:
        date.fromisoformat(iso_form(cell))
    except ValueError:
        return (RuleCode.DATE_IMPOSSIBLE,)
    return ()


def iso_form(cell: str) -> str:
    """Return a date without fault as AAAA-MM-JJ."""
    if cell[2] != "/":
        return cell
    return f"{cell[6:]}-{cell[3:5]}-{cell[:2]}"


def has_plausible_age(birth: str, entry: str) -> bool:
    """Tell whether a person born on `birth` has 14 to 110 completed years on `entry` (ISO dates).

    ISO text is compared as it is: month and day sort as the calendar does. Who is born on
    29 February completes the year on 1 March of a common year.
    """
    years = int(entry[:4]) - int(birth[:4]) - (entry[5:] < birth[5:])
    return _MIN_AGE_YEARS <= years <= _MAX_AGE_YEARS
