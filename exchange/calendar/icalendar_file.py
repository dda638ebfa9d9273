"""The dates as an iCalendar file (RFC 5545), for whatever calendar an operator looks at.

It holds no personal data and names nothing outside. A date keeps its UID for ever: a later
file, imported again, moves it and brings what is done up to date.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from icalendar import Alarm, Calendar, Event

from exchange.calendar.appointments import Appointment
from exchange.calendar.paris_zone import paris_zone
from exchange.calendar.progress import Progress
from exchange.instants import PARIS, local_day
from exchange.reminders import DESTRUCTION_NOTICE_DAYS, REMINDER_DAYS
from schemas.agreement import DateKind, opens_at

_PRODUCT: Final = "-//spie-exchange//calendrier//FR"
_OF_THE_AGREEMENT: Final = "convention"
_REMINDED_AT: Final = timedelta(hours=9)
_REMINDED: Final = (
    *(DateKind.SEND_BY, DateKind.DUE),
    *(DateKind.RECORDS_END, DateKind.PACKAGES_END),
)
_ANNOUNCED: Final = (DateKind.RECORDS_END, DateKind.PACKAGES_END)
_WAITING: Final = (Progress.TO_DO, Progress.ELSEWHERE)


def icalendar_file(
    listed: Sequence[Appointment], *, origin: str, trial: bool, now: datetime
) -> bytes:
    """Write the dates as of ``now``; ``origin`` tells the dates of one home from another's."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.calendar_name = "SPIE : échéances (ESSAI)" if trial else "SPIE : échéances"
    calendar.add_component(paris_zone())
    for appointment in listed:
        calendar.add_component(_event(appointment, origin=origin, trial=trial, now=now))
    return bytes(calendar.to_ical())


def _event(appointment: Appointment, *, origin: str, trial: bool, now: datetime) -> Event:
    entry = appointment.entry
    summary = f"ESSAI : {entry.label}" if trial else entry.label
    event = Event()
    event.add("uid", _uid(appointment, origin))
    event.add("dtstamp", now)
    event.add("sequence", appointment.agreement_version)
    event.add("summary", summary)
    event.add("description", _description(appointment, now))
    event.add("dtstart", _start(appointment))
    event.add("transp", "TRANSPARENT")
    for days in _reminders(appointment):
        event.add_component(_alarm(days, summary))
    return event


def _uid(appointment: Appointment, origin: str) -> str:
    # Agendas name a file after it: no slash.
    entry = appointment.entry
    about = entry.deadline_id or _OF_THE_AGREEMENT
    return f"{appointment.agreement_id}.{about}.{entry.kind}@{origin.replace('/', '.')}"


def _start(appointment: Appointment) -> date | datetime:
    """Give the hour where there is one: nothing leaves before it."""
    day = appointment.entry.day
    if appointment.entry.kind is DateKind.SEND_FROM:
        return opens_at(day).astimezone(PARIS)
    return day


def _description(appointment: Appointment, now: datetime) -> str:
    version = f"{appointment.agreement_id}, version {appointment.agreement_version}"
    lines = [f"Convention {version}"]
    lines += [f"Attention : {remark}" for remark in appointment.remarks]
    if appointment.stand.sentences:
        lines += [f"État au {local_day(now):%d/%m/%Y} :", *appointment.stand.sentences]
    return "\n".join(lines)


def _reminders(appointment: Appointment) -> tuple[int, ...]:
    """Give how many days before it somebody is reminded; never of what is done, or past."""
    kind = appointment.entry.kind
    if kind not in _REMINDED or appointment.stand.progress not in _WAITING:
        return ()
    return (DESTRUCTION_NOTICE_DAYS, *REMINDER_DAYS) if kind in _ANNOUNCED else REMINDER_DAYS


def _alarm(days: int, summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"Dans {days} jours : {summary}" if days else summary)
    # From the first moment of the day itself, which a calendar counts from.
    alarm.add("trigger", _REMINDED_AT - timedelta(days=days))
    return alarm
