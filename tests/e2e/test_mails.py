"""Every kind of mail as a person reads it: the texts are in ``tests/vectors/notices``."""

import csv
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from exchange.attempts import Attempt, JobName
from exchange.diagnosis.last_verification import LastVerification, keep_verification
from exchange.errors import ConfigurationError
from exchange.home_opening import open_service
from exchange.instants import parse_instant
from exchange.storage.database import UnitOfWork
from jobs.orphans import look_for_orphans
from jobs.tick import tick
from tests.documents import compare_or_rewrite
from tests.fakes.mail_server import MailServer, mail_server
from tests.fakes.mailbox import Mailbox
from tests.fakes.short_certificates import name_certificate
from tests.fakes.situation import DGEFP, Situation

Prepare = Callable[[Mailbox], None]

_MOMENT = re.compile(r"\b([a-z]+di|dimanche)\s+\S+\s+\S+\s+\d{4}\s+à\s+\d+\s+h\s+\d\d")
_TEXTS = Path(__file__).parents[1] / "vectors/notices"


@pytest.fixture(name="post_office", scope="module")
def _post_office() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@contextmanager
def _working(mailbox: Mailbox) -> Iterator[UnitOfWork]:
    with (
        open_service(mailbox.settings, inspecting=False) as service,
        service.database.begin() as work,
    ):
        yield work


def _nothing(mailbox: Mailbox) -> None:
    del mailbox


def _ticked_at(when: str) -> Prepare:
    def prepare(mailbox: Mailbox) -> None:
        mailbox.set_clock(when)
        tick(mailbox.settings, lambda _: None)

    return prepare


def _sends_undeclared(mailbox: Mailbox) -> None:
    agreement = mailbox.situation.agreement
    text = agreement.read_text("utf-8").replace("version = 1\n", "version = 2\n", 1)
    agreement.write_text(text.replace('"hold"', '"send"'), "utf-8")
    mailbox.situation.departement.do(*mailbox.situation.loading())


def _sent_undeclared(mailbox: Mailbox) -> None:
    _sends_undeclared(mailbox)
    _ticked_at("2023-07-26T06:00")(mailbox)


def _failing(mailbox: Mailbox) -> None:
    at = parse_instant("2023-01-30T06:00")
    attempt = Attempt(
        job=JobName.EXPORT,
        subject=mailbox.situation.transfer_id(DGEFP),
        agreement_id=None,
        failures=7,
        first_at=at,
        not_before=at + timedelta(hours=28),
        cause="le disque est plein",
        asks_somebody=True,
    )
    with _working(mailbox) as work:
        work.attempts.put(attempt)


def _disagreeing(mailbox: Mailbox) -> None:
    last = LastVerification(is_intact=False, at=parse_instant("2023-01-30T02:00"))
    with _working(mailbox) as work:
        keep_verification(work.state, last)


def _altered(mailbox: Mailbox) -> None:
    mailbox.situation.package(DGEFP).write_bytes(b"Autre chose")
    with open_service(mailbox.settings, inspecting=False) as service:
        look_for_orphans(service, lambda _: None)


def _told_before(mailbox: Mailbox) -> None:
    mailbox.configure()
    mailbox.tell_at("2023-02-07T11:00")
    _failing(mailbox)


def _with_a_short_certificate(mailbox: Mailbox) -> None:
    _with_short(mailbox, mailbox.situation.keys(DGEFP) / "receipt-cert.pem")


def _with_an_ended_certificate(mailbox: Mailbox) -> None:
    _with_a_short_certificate(mailbox)
    _ticked_at("2023-03-15T08:00")(mailbox)


def _with_a_short_approver(mailbox: Mailbox) -> None:
    _with_short(mailbox, mailbox.situation.approver / "approver-cert.pem")


def _with_short(mailbox: Mailbox, former: Path) -> None:
    mailbox.configure()
    mailbox.set_clock("2023-03-02T08:00")
    tick(mailbox.settings, lambda _: None)
    name_certificate(mailbox.situation, former, datetime(2023, 3, 15, tzinfo=UTC))
    mailbox.situation.departement.do(*mailbox.situation.loading())


