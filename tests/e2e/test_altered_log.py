"""A log that was found altered: nothing is destroyed, what is due leaves, people are told."""

import json
from pathlib import Path

from tests.fakes.answer import Answer
from tests.fakes.command_here import CommandHere
from tests.fakes.forked_commands import ForkedCommands, stop_named
from tests.fakes.home_database import ask
from tests.fakes.mail_server import mail_server
from tests.fakes.mailbox import Mailbox
from tests.fakes.situation import DGEFP, PROVIDER, Situation

_RECORDS_END = "2023-09-30T10:00"
_PURGE = ("purge", "--for-real")
_ALTER = "UPDATE evidence_event SET event = replace(event, 'done', 'gone') WHERE leaf_index = 3"
_PUT_RIGHT = "UPDATE evidence_event SET event = replace(event, 'gone', 'done') WHERE leaf_index = 3"


def test_nothing_is_destroyed_from_the_tick_on_that_finds_a_leaf_altered(
    command: CommandHere, sent: Situation
) -> None:
    _set_clock(command, sent, _RECORDS_END)
    _do(sent, _ALTER)

    answers = [_tick(command, sent), _tick(command, sent)]

    assert [answer.exit_code for answer in answers] == [1, 1]
    assert all("rien n'est détruit pour spie-62" in answer.output for answer in answers)
    assert (_certificates(sent), _count(sent, "person")) == (0, 200)


def test_a_destruction_that_was_interrupted_is_not_finished_either(
    commands: ForkedCommands,
    command: CommandHere,
    sent: Situation,
    published: Situation,
    tmp_path: Path,
) -> None:
    rehearsal = published.copied_to(tmp_path / "rehearsal")
    for situation in (sent, rehearsal):
        _set_clock(command, situation, _RECORDS_END)
    stops = commands.stops_of(rehearsal.departement, *_PURGE)
    at = stop_named("after DELETE FROM person*", stops)
    commands.kill(sent.departement, at, *_PURGE)
    _do(sent, _ALTER)

    answer = _tick(command, sent)
    status = _run(command, sent, "status").output

    assert "rien n'est détruit pour spie-62" in answer.output
    assert "une destruction de spie-62 a été interrompue" in status
    assert "purge --for-real" not in status
    assert (_certificates(sent), _count(sent, "person")) == (0, 200)


def test_a_log_put_right_lets_the_destruction_go_on_within_the_hour(
    command: CommandHere, sent: Situation
) -> None:
    _set_clock(command, sent, "2023-08-29T05:30")
    _tick(command, sent)
    _do(sent, _ALTER)
    found_by_hand = _run(command, sent, "audit", "verify")
    _do(sent, _PUT_RIGHT)

    _set_clock(command, sent, "2023-08-29T06:29")
    before = _tick(command, sent)
    _set_clock(command, sent, "2023-08-29T06:31")
    after = _tick(command, sent)

    assert found_by_hand.exit_code == 4
    assert "rien n'est détruit pour spie-62" in before.output
    assert "détruit : spie-62" in after.output
    assert after.exit_code == 0


def test_a_log_put_right_and_verified_by_hand_alarms_nobody(
    command: CommandHere, sent: Situation
) -> None:
    with mail_server() as server:
        Mailbox(sent, server).configure()
        _do(sent, _ALTER)
        for hour in range(10, 18):
            _set_clock(command, sent, f"2023-02-02T{hour}:30")
            _tick(command, sent)
        _do(sent, _PUT_RIGHT)
        mails = len(server.messages)

        verified = _run(command, sent, "audit", "verify")
        answer = _tick(command, sent)

        assert (verified.exit_code, answer.exit_code) == (0, 0)
        assert len(server.messages) == mails
    assert "[URGENT, échec]" not in _run(command, sent, "notices", "list").output


def test_what_is_due_leaves_and_the_mail_says_how_to_stop_it(
    command: CommandHere, fresh: Situation
) -> None:
    _do(fresh, _ALTER)
    with mail_server() as server:
        Mailbox(fresh, server).configure()

        _tick(command, fresh)

        [text] = server.texts
    assert {fresh.package(name).exists() for name in (DGEFP, PROVIDER)} == {True}
    plain = " ".join(text.split())
    assert "l'ordonnanceur ne détruit plus rien, et continue d'envoyer à la date prévue" in plain
    assert "systemctl stop spie-exchange" in plain
    assert "transfer cancel CONVENTION_ÉCHÉANCE_DESTINATAIRE_r1" in plain


def test_the_command_that_the_mail_gives_holds_one_sending_back(
    command: CommandHere, fresh: Situation
) -> None:
    _do(fresh, _ALTER)
    _run(command, fresh, "audit", "verify")
    words = ("--reason", "contenu-errone", "--for-real")

    held = _run(command, fresh, "transfer", "cancel", fresh.transfer_id(DGEFP), *words)
    _tick(command, fresh)

    assert held.exit_code == 0, held
    assert (fresh.package(DGEFP).exists(), fresh.package(PROVIDER).exists()) == (False, True)


def test_status_says_that_nothing_is_destroyed(command: CommandHere, sent: Situation) -> None:
    _set_clock(command, sent, "2023-08-29T10:00")
    _do(sent, _ALTER)
    _run(command, sent, "audit", "verify")

    said = _run(command, sent, "status").output

    assert "l'ordonnanceur ne détruit plus rien" in said
    assert "rien n'est détruit tant que le journal des preuves ne concorde pas" in said
    assert "l'ordonnanceur le fait" not in said


def test_a_hand_destroys_only_when_it_says_that_the_log_disagrees(
    command: CommandHere, sent: Situation
) -> None:
    _set_clock(command, sent, _RECORDS_END)
    _do(sent, _ALTER)
    _run(command, sent, "audit", "verify")

    looked = _run(command, sent, "purge")
    refused = _run(command, sent, *_PURGE)
    before = _certificates(sent)
    done = _run(command, sent, *_PURGE, "--despite-log")

    assert "le journal des preuves ne concorde plus" in looked.complaint
    assert (refused.exit_code, before) == (4, 0)
    assert "--despite-log" in refused.complaint
    assert (done.exit_code, _certificates(sent), _count(sent, "person")) == (0, 1, 0)


def _do(situation: Situation, statement: str) -> None:
    ask(situation.departement.home, statement)


def _run(command: CommandHere, situation: Situation, *words: str) -> Answer:
    return command.run(situation.departement.home, *words)


def _tick(command: CommandHere, situation: Situation) -> Answer:
    answer = _run(command, situation, "scheduler", "--once", "--json")
    assert json.loads(answer.output)["ended_well"] is (answer.exit_code == 0)
    return answer


def _set_clock(command: CommandHere, situation: Situation, instant: str) -> None:
    assert _run(command, situation, "clock", "set", instant).exit_code == 0


def _certificates(situation: Situation) -> int:
    return len(list((situation.departement.home / "certificates").glob("*.p7m")))


def _count(situation: Situation, table: str) -> int:
    ((count,),) = ask(situation.departement.home, f"SELECT count(*) FROM {table}")  # noqa: S608 - a name of ours
    return int(count)
