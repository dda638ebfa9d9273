"""The dates of agreements as appointments: the coming ones, and the past ones that wait still."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from exchange.calendar.facts import Facts
from exchange.calendar.progress import Progress, Stand, stand_of
from schemas.agreement import Agreement, CalendarEntry, DateKind, agreement_calendar, day_off

_OWED: Final = (DateKind.DUE, DateKind.RECORDS_END, DateKind.PACKAGES_END)
"""What waits for somebody once its day is over."""

_MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Appointment:
    """A date of an agreement, and where it stands.

    ``day_off`` says why the day is not worked; it is ``None`` for one that is.
    """

    agreement_id: str
    agreement_version: int
    entry: CalendarEntry
    stand: Stand
    day_off: str | None

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been met."""
        return self.stand.progress is Progress.LATE


def appointments(agreement: Agreement, facts: Facts) -> list[Appointment]:
    """Give every date of an agreement and where it stands, the earliest first."""
    return [
        Appointment(
            agreement_id=agreement.id,
            agreement_version=agreement.version,
            entry=entry,
            stand=stand_of(agreement, entry, facts),
            day_off=day_off(entry.day),
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


def _order(appointment: Appointment) -> tuple[date, str]:
    return appointment.entry.day, appointment.agreement_id
