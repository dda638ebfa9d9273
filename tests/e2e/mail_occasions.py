"""How a home comes to each occasion of a mail, and when the mail is then read."""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from exchange.attempts import Attempt, JobName
from exchange.home_opening import open_service
from exchange.instants import parse_instant
from exchange.storage.database import UnitOfWork
from jobs.orphans import look_for_orphans
from jobs.tick import tick
from keys.system_errors import system_way_out
from tests.fakes.forked_commands import shared_commands, stop_named
from tests.fakes.home_database import ask
from tests.fakes.mailbox import READER, Mailbox
from tests.fakes.short_certificates import name_certificate
from tests.fakes.situation import DEADLINE, DGEFP

Prepare = Callable[[Mailbox], None]

ALTER_A_LEAF = (
    "UPDATE evidence_event SET event = replace(event, 'done', 'gone') WHERE leaf_index = 3"
)


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


def _asks_for_approval(mailbox: Mailbox) -> None:
    agreement = mailbox.situation.agreement
    text = agreement.read_text("utf-8").replace("version = 1\n", "version = 2\n", 1)
    agreement.write_text(text.replace("# four_eyes = true", "four_eyes = true"), "utf-8")
    mailbox.situation.departement.do(*mailbox.situation.loading())
    _ticked_at("2023-01-24T06:00")(mailbox)


def _sent_undeclared(mailbox: Mailbox) -> None:
    _sends_undeclared(mailbox)
    _ticked_at("2023-07-26T06:00")(mailbox)


def _answered(mailbox: Mailbox) -> None:
    mailbox.set_clock("2023-07-20T10:00")
    mailbox.situation.departement.do("deadline", "ready", "enquete-2")


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
        hint=system_way_out(OSError(errno.ENOSPC, "")),
        asks_somebody=True,
    )
    with _working(mailbox) as work:
        work.attempts.put(attempt)


def _disagreeing(mailbox: Mailbox) -> None:
    ask(mailbox.situation.departement.home, ALTER_A_LEAF)
    _ticked_at("2023-01-30T06:00")(mailbox)


def _without_a_seal(mailbox: Mailbox) -> None:
    mailbox.situation.departement.seal_certificate.unlink()
    _ticked_at("2023-01-31T06:00")(mailbox)


def _interrupted(mailbox: Mailbox) -> None:
    situation, commands = mailbox.situation, shared_commands()
    rehearsal = situation.copied_to(situation.folder.parent / "rehearsal").departement
    words = ("export", "--deadline", DEADLINE, "--for-real")
    at = stop_named("before replace .*.part*", commands.stops_of(rehearsal, *words))
    commands.kill(situation.departement, at, *words)


def _refusing(mailbox: Mailbox) -> None:
    mailbox.configure()
    file = mailbox.situation.departement.home / "notices.toml"
    gone = "parti@departement.example"
    text = file.read_text("utf-8").replace(f'"{READER}"', f'"{READER}", "{gone}"')
    mailbox.server.unknown = (gone,)
    file.write_text(text, "utf-8")
    mailbox.tell_at("2023-01-31T12:00")
    mailbox.server.unknown = ()


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
READY: dict[str, tuple[Prepare, str]] = {
    "due-soon": (_nothing, "2023-01-24T08:00"),
    "approval-awaited": (_asks_for_approval, "2023-01-24T08:00"),
    "approval-late": (_asks_for_approval, "2023-02-03T08:00"),
    "late": (_nothing, "2023-02-03T08:00"),
    "sent-late": (_ticked_at("2023-02-21T06:00"), "2023-02-21T06:01"),
    "missed": (_nothing, "2023-08-29T06:00"),
    "failed": (_failing, "2023-01-31T08:00"),
    "log-disagrees": (_disagreeing, "2023-01-30T08:00"),
    "no-seal": (_without_a_seal, "2023-01-31T06:01"),
    "interrupted": (_interrupted, "2023-01-31T11:00"),
}
# From one that has sent.
SENT: dict[str, tuple[Prepare, str]] = {
    "sent": (_nothing, "2023-01-31T10:01"),
    "undeclared": (_nothing, "2023-07-24T08:00"),
    "undeclared-send": (_sends_undeclared, "2023-07-24T08:00"),
    "sent-undeclared": (_sent_undeclared, "2023-07-26T06:01"),
    "undeclared-alarm": (_nothing, "2023-07-28T08:00"),
    "nothing-to-send": (_answered, "2023-07-20T10:01"),
    "receipt-overdue": (_nothing, "2023-02-07T11:00"),
    "told-before": (_told_before, "2023-02-08T08:00"),
    "purge-announced": (_nothing, "2023-08-01T08:00"),
    "purge-overdue": (_nothing, "2023-08-29T08:00"),
    "purged": (_ticked_at("2023-08-29T09:00"), "2023-08-29T09:05"),
    "key-expires": (_with_a_short_certificate, "2023-03-03T08:00"),
    "key-expired": (_with_an_ended_certificate, "2023-03-16T08:00"),
    "approver-expires": (_with_a_short_approver, "2023-03-03T08:00"),
    "out-of-order": (_altered, "2023-01-31T12:00"),
    "addresses-refused": (_refusing, "2023-02-01T08:00"),
}
