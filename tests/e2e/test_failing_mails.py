"""Mails that do not leave: tried again later, said on the screens, over once nothing waits."""

import pytest

from exchange.attempts import JobName
from exchange.errors import ConfigurationError, RefusedError, RetryLaterError
from exchange.home_opening import open_service
from exchange.notices.telling import what_to_tell
from jobs.tick import tick
from tests.fakes.command_here import CommandHere
from tests.fakes.home_state import acts_done
from tests.fakes.mail_server import Mood
from tests.fakes.mailbox import READER, Mailbox

_REMINDER = "2023-01-24T08:00"


def test_what_a_busy_server_did_not_take_is_told_later(mailbox: Mailbox) -> None:
    mailbox.server.mood = Mood.BUSY
    with pytest.raises(RetryLaterError, match="revenir plus tard"):
        mailbox.tell_at(_REMINDER)
    mailbox.server.mood = Mood.GOOD

    told = mailbox.tell_at(_REMINDER)

    assert told.notices == 2


def test_a_failing_server_stops_no_job_and_fills_no_log(mailbox: Mailbox) -> None:
    mailbox.server.mood = Mood.REFUSES_SENDER
    mailbox.set_clock("2023-01-31T10:00")

    ended_well = [tick(mailbox.settings, lambda _: None) for _ in range(4)]

    assert ended_well == [False] * 4
    assert len(mailbox.situation.outbox_names()) == 2
    assert len(_events(mailbox, b"attempt.failed")) == 1


def test_a_job_that_fails_each_minute_leaves_evidence_as_rarely_as_it_would_be_retried(
    mailbox: Mailbox,
) -> None:
    (mailbox.situation.departement.home / "notices.toml").write_text("[mail]\n", "utf-8")
    mailbox.set_clock("2023-01-31T10:00")

    ended_well = [tick(mailbox.settings, lambda _: None) for _ in range(3)]

    assert ended_well == [False] * 3
    assert len(_events(mailbox, b"attempt.failed")) == 1


def test_a_failing_server_is_said_by_status_and_doctor(
    mailbox: Mailbox, command: CommandHere
) -> None:
    mailbox.server.mood = Mood.REFUSES_SENDER
    mailbox.set_clock("2023-01-31T10:00")
    tick(mailbox.settings, lambda _: None)
    home = mailbox.situation.departement.home

    status, doctor = command.run(home, "status"), command.run(home, "doctor")

    assert "attention : l'envoi des courriels échoue depuis le mardi 31" in status.output
    assert "courriels : ils ne partent pas depuis le mardi 31 janvier 2023" in doctor.output
    assert (status.exit_code, doctor.exit_code) == (0, 4)


def test_a_mail_that_arrives_does_not_say_that_mails_do_not(mailbox: Mailbox) -> None:
    mailbox.server.mood = Mood.REFUSES_SENDER
    mailbox.set_clock("2023-01-31T10:00")
    tick(mailbox.settings, lambda _: None)
    mailbox.server.mood = Mood.GOOD
    mailbox.set_clock("2023-01-31T10:01")

    tick(mailbox.settings, lambda _: None)

    assert len(mailbox.server.messages) == 1
    assert "courriels" not in mailbox.server.texts[0]


def test_a_mail_that_arrives_does_not_say_that_the_notices_file_was_wrong(
    mailbox: Mailbox,
) -> None:
    (mailbox.situation.departement.home / "notices.toml").write_text("[mail]\n", "utf-8")
    mailbox.set_clock("2023-01-31T10:00")
    tick(mailbox.settings, lambda _: None)
    mailbox.configure()

    ended_well = tick(mailbox.settings, lambda _: None)

    [message] = mailbox.server.messages
    assert "échec" not in message["Subject"]
    assert "courriels" not in mailbox.server.texts[0]
    assert ended_well


def test_mails_that_did_not_leave_are_over_once_there_is_nothing_left_to_tell(
    mailbox: Mailbox,
) -> None:
    mailbox.set_clock(_REMINDER)
    tick(mailbox.settings, lambda _: None)
    mailbox.server.mood = Mood.REFUSES_SENDER
    _fail_for_good(mailbox, "un-travail")
    failing = tick(mailbox.settings, lambda _: None)
    with open_service(mailbox.settings, inspecting=False) as service:
        service.attempts().forget(JobName.PURGE, "un-travail")

    mended = tick(mailbox.settings, lambda _: None)

    assert (failing, mended) == (False, True)


