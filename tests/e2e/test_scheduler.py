"""Nobody watches: what is due leaves on its day, once, and what fails does not stop the rest."""

import json
import signal
import time
from pathlib import Path

from exchange.home_opening import open_service
from exchange.instants import parse_instant
from exchange.notices.notice import NoticeKind
from exchange.settings import settings_from
from tests.fakes.answer import Answer
from tests.fakes.command_here import CommandHere
from tests.fakes.forked_commands import ForkedCommands, stop_named
from tests.fakes.home_database import ask, home_variables
from tests.fakes.home_state import acts_done
from tests.fakes.situation import (
    AGREEMENT,
    ANALYST,
    DEADLINE,
    DGEFP,
    PROVIDER,
    RECIPIENTS,
    Situation,
)

_LATER, _SEND_FROM, _SEND_BY = "analyse", "2023-07-17", "2023-07-26"
_EXPORT = ("export", "--deadline", DEADLINE, "--for-real")
_RECORDS_END = "2023-09-30T10:00"


def test_what_was_declared_ready_leaves_once(command: CommandHere, fresh: Situation) -> None:
    first, second = _tick(command, fresh), _tick(command, fresh)

    assert fresh.outbox_names() == {fresh.package(name).name for name in RECIPIENTS}
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert json.loads(second.output) == {"done": [], "ended_well": True}
    assert acts_done(fresh.departement)["transfer.published"] == len(RECIPIENTS) + _tests(fresh)


def test_what_nobody_asked_for_is_marked_so_in_the_evidence(
    command: CommandHere, fresh: Situation
) -> None:
    _tick(command, fresh)

    listed = _run(command, fresh, "audit", "list", "--kind", "transfer.publishing", "--json")
    details = [event["details"] for event in json.loads(listed.output)]
    assert [d["unattended"] for d in details if d["deadline"] == DEADLINE] == [True, True]


def test_nothing_leaves_before_its_first_day(command: CommandHere, fresh: Situation) -> None:
    _set_clock(command, fresh, f"{_SEND_FROM}T05:59:50")
    _run(command, fresh, "deadline", "ready", _LATER)

    early = _tick(command, fresh)
    early_names = fresh.outbox_names()
    _set_clock(command, fresh, f"{_SEND_FROM}T06:00")
    _tick(command, fresh)

    assert early.exit_code == 0
    assert not any(_LATER in name for name in early_names)
    assert sum(_LATER in name for name in fresh.outbox_names()) == 1


def test_undeclared_data_wait_when_the_agreement_holds(
    command: CommandHere, fresh: Situation
) -> None:
    _set_clock(command, fresh, f"{_SEND_BY}T10:00")

    _tick(command, fresh)

    assert not any(_LATER in name for name in fresh.outbox_names())


def test_undeclared_data_leave_on_the_last_day_when_the_agreement_sends(
    command: CommandHere, fresh: Situation
) -> None:
    _let_undeclared_data_leave(command, fresh)
    _set_clock(command, fresh, f"{_SEND_BY}T05:59:50")

    _tick(command, fresh)
    before = fresh.outbox_names()
    _set_clock(command, fresh, f"{_SEND_BY}T06:00")
    _tick(command, fresh)

    assert not any(_LATER in name for name in before)
    sent = _shown(command, fresh, f"{AGREEMENT}_{_LATER}_{ANALYST}_r1")
    assert (sent["state"], sent["undeclared"]) == ("published", True)


def test_what_was_due_three_weeks_ago_leaves_when_the_scheduler_is_back(
    command: CommandHere, fresh: Situation
) -> None:
    _set_clock(command, fresh, "2023-02-21T10:00")

    answer = _tick(command, fresh)

    assert f"envoyé : {fresh.transfer_id(DGEFP)}" in json.loads(answer.output)["done"]
    assert fresh.package(DGEFP).exists()


def test_what_fails_does_not_stop_the_rest_and_is_tried_again(
    command: CommandHere, fresh: Situation
) -> None:
    folder = fresh.package(DGEFP).parent
    folder.rename(folder.with_name("ailleurs"))
    folder.write_text("pas un dossier", "utf-8")

    failing = _tick(command, fresh)
    was_sent = fresh.package(PROVIDER).exists()
    at_once = _tick(command, fresh)
    folder.unlink()
    folder.with_name("ailleurs").rename(folder)
    _set_clock(command, fresh, "2023-01-31T18:00")
    mended = _tick(command, fresh)

    assert was_sent
    assert (failing.exit_code, at_once.exit_code, mended.exit_code) == (1, 1, 0)
    assert fresh.transfer_id(DGEFP) not in failing.output
    assert json.loads(at_once.output)["done"] == []
    assert f"envoyé : {fresh.transfer_id(DGEFP)}" in json.loads(mended.output)["done"]
    assert acts_done(fresh.departement)["transfer.published"] == len(RECIPIENTS) + _tests(fresh)


