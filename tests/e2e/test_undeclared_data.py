"""Data that nobody declared ready, where the agreement holds them: they stay, and it is said."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from exchange.home_opening import open_service
from exchange.notices.notice import NoticeKind
from exchange.notices.standing import Standing, standing_notices
from jobs.tick import tick
from tests.fakes.mail_server import mail_server
from tests.fakes.mailbox import Mailbox
from tests.fakes.situation import AGREEMENT, Situation

_DEADLINE = "analyse"
_SUBJECT = f"{AGREEMENT}/{_DEADLINE}"
_SEND_BY, _DUE = date(2023, 7, 26), date(2023, 7, 30)


@pytest.fixture(name="mailbox")
def _mailbox(sent: Situation) -> Iterator[Mailbox]:
    with mail_server() as server:
        mailbox = Mailbox(sent, server)
        mailbox.configure()
        yield mailbox


def test_the_alarm_is_told_every_day_from_the_last_day_to_the_due_one(mailbox: Mailbox) -> None:
    told = []
    for day in _days(_SEND_BY - timedelta(3), _DUE):
        mailbox.set_clock(f"{day}T08:00")
        [entry] = _standing(mailbox, NoticeKind.UNDECLARED)
        if not entry.is_told:
            told.append((day, entry.notice.urgent))
        mailbox.tell_at(f"{day}T08:00")

    reminders = [(_SEND_BY - timedelta(days), False) for days in (3, 2)]
    assert told == [*reminders, *((day, True) for day in _days(_SEND_BY, _DUE))]


def test_what_is_held_does_not_leave_once_it_is_due_either(mailbox: Mailbox) -> None:
    before = mailbox.situation.outbox_names()

    for day in (*_days(_SEND_BY, _DUE + timedelta(2)), _DUE + timedelta(21)):
        mailbox.set_clock(f"{day}T10:00")
        tick(mailbox.settings, lambda _: None)

    assert mailbox.situation.outbox_names() == before


@pytest.mark.parametrize("days", [1, 2, 21])
def test_after_the_due_day_it_is_said_to_be_late(mailbox: Mailbox, days: int) -> None:
    mailbox.set_clock(f"{_DUE + timedelta(days)}T08:00")

    [late] = _standing(mailbox, NoticeKind.LATE)

    assert late.notice.urgent
    assert f"deadline ready {_DEADLINE}" in late.notice.way_out
    assert _standing(mailbox, NoticeKind.UNDECLARED) == []


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(number) for number in range((last - first).days + 1)]


def _standing(mailbox: Mailbox, kind: NoticeKind) -> list[Standing]:
    with open_service(mailbox.settings, inspecting=True) as service:
        standing = standing_notices(service)
    return [e for e in standing if (e.notice.kind, e.notice.subject) == (kind, _SUBJECT)]
