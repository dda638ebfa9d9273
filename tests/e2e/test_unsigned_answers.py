"""``receipt record``: an answer nobody signed moves the transfer, is marked, proves nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.answer import Answer
from tests.fakes.command_here import CommandHere
from tests.fakes.home_database import ask
from tests.fakes.situation import DEADLINE, DGEFP, Situation


def _record(
    command: CommandHere, situation: Situation, kind: str, *options: str, on: str = "2023-01-31"
) -> Answer:
    words = ("--kind", kind, "--channel", "letter", "--received-on", on, *options)
    home = situation.departement.home
    return command.run(home, "receipt", "record", situation.transfer_id(DGEFP), *words)


def _shown(command: CommandHere, situation: Situation) -> dict[str, Any]:
    words = ("transfer", "show", situation.transfer_id(DGEFP), "--json")
    document: dict[str, Any] = json.loads(command.run(situation.departement.home, *words).output)
    return document


def _events(command: CommandHere, situation: Situation, kind: str) -> list[dict[str, Any]]:
    words = ("audit", "list", "--kind", kind, "--json")
    events: list[dict[str, Any]] = json.loads(
        command.run(situation.departement.home, *words).output
    )
    return events


def _acknowledged(command: CommandHere, situation: Situation) -> Path:
    out = situation.folder / "signed.p7m"
    signing = (*situation.signing(DGEFP), "--out", out)
    command.run(situation.folder, "acknowledge", situation.package(DGEFP), *signing)
    return out


def test_without_for_real_nothing_is_noted(command: CommandHere, sent: Situation) -> None:
    answer = _record(command, sent, "acknowledgement")

    shown = _shown(command, sent)
    assert answer.exit_code == 0, answer
    assert "essai à blanc" in answer.output
    assert (shown["state"], shown["answers"]) == ("published", [])


def test_an_unsigned_answer_is_marked_wherever_it_is_shown(  # (7)
    command: CommandHere, sent: Situation
) -> None:
    home = sent.departement.home
    said = _record(command, sent, "acknowledgement", "--for-real")

    shown = command.run(home, "transfer", "show", sent.transfer_id(DGEFP)).output
    listed = command.run(home, "transfer", "list").output
    due = command.run(home, "due").output
    preview = command.run(home, "export", "--deadline", DEADLINE).output
    status = command.run(home, "status").output
    (event,) = _events(command, sent, "receipt.noted")
    for output in (said.output, shown, listed, due, preview, status):
        assert "SIGNÉE" in output
    assert "accusé de réception le 31/01/2023" in shown
    assert _shown(command, sent)["unsigned_answer"] is True
    assert (event["details"]["channel"], event["details"]["received_on"]) == (
        "letter",
        "2023-01-31",
    )


def test_a_signed_answer_follows_the_unsigned_one_and_confirms_it(
    command: CommandHere, sent: Situation
) -> None:
    _record(command, sent, "acknowledgement", "--for-real")

    accepted = command.run(sent.departement.home, "receipt", _acknowledged(command, sent))

    shown = _shown(command, sent)
    assert accepted.exit_code == 0, accepted
    assert "NON SIGNÉE" not in accepted.output
    assert (shown["state"], shown["unsigned_answer"]) == ("acknowledged", False)
    assert sorted(entry["signed"] for entry in shown["answers"]) == [False, True]


def test_what_was_noted_by_mistake_does_not_stand_in_the_way_of_what_is_signed(
    command: CommandHere, sent: Situation
) -> None:
    _record(command, sent, "destruction", "--for-real")

    accepted = command.run(sent.departement.home, "receipt", _acknowledged(command, sent))

    shown = _shown(command, sent)
    assert accepted.exit_code == 0, accepted
    assert "NON SIGNÉE" in accepted.output
    assert (shown["state"], shown["unsigned_answer"]) == ("destroyed", True)


def test_a_second_signed_acknowledgement_is_refused_as_ever(
    command: CommandHere, sent: Situation
) -> None:
    home = sent.departement.home
    _record(command, sent, "acknowledgement", "--for-real")
    _record(command, sent, "destruction", "--for-real")
    command.run(home, "receipt", _acknowledged(command, sent))
    (sent.folder / "signed.p7m").unlink()

    again = command.run(home, "receipt", _acknowledged(command, sent))

    assert again.exit_code == 3
    assert "n'admet pas cette étape" in again.complaint


def test_rejected_lines_are_kept_with_one_code_for_all_or_one_each(
    command: CommandHere, sent: Situation
) -> None:
    one = ("--line", "1", "--line", "2", "--code", "COURRIEL_FORMAT", "--for-real")
    each = ("--line", "3", "--code", "COURRIEL_FORMAT", "--for-real")

    first = _record(command, sent, "rejection", *one)
    second = _record(command, sent, "rejection", *each)

    shown = _shown(command, sent)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert (shown["state"], shown["rejected_lines"]) == ("partly-rejected", 3)


_REFUSED: dict[str, tuple[str, tuple[str, ...], str]] = {
    "vérifiez --line": ("rejection", ("--line", "201", "--code", "COURRIEL_FORMAT"), "2023-01-31"),
    "un rejet, et lui seul": ("rejection", (), "2023-01-31"),
    "lui seul, désigne": (
        "acknowledgement",
        ("--line", "1", "--code", "COURRIEL_FORMAT"),
        "2023-01-31",
    ),
    "un --code par --line": ("rejection", ("--line", "1"), "2023-01-31"),
    "une réponse du 30/01/2023": ("acknowledgement", (), "2023-01-30"),
    "une réponse du 01/02/2023": ("acknowledgement", (), "2023-02-01"),
}


@pytest.mark.parametrize(("said", "given"), _REFUSED.items(), ids=list(_REFUSED))
def test_an_answer_that_cannot_be_is_refused(  # (3) (5)
    command: CommandHere, sent: Situation, said: str, given: tuple[str, tuple[str, ...], str]
) -> None:
    kind, options, on = given

    answer = _record(command, sent, kind, *options, "--for-real", on=on)

    assert answer.exit_code == 3
    assert said in answer.complaint
    assert _shown(command, sent)["answers"] == []


def test_a_transfer_that_was_not_published_has_no_answer(  # (1)
    command: CommandHere, fresh: Situation
) -> None:
    answer = _record(command, fresh, "acknowledgement", "--for-real")

    assert answer.exit_code == 3
    assert [event["outcome"] for event in _events(command, fresh, "receipt.refused")] == ["refused"]


def test_a_test_package_is_not_acknowledged_without_a_signature(  # (2)
    command: CommandHere, sent: Situation
) -> None:
    ask(sent.departement.home, "UPDATE transfer SET kind = 'test'")

    answer = _record(command, sent, "acknowledgement", "--for-real")

    assert answer.exit_code == 3
    assert "réponse signée" in answer.complaint


def test_a_step_that_the_life_of_the_transfer_does_not_admit_is_refused(  # (4)
    command: CommandHere, sent: Situation
) -> None:
    _record(command, sent, "destruction", "--for-real")

    answer = _record(command, sent, "acknowledgement", "--for-real")

    assert "n'admet pas cette étape" in answer.complaint


def test_the_same_answer_is_noted_once(command: CommandHere, sent: Situation) -> None:  # (6)
    options = ("--line", "1", "--code", "COURRIEL_FORMAT", "--for-real")
    _record(command, sent, "rejection", *options)

    answer = _record(command, sent, "rejection", *options)

    assert "déjà été notée" in answer.complaint
    assert len(_shown(command, sent)["answers"]) == 1
