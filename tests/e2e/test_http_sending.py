"""What is due leaves over HTTP as it does by the command: once, and told before it does."""

import json

import pytest
from werkzeug.test import TestResponse

from exchange.accounts import Role
from tests.fakes.command_here import CommandHere
from tests.fakes.opened_rows import opened_rows
from tests.fakes.operator import Operator
from tests.fakes.situation import AGREEMENT, DEADLINE, DGEFP, PROVIDER, Situation
from tests.fakes.web_caller import WebCaller, web_caller

_DEPARTURES = f"/agreements/{AGREEMENT}/departures"
_DUE = {"agreement_id": AGREEMENT, "deadline_id": DEADLINE}


@pytest.fixture(name="caller")
def _caller(fresh: Situation) -> WebCaller:
    return web_caller(fresh, Role.OPERATOR)


def test_what_would_leave_is_what_the_dry_run_of_the_command_says(
    caller: WebCaller, operator: Operator
) -> None:
    told = caller.get(_DEPARTURES).get_json()["items"]
    rehearsed = caller.post("/transfers", {"agreement_id": AGREEMENT, "dry_run": True})
    typed = json.loads(operator.run("export", "--json").output)

    assert [_counted(one) for one in told] == [
        (one["transfer"], one["rows"], one["obstacles"]) for one in typed
    ]
    assert rehearsed.status_code == 200
    assert rehearsed.get_json()["departures"] == told
    assert rehearsed.get_json()["published"] == []
    assert len(operator.events("export.previewed")) == 3


def test_a_day_that_is_to_come_can_be_asked_about(caller: WebCaller) -> None:
    told = caller.get(f"{_DEPARTURES}?as_of=2023-07-30").get_json()["items"]
    wrong = caller.get(f"{_DEPARTURES}?as_of=demain")
    extremes = [caller.get(f"{_DEPARTURES}?as_of={day}") for day in ("0001-01-01", "9999-12-31")]
    unknown = caller.get(f"{_DEPARTURES}?deadline_id=jamais")

    second = next(one for one in told if one["deadline_id"] == "enquete-2")
    assert "prêtes" in second["obstacles"][0]["detail"]
    assert second["obstacles"][0]["hint"]
    assert wrong.status_code == 422
    assert wrong.get_json()["errors"] == [
        {"field": "query.as_of", "message": "écrivez une date : AAAA-MM-JJ"}
    ]
    assert [one.status_code for one in extremes] == [200, 200]
    assert unknown.status_code == 409


def test_what_is_due_leaves_once(caller: WebCaller, fresh: Situation, operator: Operator) -> None:
    first = caller.post("/transfers", _DUE)
    second = caller.post("/transfers", {"agreement_id": AGREEMENT})

    published = {one["transfer_id"]: one for one in first.get_json()["published"]}
    assert first.status_code == 201
    assert set(published) == {fresh.transfer_id(DGEFP), fresh.transfer_id(PROVIDER)}
    assert second.status_code == 200
    assert second.get_json()["published"] == []
    assert set(published) < {one["transfer_id"] for one in second.get_json()["departures"]}
    published_by = [one["actor"] for one in operator.events("transfer.published")]
    assert published_by.count("compte-operator@api") == len(published)


def test_what_left_over_http_is_opened_by_its_recipient(
    caller: WebCaller, fresh: Situation, command: CommandHere
) -> None:
    caller.post("/transfers", _DUE)
    out = fresh.folder / "ouvert"

    opened = command.run(
        fresh.departement.home, "open", fresh.package(DGEFP), *fresh.opening(DGEFP, out)
    )

    assert opened.exit_code == 0, opened
    assert len(opened_rows(out)) == 200


def test_an_obstacle_of_a_deadline_that_is_named_is_a_refusal_in_the_evidence(
    caller: WebCaller, fresh: Situation, operator: Operator
) -> None:
    named = ("enquete-2", "jamais")
    asked = [{"agreement_id": AGREEMENT, "deadline_id": one} for one in named]

    answers = [caller.post("/transfers", one) for one in asked]

    for answer in answers:
        assert answer.status_code == 409
        assert answer.get_json()["type"] == "/problemes/acte-refuse"
        assert answer.get_json()["hint"]
    (*hindered, unknown) = operator.events("export.refused")
    assert hindered
    assert (unknown["subject"], "n'existe pas" in unknown["why"]) == (AGREEMENT, True)
    assert fresh.outbox_names() == set()


def test_without_a_deadline_what_is_hindered_is_told_and_the_rest_leaves(
    caller: WebCaller,
) -> None:
    answer = caller.post("/transfers", {"agreement_id": AGREEMENT})

    hindered = [one for one in answer.get_json()["departures"] if one["obstacles"]]
    assert answer.status_code == 201
    assert {one["deadline_id"] for one in answer.get_json()["published"]} == {DEADLINE}
    assert "enquete-2" in {one["deadline_id"] for one in hindered}


def test_what_asks_for_something_else_sends_nothing(caller: WebCaller, fresh: Situation) -> None:
    asked = {
        "nothing": {},
        "a misspelt field": {**_DUE, "dryrun": True},
        "a word for a truth": {**_DUE, "dry_run": "yes"},
        "no object": [],
        "no such agreement": {"agreement_id": "une-autre"},
    }

    answers = {name: caller.post("/transfers", document) for name, document in asked.items()}

    assert {name: (one.status_code, _fields(one)) for name, one in answers.items()} == {
        "nothing": (422, ["json.agreement_id"]),
        "a misspelt field": (422, ["json"]),
        "a word for a truth": (422, ["json.dry_run"]),
        "no object": (422, ["json"]),
        "no such agreement": (404, []),
    }
    assert fresh.outbox_names() == set()


def test_a_dry_run_asked_for_in_the_address_is_not_done_for_real(
    caller: WebCaller, fresh: Situation
) -> None:
    answer = caller.post("/transfers?dry_run=true", _DUE)

    (error,) = answer.get_json()["errors"]
    assert answer.status_code == 422
    assert (error["field"], "argument inconnu" in error["message"]) == ("query", True)
    assert fresh.outbox_names() == set()


def test_whoever_does_not_send_may_look_and_a_recipient_may_not(fresh: Situation) -> None:
    answers = {
        role: web_caller(fresh, role).get(_DEPARTURES).status_code
        for role in (Role.DPO, Role.AUDITOR, Role.RECIPIENT)
    }

    assert answers == {Role.DPO: 200, Role.AUDITOR: 200, Role.RECIPIENT: 403}


def _counted(departure: dict[str, object]) -> tuple[object, object, list[object]]:
    obstacles: list[dict[str, object]] = departure["obstacles"]  # type: ignore[assignment]  # JSON
    return departure["transfer_id"], departure["rows"], [one["detail"] for one in obstacles]


def _fields(answer: TestResponse) -> list[str]:
    return [one["field"] for one in answer.get_json().get("errors", [])]
