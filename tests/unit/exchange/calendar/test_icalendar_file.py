"""The file is read by two other readers: that of another library, and a plain one of lines."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import vobject

from exchange.calendar.appointments import Appointment
from exchange.calendar.icalendar_file import icalendar_file
from exchange.calendar.progress import Progress, Stand
from schemas.agreement import CalendarEntry, DateKind, opens_at

_NOW = datetime(2023, 1, 20, 9, tzinfo=UTC)
_ACCENTS = "Échéance « d'été », arrêtée ; à Île-de-Bréhat \\ œuvre n° 1 : " * 4
_DUE = Appointment(
    agreement_id="spie-99",
    agreement_version=3,
    entry=CalendarEntry(date(2023, 3, 31), DateKind.DUE, _ACCENTS, "enquete"),
    stand=Stand(Progress.TO_DO, ("dgefp : à envoyer", "dares : à envoyer")),
    remarks=("ce jour n'est pas travaillé : c'est un dimanche",),
)


def _at(day: date, kind: DateKind, progress: Progress = Progress.TO_DO) -> Appointment:
    entry = CalendarEntry(day, kind, "quoi", "enquete")
    return replace(_DUE, entry=entry, stand=Stand(progress), remarks=())


def _written(*listed: Appointment, trial: bool = False, now: datetime = _NOW) -> bytes:
    return icalendar_file(listed, origin="spie-exchange/0123456789abcdef", trial=trial, now=now)


def _read(data: bytes) -> Any:  # noqa: ANN401 - the library has no types
    return vobject.readOne(data.decode())


def test_another_reader_finds_what_was_written() -> None:
    event = _read(_written(_DUE)).vevent

    assert event.summary.value == _ACCENTS
    assert event.dtstart.value == date(2023, 3, 31)
    assert event.sequence.value == "3"
    assert event.dtstamp.value == _NOW
    assert event.description.value.splitlines() == [
        "Convention spie-99, version 3",
        "Attention : ce jour n'est pas travaillé : c'est un dimanche",
        "État au 20/01/2023 :",
        "dgefp : à envoyer",
        "dares : à envoyer",
    ]


def test_lines_are_folded_at_75_octets_and_a_letter_is_never_cut() -> None:
    lines = _written(_DUE).split(b"\r\n")

    assert max(map(len, lines)) == 75
    assert b"\n" not in b"".join(lines)
    for line in lines:
        line.decode()


def test_the_file_has_what_the_standard_demands() -> None:
    lines = _written(_DUE, _at(date(2023, 1, 16), DateKind.SEND_FROM)).decode().split("\r\n")

    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert {"VERSION:2.0", "PRODID:-//spie-exchange//calendrier//FR"} <= set(lines)
    for name in ("UID", "DTSTAMP", "DTSTART", "SUMMARY", "SEQUENCE"):
        assert sum(re.match(f"{name}[:;]", line) is not None for line in _events_of(lines)) == 2


def _events_of(lines: list[str]) -> list[str]:
    return lines[lines.index("BEGIN:VEVENT") :]


def test_a_date_that_moves_keeps_its_uid_and_is_newer() -> None:
    moved = replace(
        _DUE, agreement_version=4, entry=replace(_DUE.entry, day=date(2023, 4, 28), label="autre")
    )

    before, after = (_read(_written(one)).vevent for one in (_DUE, moved))

    assert before.uid.value == after.uid.value
    assert int(before.sequence.value) < int(after.sequence.value)
    assert after.dtstart.value == date(2023, 4, 28)


def test_each_date_of_each_home_has_a_uid_of_its_own() -> None:
    entries = [replace(_DUE.entry, kind=kind) for kind in DateKind]
    others = [replace(_DUE.entry, deadline_id=name) for name in ("", "bilan")]
    listed = [replace(_DUE, entry=entry) for entry in (*entries, *others)]
    listed.append(replace(_DUE, agreement_id="spie-98"))
    elsewhere = icalendar_file([_DUE], origin="spie-exchange/other", trial=False, now=_NOW)

    uids = [event.uid.value for event in _read(_written(*listed)).vevent_list]
    uids.append(_read(elsewhere).vevent.uid.value)

    assert len(set(uids)) == len(listed) + 1
    assert all(re.fullmatch("[a-z0-9.@-]+", uid) for uid in uids)


def test_the_opening_is_at_six_in_paris_for_another_reader() -> None:
    years = range(2023, 2044)
    changes = [_last_sunday_by(date(year, month, 31)) for year in years for month in (3, 10)]
    days = [day + timedelta(days=more) for day in changes for more in (-1, 0, 1)]

    read = _read(_written(*(_at(day, DateKind.SEND_FROM) for day in days)))

    starts = [event.dtstart for event in read.vevent_list]
    assert {start.params["X-VOBJ-ORIGINAL-TZID"][0] for start in starts} == {"Europe/Paris"}
    assert [start.value.astimezone(UTC) for start in starts] == [opens_at(day) for day in days]


def _last_sunday_by(day: date) -> date:
    return day - timedelta(days=(day.weekday() + 1) % 7)


@pytest.mark.parametrize(
    ("kind", "progress", "days"),
    [
        (DateKind.DUE, Progress.TO_DO, [7, 2, 0]),
        (DateKind.DUE, Progress.LATE, []),
        (DateKind.SEND_BY, Progress.ELSEWHERE, [7, 2, 0]),
        (DateKind.RECORDS_END, Progress.TO_DO, [30, 7, 2, 0]),
        (DateKind.DUE, Progress.DONE, []),
        (DateKind.CUT_OFF, Progress.NOTHING, []),
        (DateKind.SEND_FROM, Progress.TO_DO, []),
    ],
)
def test_somebody_is_reminded_at_nine_of_what_is_to_come(
    kind: DateKind, progress: Progress, days: list[int]
) -> None:
    day = date(2023, 3, 31)

    event = _read(_written(_at(day, kind, progress))).vevent

    alarms = getattr(event, "valarm_list", [])
    moments = [datetime(2023, 3, 31) + alarm.trigger.value for alarm in alarms]  # noqa: DTZ001 - a calendar's own day
    assert moments == [datetime(2023, 3, 31, 9) - timedelta(days=n) for n in days]  # noqa: DTZ001 - idem
    assert {alarm.action.value for alarm in alarms} <= {"DISPLAY"}


def test_a_trial_says_so_on_every_date() -> None:
    read = _read(_written(_DUE, trial=True))

    assert read.vevent.summary.value.startswith("ESSAI : ")
    assert read.x_wr_calname.value == "SPIE : échéances (ESSAI)"


def test_it_names_nothing_outside_and_nobody() -> None:
    written = _written(_DUE, _at(date(2023, 1, 16), DateKind.SEND_FROM)).decode()

    assert "http" not in written
    assert not re.search(r"^(ATTENDEE|ORGANIZER|CONTACT|URL|ATTACH)", written, re.MULTILINE)


def test_no_date_makes_an_empty_calendar() -> None:
    assert b"BEGIN:VEVENT" not in _written()