def test_what_an_operator_did_in_the_meantime_is_no_longer_said_to_fail(
    command: CommandHere, fresh: Situation
) -> None:
    folder = fresh.package(DGEFP).parent
    folder.rename(folder.with_name("ailleurs"))
    folder.write_text("pas un dossier", "utf-8")
    _tick(command, fresh)
    folder.unlink()
    folder.with_name("ailleurs").rename(folder)
    assert _run(command, fresh, "export", "--for-real").exit_code == 0

    answer = _tick(command, fresh)

    assert json.loads(answer.output) == {"done": [], "ended_well": True}


def test_what_failed_and_can_no_longer_leave_is_no_longer_said_to_fail(
    command: CommandHere, fresh: Situation
) -> None:
    folder = fresh.package(DGEFP).parent
    folder.rename(folder.with_name("ailleurs"))
    folder.write_text("pas un dossier", "utf-8")
    _tick(command, fresh)
    folder.unlink()
    folder.with_name("ailleurs").rename(folder)
    _end_recipient(command, fresh)

    answer = _tick(command, fresh)

    assert json.loads(answer.output) == {"done": [], "ended_well": True}
    assert not fresh.package(DGEFP).exists()


def test_an_agreement_that_cannot_be_read_does_not_stop_the_others(
    command: CommandHere, fresh: Situation
) -> None:
    unreadable = """
        INSERT INTO agreement (agreement_id, version, digest, file, loaded_at)
        VALUES ('aaa', 1, '', 'illisible', '2023-01-01T00:00:00.000000+00:00')
    """
    ask(fresh.departement.home, unreadable)

    answer = _tick(command, fresh)

    assert answer.exit_code == 1
    assert f"envoyé : {fresh.transfer_id(DGEFP)}" in json.loads(answer.output)["done"]


def test_what_a_killed_export_left_is_finished(
    commands: ForkedCommands,
    command: CommandHere,
    fresh: Situation,
    prepared: Situation,
    tmp_path: Path,
) -> None:
    rehearsal = prepared.copied_to(tmp_path / "rehearsal").departement
    at = stop_named("before replace .*.part*", commands.stops_of(rehearsal, *_EXPORT))
    commands.kill(fresh.departement, at, *_EXPORT)
    sealed = _shown(command, fresh, fresh.transfer_id(DGEFP))

    _tick(command, fresh)

    published = _shown(command, fresh, fresh.transfer_id(DGEFP))
    assert (sealed["state"], published["state"]) == ("sealed", "published")
    assert published["package_digest"] == sealed["package_digest"]


def test_what_has_come_to_its_term_is_destroyed_and_certified(
    command: CommandHere, sent: Situation
) -> None:
    _set_clock(command, sent, _RECORDS_END)

    answer = _tick(command, sent)

    assert "détruit" in answer.output
    assert acts_done(sent.departement)["certificate.issued"] == 1
    assert _certificates(sent) == 1


def test_a_destruction_waits_until_its_announcement_was_told_for_two_days(
    command: CommandHere, sent: Situation
) -> None:
    _write_to_nobody(sent)
    _set_clock(command, sent, "2023-08-30T10:00")

    _tell_of_the_destruction(sent, "2023-06-01T10:00")  # of a term that was moved since
    _tick(command, sent)
    untold = _certificates(sent)
    _tell_of_the_destruction(sent, "2023-08-29T10:00")
    _set_clock(command, sent, "2023-08-31T09:59")
    _tick(command, sent)
    too_early = _certificates(sent)
    _set_clock(command, sent, "2023-08-31T10:00")
    _tick(command, sent)

    assert (untold, too_early, _certificates(sent)) == (0, 0, 1)


def test_a_mail_server_that_stays_down_puts_a_destruction_off_by_a_week_at_most(
    command: CommandHere, sent: Situation
) -> None:
    _write_to_nobody(sent)
    _set_clock(command, sent, "2023-09-05T05:59")

    _tick(command, sent)
    before = _certificates(sent)
    _set_clock(command, sent, "2023-09-06T06:00")
    _tick(command, sent)

    assert (before, _certificates(sent)) == (0, 1)


