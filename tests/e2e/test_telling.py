"""Who is told what and when: once, at a decent hour, and again when nobody knows it arrived."""

import os
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from exchange.attempts import JobName
from exchange.errors import (
    ExchangeError,
    RefusedError,
)
from exchange.home_opening import open_service
from exchange.notices.standing import standing_notices
from exchange.notices.telling import tell, what_to_tell
from jobs.tick import tick
from tests.e2e.mail_occasions import ALTER_A_LEAF
from tests.fakes.command_here import CommandHere
from tests.fakes.home_database import ask
from tests.fakes.mail_server import MailServer
from tests.fakes.mailbox import Mailbox
from tests.fakes.situation import AGREEMENT, DEADLINE, DGEFP, Situation

_REMINDER, _NEXT = "2023-01-24T08:00", "2023-01-29T08:00"
_INDICATORS = "indicateurs-1"


def test_what_was_told_is_not_told_again(mailbox: Mailbox) -> None:
    first, second = mailbox.tell_at(_REMINDER), mailbox.tell_at("2023-01-25T08:00")

    assert (first.notices, second.notices) == (2, 0)
    assert len(mailbox.server.messages) == 1


def test_after_an_outage_only_the_nearest_reminder_is_told(mailbox: Mailbox) -> None:
    mailbox.tell_at("2023-01-30T08:00")

    assert mailbox.server.texts[0].count(f"l'échéance {DEADLINE}") == 1
    assert "(demain)" in mailbox.server.texts[0]
    assert "dans 7 jours" not in mailbox.server.texts[0]


def test_nothing_is_mailed_before_six_in_the_morning(mailbox: Mailbox) -> None:
    early, at_six = mailbox.tell_at("2023-01-24T05:59"), mailbox.tell_at("2023-01-24T06:00")

    assert (early.notices, at_six.notices) == (0, 2)


def test_what_presses_is_mailed_at_once_and_its_repetition_in_the_morning(mailbox: Mailbox) -> None:
    told = [
        mailbox.tell_at(when).notices
        for when in (
            "2023-01-31T23:30",
            "2023-02-01T00:01",
            "2023-02-01T08:00",
            "2023-02-02T00:01",
            "2023-02-02T06:00",
        )
    ]

    assert told == [2, 1, 0, 0, 1]


def test_at_most_one_mail_leaves_in_an_hour(mailbox: Mailbox, command: CommandHere) -> None:
    mailbox.tell_at("2023-01-31T10:00")
    home = mailbox.situation.departement.home
    command.run(home, "export", "--deadline", DEADLINE, "--for-real")

    soon, later = mailbox.tell_at("2023-01-31T10:59"), mailbox.tell_at("2023-01-31T11:01")

    assert (soon.notices, later.notices) == (0, 2)


def test_failures_that_ripen_one_a_minute_are_two_mails_and_not_five(mailbox: Mailbox) -> None:
    mailbox.tell_at("2023-02-03T08:00")
    told = []

    for minute in range(5):
        _fail_for_good(mailbox, f"travail-{minute}")
        told.append(mailbox.tell_at(f"2023-02-03T09:0{minute}").notices)
    later = mailbox.tell_at("2023-02-03T09:11")

    assert told == [1, 0, 0, 0, 0]
    assert later.notices == 4


def test_what_presses_does_not_wait_for_a_mail_that_did_not(mailbox: Mailbox) -> None:
    ordinary = mailbox.tell_at("2023-01-24T08:00")
    _fail_for_good(mailbox, "un-travail")

    pressing = mailbox.tell_at("2023-01-24T08:01")

    assert (ordinary.notices, pressing.notices) == (2, 1)


def test_what_fails_again_after_it_was_mended_is_told_of_again_the_same_day(
    mailbox: Mailbox,
) -> None:
    mailbox.tell_at("2023-02-03T06:00")
    _fail_for_good(mailbox, "un-travail")
    first = mailbox.tell_at("2023-02-03T06:30")
    mailbox.set_clock("2023-02-03T08:00")
    with open_service(mailbox.settings, inspecting=False) as service:
        service.attempts().make(JobName.PURGE, "un-travail", lambda: None)
    mailbox.set_clock("2023-02-03T09:00")
    _fail_for_good(mailbox, "un-travail")

    second = mailbox.tell_at("2023-02-03T09:01")

    assert (first.notices, second.notices) == (1, 1)


def test_a_log_that_is_found_altered_is_said_once_and_not_as_a_failure_too(
    mailbox: Mailbox,
) -> None:
    ask(mailbox.situation.departement.home, ALTER_A_LEAF)
    mailbox.set_clock("2023-01-30T08:00")

    tick(mailbox.settings, lambda _: None)

    with open_service(mailbox.settings, inspecting=True) as service:
        kinds = [entry.notice.kind for entry in standing_notices(service) if entry.notice.urgent]
    assert kinds == ["log-disagrees"]