def test_mails_that_did_not_leave_are_over_once_nobody_is_to_be_told(mailbox: Mailbox) -> None:
    mailbox.server.mood = Mood.REFUSES_SENDER
    mailbox.set_clock("2023-01-31T10:00")
    failing = tick(mailbox.settings, lambda _: None)
    (mailbox.situation.departement.home / "notices.toml").unlink()

    without = tick(mailbox.settings, lambda _: None)

    assert (failing, without) == (False, True)


def test_mails_that_do_not_leave_go_on_failing_while_something_waits_for_the_morning(
    mailbox: Mailbox, command: CommandHere
) -> None:
    mailbox.set_clock("2023-01-24T05:00")
    mailbox.server.mood = Mood.REFUSES_SENDER
    _fail_for_good(mailbox, "un-travail")
    tick(mailbox.settings, lambda _: None)
    with open_service(mailbox.settings, inspecting=False) as service:
        service.attempts().forget(JobName.PURGE, "un-travail")

    ended_well = tick(mailbox.settings, lambda _: None)

    status = command.run(mailbox.situation.departement.home, "status").output
    assert "attention : l'envoi des courriels échoue" in status
    assert not ended_well


def test_addresses_that_the_server_refuses_are_said_by_status(
    mailbox: Mailbox, command: CommandHere
) -> None:
    home = mailbox.situation.departement.home
    mailbox.server.unknown = ("parti@departement.example",)
    file = home / "notices.toml"
    both = f'"{READER}", "parti@departement.example"'
    file.write_text(file.read_text("utf-8").replace(f'"{READER}"', both), "utf-8")
    mailbox.tell_at(_REMINDER)

    status = command.run(home, "status")

    assert "le serveur a refusé 1 adresse de destination, le mardi 24 janvier" in status.output
    assert "parti@" not in status.output


def test_a_wrong_notices_file_is_said_with_all_its_faults(
    mailbox: Mailbox, command: CommandHere
) -> None:
    home = mailbox.situation.departement.home
    (home / "notices.toml").write_text('[mail]\nport = "25"\nhots = "x"\n', "utf-8")

    with (
        open_service(mailbox.settings, inspecting=True) as service,
        pytest.raises(ConfigurationError, match=r"mail\.host : .* ; mail\.hots : clé inconnue"),
    ):
        what_to_tell(service)
    status = command.run(home, "status")

    assert "attention : courriels : notices.toml : mail.from : cette clé manque" in status.output


def test_a_test_mail_says_what_the_server_did(mailbox: Mailbox, command: CommandHere) -> None:
    home = mailbox.situation.departement.home

    good = command.run(home, "notices", "test")
    mailbox.server.mood = Mood.REFUSES_SENDER
    bad = command.run(home, "notices", "test")

    assert f"Courriel d'essai accepté par 127.0.0.1, port {mailbox.server.port}." in good.output
    assert mailbox.server.messages[0]["Subject"] == "[ESSAI] spie-exchange : message d'essai"
    assert bad.exit_code == 78
    assert "le serveur de courriel refuse l'adresse d'expédition (550 5.7.1)" in bad.complaint
    assert acts_done(mailbox.situation.departement)["notices.tested"] == 1


def test_a_test_mail_that_arrives_ends_the_failure_of_those_that_did_not(
    mailbox: Mailbox, command: CommandHere
) -> None:
    home = mailbox.situation.departement.home
    mailbox.server.mood = Mood.REFUSES_SENDER
    mailbox.set_clock("2023-01-31T10:00")
    tick(mailbox.settings, lambda _: None)
    mailbox.server.mood = Mood.GOOD

    command.run(home, "notices", "test")

    assert "l'envoi des courriels échoue" not in command.run(home, "status").output
    assert tick(mailbox.settings, lambda _: None)
    assert len(mailbox.server.messages) == 2


def _fail_for_good(mailbox: Mailbox, subject: str) -> None:
    with open_service(mailbox.settings, inspecting=False) as service:
        service.attempts().make(JobName.PURGE, subject, _refused)


def _refused() -> None:
    raise RefusedError("c'est refusé")


def _events(mailbox: Mailbox, kind: bytes) -> list[bytes]:
    with (
        open_service(mailbox.settings, inspecting=True) as service,
        service.database.read() as work,
    ):
        size = work.evidence_rows.head().frontier.size
        events = [work.evidence_rows.event(index) for index in range(size)]
    return [event for event in events if kind in event]