def test_a_notices_file_that_cannot_be_read_puts_a_destruction_off_by_a_week_at_most(
    command: CommandHere, sent: Situation
) -> None:
    (sent.departement.home / "notices.toml").write_text("[mail", "utf-8")
    _set_clock(command, sent, "2023-09-06T06:00")

    _tick(command, sent)

    assert _certificates(sent) == 1


def test_the_log_is_verified_once_a_day(command: CommandHere, fresh: Situation) -> None:
    for hour in ("2023-02-01T10:00", "2023-02-01T12:00", "2023-02-02T11:00"):
        _set_clock(command, fresh, hour)
        _tick(command, fresh)

    listed = _run(command, fresh, "audit", "list", "--kind", "log.verified", "--json")
    assert len(json.loads(listed.output)) == 2


def test_a_file_that_nobody_knows_is_found(command: CommandHere, sent: Situation) -> None:
    (sent.package(DGEFP).parent / "inconnu.asice").write_bytes(b"")

    answer = _tick(command, sent)

    assert "fichiers comparés au registre : 1 anomalie" in json.loads(answer.output)["done"]


def test_a_scheduler_ends_at_a_signal_and_says_so(fresh: Situation) -> None:
    process = fresh.departement.start("scheduler", "--every", "1")
    _wait_for(fresh.package(PROVIDER))

    process.send_signal(signal.SIGTERM)
    output, said = process.communicate(timeout=60)

    assert process.returncode == 0
    assert output.count("envoyé :") == len(RECIPIENTS)
    assert "Traceback" not in said


def test_a_home_that_does_not_exist_is_said_at_once(command: CommandHere, tmp_path: Path) -> None:
    answer = command.run(tmp_path / "rien", "scheduler")

    assert answer.exit_code == 78
    assert "n'est pas un dossier de travail" in answer.complaint


def _tick(command: CommandHere, situation: Situation) -> Answer:
    return _run(command, situation, "scheduler", "--once", "--json")


def _wait_for(path: Path) -> None:
    given_up_at = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < given_up_at
        time.sleep(0.05)


def _run(command: CommandHere, situation: Situation, *words: str | Path) -> Answer:
    return command.run(situation.departement.home, *words)


def _set_clock(command: CommandHere, situation: Situation, instant: str) -> None:
    assert _run(command, situation, "clock", "set", instant).exit_code == 0


def _shown(command: CommandHere, situation: Situation, transfer_id: str) -> dict[str, object]:
    answer = _run(command, situation, "transfer", "show", transfer_id, "--json")
    shown: dict[str, object] = json.loads(answer.output)
    return shown


def _write_to_nobody(situation: Situation) -> None:
    """Name a mail server that is not there."""
    text = """
        [mail]
        host = "localhost"
        port = 9
        security = "none"
        from = "spie-exchange@departement.example"
        to = ["dsi@departement.example"]
    """
    (situation.departement.home / "notices.toml").write_text(text, "utf-8")


def _tell_of_the_destruction(situation: Situation, instant: str) -> None:
    settings = settings_from(home_variables(situation.departement.home))
    at = parse_instant(instant)
    with open_service(settings, inspecting=False) as service, service.database.begin() as work:
        for what in ("records", "packages"):
            subject = f"{AGREEMENT}/{what}"
            work.notices.mark_told(NoticeKind.PURGE_ANNOUNCED, subject, at.date(), at)


def _certificates(situation: Situation) -> int:
    return len(list((situation.departement.home / "certificates").glob("*.p7m")))


def _let_undeclared_data_leave(command: CommandHere, situation: Situation) -> None:
    text = situation.agreement.read_text("utf-8").replace("version = 1\n", "version = 2\n", 1)
    text = text.replace('if_undeclared = "hold"', 'if_undeclared = "send"')
    situation.agreement.write_text(text, "utf-8")
    assert _run(command, situation, *situation.loading()).exit_code == 0


def _end_recipient(command: CommandHere, situation: Situation) -> None:
    text = situation.agreement.read_text("utf-8").replace("version = 1\n", "version = 2\n", 1)
    checked = "fingerprint_checked_on = 2022-12-05"
    head, mark, tail = text.partition(f'id = "{DGEFP}"')
    assert checked in tail
    ended = tail.replace(checked, f"{checked}\nended_on = 2023-01-31", 1)
    situation.agreement.write_text(head + mark + ended, "utf-8")
    assert _run(command, situation, *situation.loading()).exit_code == 0


def _tests(situation: Situation) -> int:
    """Count the tests of keys, which were published too."""
    return len(list((situation.departement.home / "outbox").rglob("*_essai_*")))