def test_a_trial_whose_clock_was_set_back_is_told_all_the_same(mailbox: Mailbox) -> None:
    mailbox.tell_at(_NEXT)

    assert mailbox.tell_at(_REMINDER).notices == 2


def test_a_mail_leaves_evidence_without_an_address(mailbox: Mailbox) -> None:
    mailbox.tell_at(_REMINDER)

    [told] = _events(mailbox, b"notices.told")
    assert b'"kinds":["due-soon"],"notices":2,"refused":0' in told
    assert b"@" not in told


def test_without_a_notices_file_nobody_is_told_and_nothing_fails(fresh: Situation) -> None:
    mailbox = Mailbox(fresh, MailServer(0))
    mailbox.set_clock(_REMINDER)

    ended_well = tick(mailbox.settings, lambda _: None)

    assert ended_well


def test_a_teller_killed_after_the_server_accepted_tells_again_the_same_mail(
    mailbox: Mailbox,
) -> None:
    mailbox.set_clock(_REMINDER)
    victim = os.fork()
    if victim == 0:
        with open_service(mailbox.settings, inspecting=False) as service:
            tell(service, what_to_tell(service).notices)
        os._exit(0)
    mailbox.server.kills = victim
    _, status = os.waitpid(victim, 0)

    again = mailbox.tell_at(_REMINDER)

    assert os.WTERMSIG(status) == signal.SIGKILL
    assert again.notices == 2
    first, second = mailbox.server.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Subject"] == second["Subject"]


def test_of_several_schedulers_one_tells(mailbox: Mailbox) -> None:
    mailbox.server.pause_seconds = 0.5
    mailbox.set_clock(_REMINDER)

    def teller(_: int) -> int:
        with open_service(mailbox.settings, inspecting=False) as service:
            return tell(service, what_to_tell(service).notices).notices

    with ThreadPoolExecutor(3) as tellers:
        told = list(tellers.map(teller, range(3)))

    assert sorted(told) == [0, 0, 2]
    assert len(mailbox.server.messages) == 1


def test_people_are_told_of_a_log_that_no_longer_opens(mailbox: Mailbox, tmp_path: Path) -> None:
    departement = mailbox.situation.departement
    mailbox.set_clock("2023-01-30T08:00")
    ahead = mailbox.situation.copied_to(tmp_path / "ahead")
    Mailbox(ahead, mailbox.server).set_clock("2023-01-30T09:00")
    shutil.copy(ahead.departement.home / "outside/checkpoints", departement.home / "outside")

    with pytest.raises(ExchangeError, match="ne prolonge plus"):
        tick(mailbox.settings, lambda _: None)

    assert mailbox.server.messages[0]["Subject"] == (
        "[ESSAI] spie-exchange : URGENT — journal des preuves en cause, 2 échéances proches"
    )
    assert "[URGENT, journal des preuves] le journal des preuves ne prolonge plus" in (
        mailbox.server.texts[0].replace("\n   ", " ")
    )


@pytest.mark.parametrize("when", [_REMINDER, "2023-02-02T08:00"])
def test_a_sending_that_is_under_way_is_not_said_to_have_failed(
    mailbox: Mailbox, when: str
) -> None:
    mailbox.set_clock(when)
    said: list[str] = []

    with open_service(mailbox.settings, inspecting=False) as service:

        def look() -> None:
            notices = [entry.notice for entry in standing_notices(service)]
            said.extend(f"{n.sentence} : {n.way_out}" for n in notices if DEADLINE in n.subject)

        transfer_id = mailbox.situation.transfer_id(DGEFP)
        service.attempts().make(JobName.EXPORT, transfer_id, look, AGREEMENT)

    [notice] = said
    assert "rien ne s'y oppose" in notice
    assert "a échoué" not in notice
    assert "transfer cancel" not in notice


def test_what_cannot_be_computed_hides_nothing_else(mailbox: Mailbox) -> None:
    (mailbox.situation.departement.home / "seal.crt").write_text("abîmé", "utf-8")
    mailbox.set_clock(_REMINDER)

    with open_service(mailbox.settings, inspecting=True) as service:
        found = standing_notices(service)

    assert {entry.notice.kind for entry in found} >= {"due-soon", "key-expires"}


def test_the_list_says_what_was_told_when(mailbox: Mailbox, command: CommandHere) -> None:
    home = mailbox.situation.departement.home
    mailbox.set_clock(_REMINDER)
    before = command.run(home, "notices", "list")
    mailbox.tell_at(_REMINDER)

    after = command.run(home, "notices", "list")

    assert f"{_INDICATORS} de spie-62" in before.output
    assert before.output.count("(pas encore dit)") == 2
    assert after.output.count("(dit le 24/01/2023 08:00)") == 2


def test_the_sample_is_shown_to_be_filled_in(mailbox: Mailbox, command: CommandHere) -> None:
    answer = command.run(mailbox.situation.departement.home, "notices", "sample")

    assert answer.output.startswith("# Avertissements de spie-exchange")
    assert 'security = "starttls"' in answer.output


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
