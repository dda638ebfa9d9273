"""The days of an agreement as instants, and all its dates in order.

A day opens at 06:00 and ends at 24:00, in Europe/Paris whatever the time of the machine.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from schemas.agreement.document import Agreement, Deadline
from schemas.agreement.retention import log_end, packages_end, records_end

_PARIS: Final = "Europe/Paris"
_OPENING: Final = time(6)  # after both changes of hour, so that it exists once every day


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """Something the agreement dates."""

    day: date
    label: str


def opens_at(day: date) -> datetime:
    """Give the instant, in UTC, at which a day opens: 06:00 in Paris."""
    return datetime.combine(day, _OPENING, ZoneInfo(_PARIS)).astimezone(UTC)


def ends_at(day: date) -> datetime:
    """Give the instant, in UTC, at which a day ends: 24:00 in Paris. It is outside the day."""
    return datetime.combine(day + timedelta(days=1), time(0), ZoneInfo(_PARIS)).astimezone(UTC)


def agreement_calendar(agreement: Agreement) -> list[CalendarEntry]:
    """List every date of an agreement, the earliest first."""
    entries = [
        CalendarEntry(agreement.actions.start, "début des actions"),
        CalendarEntry(agreement.actions.end, "fin des actions"),
        *(entry for deadline in agreement.deadlines for entry in _of_deadline(deadline)),
        CalendarEntry(records_end(agreement), "destruction des données chargées"),
        CalendarEntry(packages_end(agreement), "destruction des paquets"),
        CalendarEntry(agreement.processing_ends, "fin du traitement"),
        CalendarEntry(log_end(agreement), "destruction des dernières traces"),
    ]
    return sorted(entries, key=lambda entry: entry.day)


def _of_deadline(deadline: Deadline) -> Iterator[CalendarEntry]:
    name = f"{deadline.label} ({deadline.id})"
    yield CalendarEntry(deadline.cut_off, f"{name} : arrêté des données")
    yield CalendarEntry(deadline.send_from, f"{name} : envoi permis à partir de ce jour")
    yield CalendarEntry(deadline.send_by, f"{name} : envoi au plus tard")
    yield CalendarEntry(deadline.due, f"{name} : échéance de la convention")
