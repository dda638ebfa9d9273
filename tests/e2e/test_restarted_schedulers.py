"""A scheduler that was killed and is started again wakes nobody: it finishes what it began."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from exchange.attempts import Attempt
from exchange.home_opening import open_service
from tests.fakes.command_here import CommandHere
from tests.fakes.forked_commands import ForkedCommands, stop_named
from tests.fakes.mail_server import mail_server
from tests.fakes.mailbox import Mailbox
from tests.fakes.situation import DGEFP, Situation

_TICK = ("scheduler", "--once")
_RECORDS_END = "2023-09-30T10:00"
_AN_EXPORT = f"{DGEFP}_r1 a été interrompu"
_A_PURGE = "une destruction de spie-62 a été interrompue"


@pytest.fixture(name="killed_export")
def _killed_export(
    commands: ForkedCommands, fresh: Situation, prepared: Situation, tmp_path: Path
) -> Iterator[Mailbox]:
    """A home whose scheduler was killed before a package took its name."""
    rehearsal = prepared.copied_to(tmp_path / "rehearsal")
    at = stop_named("before replace .*.part*", commands.stops_of(rehearsal.departement, *_TICK))
    commands.kill(fresh.departement, at, *_TICK)
    yield from _with_mailbox(fresh)


@pytest.fixture(name="killed_purge")
def _killed_purge(
    commands: ForkedCommands, sent: Situation, published: Situation, tmp_path: Path
) -> Iterator[Mailbox]:
    """A home whose scheduler was killed while it was destroying."""
    rehearsal = published.copied_to(tmp_path / "rehearsal")
    _kill_purge(commands, sent, rehearsal, "after DELETE FROM person*")
    yield from _with_mailbox(sent)


@pytest.fixture(name="unnamed_certificate")
def _unnamed_certificate(
    commands: ForkedCommands, sent: Situation, published: Situation, tmp_path: Path
) -> Iterator[Mailbox]:
    """A home whose scheduler was killed when the base had the certificate, and its file no name."""
    rehearsal = published.copied_to(tmp_path / "rehearsal")
    _kill_purge(commands, sent, rehearsal, "before replace *.p7m.next*")
    yield from _with_mailbox(sent)


def _kill_purge(
    commands: ForkedCommands, killed: Situation, rehearsal: Situation, stop: str
) -> None:
    for situation in (rehearsal, killed):
        commands.run(situation.departement, "clock", "set", _RECORDS_END)
    at = stop_named(stop, commands.stops_of(rehearsal.departement, *_TICK))
    commands.kill(killed.departement, at, *_TICK)


def test_an_export_that_a_kill_ended_is_finished_and_nobody_is_woken(
    killed_export: Mailbox, command: CommandHere
) -> None:
    home = killed_export.situation.departement.home

    command.run(home, *_TICK)
    status = command.run(home, "status")
    _pass(killed_export, timedelta(minutes=1))
    command.run(home, *_TICK)

    assert killed_export.situation.package(DGEFP).exists()
    assert _AN_EXPORT not in status.output
    assert _told(killed_export)
    assert _AN_EXPORT not in _told(killed_export)


def test_a_destruction_that_a_kill_ended_wakes_nobody_either(
    killed_purge: Mailbox, command: CommandHere
) -> None:
    home = killed_purge.situation.departement.home

    command.run(home, *_TICK)
    status = command.run(home, "status")

    assert _attempts(killed_purge)[0].failures == 1
    assert _A_PURGE not in status.output
    assert _told(killed_purge)
    assert _A_PURGE not in _told(killed_purge)
    assert "à réparer" not in _told(killed_purge)


def test_nobody_is_told_to_restore_what_an_interrupted_destruction_takes_away(
    killed_purge: Mailbox, command: CommandHere
) -> None:
    home = killed_purge.situation.departement.home
    command.run(home, *_TICK)

    doctor = command.run(home, "doctor")

    assert not killed_purge.situation.package(DGEFP).exists()
    assert _A_PURGE in doctor.output
    assert "restaurez" not in doctor.output + _told(killed_purge)


def test_a_certificate_that_waits_for_its_name_gets_it_and_nobody_is_told_to_remove_it(
    unnamed_certificate: Mailbox, command: CommandHere
) -> None:
    home = unnamed_certificate.situation.departement.home
    certificates = home / "certificates"

    doctor = command.run(home, "doctor").output
    command.run(home, *_TICK)
    _pass(unnamed_certificate, timedelta(minutes=1))
    ticked = command.run(home, *_TICK)
    kinds = sorted(path.suffix for path in certificates.iterdir())

    told = doctor + _told(unnamed_certificate)
    assert ".p7m.next reste d'une commande interrompue" in doctor
    assert "manque ou a été modifié" not in told
    assert f"rm {certificates}" not in told
    assert ticked.exit_code == 0, ticked
    assert kinds == [".json", ".p7m", ".txt"]
    assert not _attempts(unnamed_certificate)


def test_somebody_is_asked_once_the_attempts_do(
    killed_export: Mailbox, command: CommandHere
) -> None:
    [attempt] = _attempts(killed_export)
    with (
        open_service(killed_export.settings, inspecting=False) as service,
        service.database.begin() as work,
    ):
        work.attempts.put(replace(attempt, failures=6, asks_somebody=True))

    status = command.run(killed_export.situation.departement.home, "status")

    assert _AN_EXPORT in status.output


def test_what_no_scheduler_came_back_for_is_said(
    killed_export: Mailbox, command: CommandHere
) -> None:
    _pass(killed_export, timedelta(hours=1, minutes=1))

    status = command.run(killed_export.situation.departement.home, "status")

    assert _AN_EXPORT in status.output


def _with_mailbox(situation: Situation) -> Iterator[Mailbox]:
    with mail_server() as server:
        mailbox = Mailbox(situation, server)
        mailbox.configure()
        yield mailbox


def _told(mailbox: Mailbox) -> str:
    """Give all that was mailed, on one line."""
    return " ".join(" ".join(mailbox.server.texts).split())


def _attempts(mailbox: Mailbox) -> tuple[Attempt, ...]:
    with (
        open_service(mailbox.settings, inspecting=True) as service,
        service.database.read() as work,
    ):
        return work.attempts.all()


def _pass(mailbox: Mailbox, time: timedelta) -> None:
    with open_service(mailbox.settings, inspecting=True) as service:
        service.set_clock(service.clock.now() + time)
