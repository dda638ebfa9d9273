"""Early, late, undeclared: nothing leaves before its hour, and what leaves late says so."""

import json
from datetime import date, datetime, time
from typing import Any

import pytest
import time_machine

from exchange.instants import PARIS
from tests.fakes.operator import Operator
from tests.fakes.situation import DEADLINE, DGEFP, RECIPIENTS, Situation

_THREE_WEEKS_LATER = "2023-02-21T10:00"
_BY_PHONE = (
    *("--kind", "acknowledgement", "--channel", "telephone"),
    *("--received-on", "2023-02-21"),
)
_UNDECLARED = "NON DÉCLARÉ"


def _json(operator: Operator, *words: str) -> Any:  # noqa: ANN401 - whatever JSON can say
    return json.loads(operator.run(*words, "--json").output)


def _due(operator: Operator, *words: str) -> dict[str, Any]:
    seen: list[dict[str, Any]] = _json(operator, "due", *words)
    return next(one for one in seen if (one["deadline"], one["recipient"]) == (DEADLINE, DGEFP))


def _status(operator: Operator) -> dict[str, Any]:
    deadlines: list[dict[str, Any]] = _json(operator, "status")["agreements"][0]["deadlines"]
    return next(one for one in deadlines if one["deadline_id"] == DEADLINE)


@pytest.fixture(name="late")
def _late(operator: Operator) -> Operator:
    """An operator who comes back three weeks after the day it was due."""
    operator.run("clock", "set", _THREE_WEEKS_LATER)
    return operator


def test_what_was_not_sent_in_time_is_said_to_be_late_everywhere(late: Operator) -> None:
    due, status = late.run("due").output, late.run("status").output

    assert _due(late)["late"]
    assert _status(late)["late"]
    assert "à faire — EN RETARD" in due
    assert "EN RETARD ; à envoyer" in " ".join(status.split())
    assert "prêt à partir — EN RETARD" in late.run("export").output


def test_what_was_sent_late_says_so_for_ever(late: Operator) -> None:
    late.send()

    shown = late.run("transfer", "show", late.situation.transfer_id(DGEFP)).output
    listed, status = late.run("transfer", "list").output, late.run("status").output
    assert "publié — EN RETARD" in shown
    assert listed.count("publié — EN RETARD") == len(RECIPIENTS)
    assert "dgefp : envoyé — EN RETARD" in " ".join(status.split())
    assert (_status(late)["late"], _status(late)["missing"]) == (True, "")
    assert _due(late)["late"]


def test_an_answer_to_what_was_sent_late_says_it_too(late: Operator) -> None:
    late.send()
    situation = late.situation
    answer = situation.folder / "accuse.p7m"
    late.run(
        "acknowledge", situation.package(DGEFP), *situation.signing(DGEFP), "--out", str(answer)
    )

    noted = late.run("receipt", "record", situation.transfer_id(DGEFP), *_BY_PHONE).output
    signed = late.run("receipt", answer).output

    assert "reçu (accusé) — EN RETARD — réponse NON SIGNÉE" in noted
    assert "reçu (accusé) — EN RETARD" in signed


def test_what_was_sent_late_is_late_in_the_evidence(late: Operator) -> None:
    late.send()

    said = [event["details"] for event in late.events("transfer.published")]
    of_people = said[-len(RECIPIENTS) :]
    assert {(one["late"], one["undeclared"]) for one in of_people} == {(True, False)}
    assert {one["late"] for one in said[: -len(RECIPIENTS)]} == {False}


def test_a_due_day_put_off_afterwards_does_not_bring_what_left_late_into_time(
    late: Operator,
) -> None:
    late.send()
    agreement = late.situation.agreement
    text = agreement.read_text("utf-8").replace("due = 2023-01-31 ", "due = 2023-02-28 ")
    agreement.write_text(text, "utf-8")
    late.revise_agreement(2)

    assert _due(late)["late"]
    assert _status(late)["late"]
    assert {one["late"] for one in _json(late, "transfer", "list")} == {False, True}


def test_a_recipient_that_left_is_owed_nothing_on_any_screen(late: Operator) -> None:
    agreement = late.situation.agreement
    checked = "fingerprint_checked_on = 2022-12-05"
    text = agreement.read_text("utf-8").replace(checked, f"{checked}\nended_on = 2023-02-01")
    agreement.write_text(text, "utf-8")
    late.revise_agreement(2)

    assert (_due(late)["owed"], _due(late)["late"]) == ("recipient-left", False)
    assert not _status(late)["late"]
    assert "EN RETARD" not in late.run("due").output


def test_what_was_sent_in_time_is_not_late_three_weeks_later(operator: Operator) -> None:
    operator.send()
    operator.run("clock", "set", _THREE_WEEKS_LATER)

    listed = _json(operator, "transfer", "list")

    assert {transfer["late"] for transfer in listed} == {False}
    assert not _due(operator)["late"]
    assert "EN RETARD" not in operator.run("status").output


def test_a_dry_run_of_a_day_to_come_says_what_would_be_late_then(operator: Operator) -> None:
    on_the_day = _due(operator, "--as-of", "2023-01-31")
    after = _due(operator, "--as-of", "2023-02-01")

    assert (on_the_day["late"], after["late"]) == (False, True)


def test_data_that_nobody_declared_ready_leave_on_the_last_day_and_are_marked(
    operator: Operator,
) -> None:
    _let_it_leave_undeclared(operator.situation)
    operator.revise_agreement(2)
    operator.run("clock", "set", "2023-07-28T10:00")
    operator.send("enquete-2")

    transfer_id = f"spie-62_enquete-2_{DGEFP}_r1"
    shown, listed = (
        operator.run("transfer", *w).output for w in (("show", transfer_id), ("list",))
    )
    assert f"publié — {_UNDECLARED}" in shown
    assert _UNDECLARED in " ".join(listed.split())
    assert f"dgefp : envoyé — {_UNDECLARED}" in " ".join(operator.run("status").output.split())
    assert operator.events("transfer.published")[-1]["details"]["undeclared"]


def _let_it_leave_undeclared(situation: Situation) -> None:
    text = situation.agreement.read_text("utf-8")
    before, after = text.split('id = "enquete-2"')
    after = after.replace('if_undeclared = "hold"', 'if_undeclared = "send"', 1)
    situation.agreement.write_text(f'{before}id = "enquete-2"{after}', "utf-8")


# The clock of a server runs on while a command is given: no second is left there.
_A_SECOND_BEFORE = pytest.param(time(5, 59, 59), False, marks=pytest.mark.sqlite_file)


@pytest.mark.parametrize(
    ("hour", "left"), [(time(5, 59), False), _A_SECOND_BEFORE, (time(6), True)]
)
def test_nothing_leaves_before_its_hour(
    operator: Operator,
    hour: time,
    left: bool,  # noqa: FBT001 - given by pytest
) -> None:
    instant = datetime.combine(date(2023, 1, 16), hour, PARIS)
    with time_machine.travel(instant, tick=False):
        operator.run("clock", "set", f"{instant:%Y-%m-%dT%H:%M:%S}")
        sent = operator.run("export", "--for-real")

    assert operator.situation.package(DGEFP).exists() is left
    assert ("envoi n'est permis qu'à partir du 16/01/2023 à 6 h" in sent.complaint) is not left
