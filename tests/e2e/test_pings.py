"""The dead man's ping: called while all goes well, silent as soon as it does not."""

from collections.abc import Iterator

import pytest

from exchange.errors import RetryLaterError
from exchange.notices.ping import call
from jobs.tick import tick
from schemas.notices import Ping
from tests.fakes.mail_server import Mood, mail_server
from tests.fakes.mailbox import Mailbox
from tests.fakes.situation import Situation
from tests.fakes.watcher import Watcher, watching

_TARGET = "/ping/0f8fad5b?create=1"


@pytest.fixture(name="watcher")
def _watcher() -> Iterator[Watcher]:
    with watching() as watcher:
        yield watcher


@pytest.fixture(name="mailbox")
def _mailbox(fresh: Situation, watcher: Watcher) -> Iterator[Mailbox]:
    with mail_server() as server:
        mailbox = Mailbox(fresh, server)
        mailbox.configure(f'[ping]\naddress = "{watcher.address}"\n')
        yield mailbox


def test_a_tick_that_ended_well_calls_and_says_nothing_else(
    mailbox: Mailbox, watcher: Watcher
) -> None:
    mailbox.set_clock("2023-01-31T10:00")

    ended_well = tick(mailbox.settings, lambda _: None)

    assert ended_well
    assert watcher.calls == [(_TARGET, "")]


def test_a_tick_whose_mail_does_not_leave_is_silent(mailbox: Mailbox, watcher: Watcher) -> None:
    mailbox.server.mood = Mood.BUSY
    mailbox.set_clock("2023-01-31T10:00")

    tick(mailbox.settings, lambda _: None)

    assert watcher.calls == []


def test_a_tick_that_did_not_end_well_is_silent(mailbox: Mailbox, watcher: Watcher) -> None:
    (mailbox.situation.departement.home / "seal.crt").unlink()
    mailbox.set_clock("2023-01-31T10:00")

    ended_well = tick(mailbox.settings, lambda _: None)

    assert not ended_well
    assert watcher.calls == []


def test_an_address_that_is_not_there_makes_the_tick_end_badly(
    mailbox: Mailbox, watcher: Watcher
) -> None:
    watcher.status = 404
    mailbox.set_clock("2023-01-31T10:00")

    assert not tick(mailbox.settings, lambda _: None)


def test_no_redirection_is_followed(watcher: Watcher) -> None:
    watcher.status = 302

    with pytest.raises(RetryLaterError, match="répond 302"):
        call(Ping(watcher.address))

    assert [target for target, _ in watcher.calls] == [_TARGET]


def test_an_address_that_nobody_answers_for_is_called_again_later() -> None:
    with watching() as watcher:
        ping = Ping(watcher.address)

    with pytest.raises(RetryLaterError, match="ne répond pas") as raised:
        call(ping)

    assert "0f8fad5b" not in f"{raised.value.message}{raised.value.hint}{ping!r}"
