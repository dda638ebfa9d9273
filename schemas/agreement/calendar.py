"""The days of an agreement as instants, and all its dates in order.

A day opens at 06:00 and ends at 24:00, in Europe/Paris whatever the time of the machine.
Instants are computed anew each time and never kept: should the law change the hours of Paris,
newer zone files (``tzdata``) move the days to come with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from schemas.agreement.document import Agreement, Deadline
from schemas.agreement.retention import log_end, packages_end, records_end

_PARIS: Final = "Europe/Paris"
_OPENING: Final = time(6)  # after both changes of hour, so that it exists once every day


class DateKind(StrEnum):
    """What an agreement dates. These words name its dates in calendars: they never change."""

    ACTIONS_START = "actions-start"
    ACTIONS_END = "actions-end"
    CUT_OFF = "cut-off"
    SEND_FROM = "send-from"
    SEND_BY = "send-by"
    DUE = "due"
    RECORDS_END = "records-end"
    PACKAGES_END = "packages-end"
    PROCESSING_ENDS = "processing-ends"
    LOG_END = "log-end"


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """Something the agreement dates: of one ``deadline_id``, or of itself where that is empty."""

    day: date
    kind: DateKind
    label: str
    deadline_id: str = ""


def opens_at(day: date) -> datetime:
    """Give the instant, in UTC, at which a day opens: 06:00 in Paris."""
    return datetime.combine(day, _OPENING, ZoneInfo(_PARIS)).astimezone(UTC)


def ends_at(day: date) -> datetime:
    """Give the instant, in UTC, at which a day ends: 24:00 in Paris. It is outside the day."""
    return datetime.combine(day + timedelta(days=1), time(0), ZoneInfo(_PARIS)).astimezone(UTC)


def agreement_calendar(agreement: Agreement) -> list[CalendarEntry]:
    """List every date of an agreement, the earliest first."""
    entries = [
        CalendarEntry(agreement.actions.start, DateKind.ACTIONS_START, "début des actions"),
        CalendarEntry(agreement.actions.end, DateKind.ACTIONS_END, "fin des actions"),
        *(entry for deadline in agreement.deadlines for entry in _of_deadline(deadline)),
        CalendarEntry(
            records_end(agreement), DateKind.RECORDS_END, "destruction des données chargées"
        ),
        CalendarEntry(packages_end(agreement), DateKind.PACKAGES_END, "destruction des paquets"),
        CalendarEntry(agreement.processing_ends, DateKind.PROCESSING_ENDS, "fin du traitement"),
        CalendarEntry(log_end(agreement), DateKind.LOG_END, "destruction des dernières traces"),
    ]
    return sorted(entries, key=lambda entry: entry.day)


def _of_deadline(deadline: Deadline) -> Iterator[CalendarEntry]:
    dates = (
        (deadline.cut_off, DateKind.CUT_OFF, "arrêté des données"),
        (deadline.send_from, DateKind.SEND_FROM, "envoi permis à partir de ce jour"),
        (deadline.send_by, DateKind.SEND_BY, "envoi au plus tard"),
        (deadline.due, DateKind.DUE, "échéance de la convention"),
    )
    for day, kind, label in dates:
        named = f"{deadline.label} ({deadline.id}) : {label}"
        yield CalendarEntry(day, kind, named, deadline.id)
