"""The dates of agreements as appointments: the coming ones, and the past ones that wait still."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from exchange.calendar.facts import Facts
from exchange.calendar.progress import Progress, Stand, stand_of
from exchange.instants import local_day
from schemas.agreement import (
    Agreement,
    CalendarEntry,
    DateKind,
    agreement_calendar,
    day_off,
    sending_remarks,
)

_OWED: Final = (DateKind.DUE, DateKind.RECORDS_END, DateKind.PACKAGES_END)
"""What waits for somebody once its day is over."""

_MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Appointment:
    """A date of an agreement, where it stands, and what makes it a bad day while it is to come."""

    agreement_id: str
    agreement_version: int
    entry: CalendarEntry
    stand: Stand
    remarks: tuple[str, ...]

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been met."""
        return self.stand.progress is Progress.LATE


def appointments(agreement: Agreement, facts: Facts) -> list[Appointment]:
    """Give every date of an agreement and where it stands, the earliest first."""
    today = local_day(facts.now)
    return [
        Appointment(
            agreement_id=agreement.id,
            agreement_version=agreement.version,
            entry=entry,
            stand=stand_of(agreement, entry, facts),
            remarks=tuple(_remarks(agreement, entry)) if entry.day >= today else (),
        )
        for entry in agreement_calendar(agreement)
    ]


def overdue(known: Iterable[Appointment], today: date) -> list[Appointment]:
    """Give what should have been met before today and was not."""
    return sorted(
        (
            one
            for one in known
            if one.entry.day < today and one.is_overdue and one.entry.kind in _OWED
        ),
        key=_order,
    )


def coming(known: Iterable[Appointment], today: date, months: int) -> list[Appointment]:
    """Give what falls between today and the same day so many months later."""
    last = months_after(today, months)
    return sorted((one for one in known if today <= one.entry.day <= last), key=_order)


def months_after(day: date, months: int) -> date:
    """Give the same day so many months later, or the last one of a month that has no such day."""
    year, month = divmod(day.year * _MONTHS_A_YEAR + day.month - 1 + months, _MONTHS_A_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _remarks(agreement: Agreement, entry: CalendarEntry) -> Iterator[str]:
    if entry.kind is DateKind.SEND_BY and _is_survey(agreement, entry):
        yield from sending_remarks(agreement.deadline(entry.deadline_id))
    elif why := day_off(entry.day):
        yield f"ce jour n'est pas travaillé : c'est {why}"


def _is_survey(agreement: Agreement, entry: CalendarEntry) -> bool:
    return agreement.deadline(entry.deadline_id).kind == "survey"


def _order(appointment: Appointment) -> tuple[date, str]:
    return appointment.entry.day, appointment.agreement_id