# From a home that is ready to send on 31 January.
_READY: dict[str, tuple[Prepare, str]] = {
    "due-soon": (_nothing, "2023-01-24T08:00"),
    "late": (_nothing, "2023-02-03T08:00"),
    "sent-late": (_ticked_at("2023-02-21T06:00"), "2023-02-21T06:01"),
    "failed": (_failing, "2023-01-31T08:00"),
    "log-disagrees": (_disagreeing, "2023-01-30T08:00"),
}
# From one that has sent.
_SENT: dict[str, tuple[Prepare, str]] = {
    "sent": (_nothing, "2023-01-31T10:01"),
    "undeclared": (_nothing, "2023-07-24T08:00"),
    "undeclared-send": (_sends_undeclared, "2023-07-24T08:00"),
    "sent-undeclared": (_sent_undeclared, "2023-07-26T06:01"),
    "undeclared-alarm": (_nothing, "2023-07-28T08:00"),
    "receipt-overdue": (_nothing, "2023-02-07T11:00"),
    "told-before": (_told_before, "2023-02-08T08:00"),
    "purge-announced": (_nothing, "2023-08-01T08:00"),
    "purge-overdue": (_nothing, "2023-08-29T08:00"),
    "purged": (_ticked_at("2023-08-29T09:00"), "2023-08-29T09:05"),
    "key-expires": (_with_a_short_certificate, "2023-03-03T08:00"),
    "key-expired": (_with_an_ended_certificate, "2023-03-16T08:00"),
    "approver-expires": (_with_a_short_approver, "2023-03-03T08:00"),
    "out-of-order": (_altered, "2023-01-31T12:00"),
}


@pytest.mark.parametrize("name", _READY)
def test_a_mail_before_the_sending_is_as_it_was_read(
    fresh: Situation, post_office: MailServer, name: str
) -> None:
    _compare(Mailbox(fresh, post_office), name, *_READY[name])


@pytest.mark.parametrize("name", _SENT)
def test_a_mail_after_the_sending_is_as_it_was_read(
    sent: Situation, post_office: MailServer, name: str
) -> None:
    _compare(Mailbox(sent, post_office), name, *_SENT[name])


def _compare(mailbox: Mailbox, name: str, prepare: Prepare, when: str) -> None:
    prepare(mailbox)
    mailbox.configure()

    text = mailbox.read_at(when)

    compare_or_rewrite(_TEXTS / f"{name}.txt", text)


def test_the_mail_of_a_home_that_does_not_open_is_as_it_was_read(
    fresh: Situation, post_office: MailServer
) -> None:
    mailbox = Mailbox(fresh, post_office)
    mailbox.configure()
    (fresh.departement.home / "outside/checkpoints").unlink()

    with pytest.raises(ConfigurationError):
        tick(mailbox.settings, lambda _: None)

    # The machine's own time: the base would say how far a trial's is from it.
    text = _MOMENT.sub("lundi 30 janvier 2023 à 8 h 00", mailbox.last_read())
    compare_or_rewrite(_TEXTS / "stopped.txt", text)


def test_no_mail_holds_a_word_of_anybody(prepared: Situation) -> None:
    with prepared.source.open(encoding="cp1252", newline="") as file:
        cells = {cell for row in csv.reader(file, delimiter=";") for cell in row if len(cell) > 5}
    texts = {path.name: path.read_text("utf-8") for path in _TEXTS.glob("*.txt")}

    assert len(cells) > 500
    assert set(texts) == {f"{name}.txt" for name in (*_READY, *_SENT, "stopped")}
    assert [(name, cell) for cell in cells for name, text in texts.items() if cell in text] == []


def test_no_mail_links_to_anything() -> None:
    texts = [path.read_text("utf-8") for path in _TEXTS.glob("*.txt")]

    assert [text for text in texts if "http" in text or "www" in text] == []
