"""Sending again, calling off and taking back over HTTP: the command's acts, on the version read."""

from enum import StrEnum

import pytest
from flask.testing import FlaskClient

from exchange.accounts import Role
from exchange.transfers.reasons import RevisionReason, WithdrawalReason
from schemas.annex_e import RuleCode
from schemas.receipt import Rejection
from tests.fakes.callers import bearer, token_at
from tests.fakes.command_here import CommandHere
from tests.fakes.operator import Operator
from tests.fakes.situation import AGREEMENT, DGEFP, PROVIDER, Situation
from tests.fakes.web_caller import WebCaller, web_caller

_ORDERED = {"reason": "envoi-errone", "instruction_id": "instruction-1"}
_ASKED = {
    "resending": _ORDERED,
    "cancellation": {"reason": "instruction"},
    "withdrawal": _ORDERED,
}
_LATER = f"{AGREEMENT}_enquete-2_{DGEFP}_r1"


@pytest.fixture(name="caller")
def _caller(sent: Situation) -> WebCaller:
    return web_caller(sent, Role.OPERATOR)


@pytest.fixture(name="transfer")
def _transfer(sent: Situation) -> str:
    """The address of what the DGEFP was sent."""
    return f"/transfers/{sent.transfer_id(DGEFP)}"


def test_a_package_is_sent_again_whole_under_an_instruction(
    caller: WebCaller, transfer: str, sent: Situation
) -> None:
    asked = {**_ORDERED, "reason": "paquet-illisible"}

    rehearsed = caller.post(f"{transfer}/resending", {**asked, "dry_run": True})
    before = sent.revision(DGEFP, 2).exists()
    done = caller.post(f"{transfer}/resending", asked)

    departure = rehearsed.get_json()["departure"]
    assert (rehearsed.status_code, departure["kind"], departure["rows"]) == (
        200,
        "replacement",
        200,
    )
    assert not before
    assert done.status_code == 201
    assert done.get_json()["transfer"]["follows"] == sent.transfer_id(DGEFP)
    assert sent.revision(DGEFP, 2).exists()


def test_a_correction_carries_the_rejected_lines(
    caller: WebCaller, transfer: str, sent: Situation, client: FlaskClient
) -> None:
    _reject(sent, client, transfer)

    done = caller.post(f"{transfer}/resending", {**_ORDERED, "reason": "lignes-rejetees"})

    revision = done.get_json()["transfer"]
    assert (revision["kind"], revision["row_count"]) == ("correction", 2)


def test_what_is_not_sent_yet_is_called_off(caller: WebCaller, sent: Situation) -> None:
    address = f"/transfers/{_LATER}"

    rehearsed = caller.post(f"{address}/cancellation", {"reason": "instruction", "dry_run": True})
    absent = caller.get(address)
    done = caller.post(f"{address}/cancellation", {"reason": "instruction"})

    assert rehearsed.get_json()["transfer"]["state"] == "cancelled"
    assert absent.status_code == 404
    assert (done.status_code, done.get_json()["dry_run"]) == (200, False)
    assert caller.get(address).get_json()["state"] == "cancelled"
    assert sent.outbox_names() == {sent.package(name).name for name in (DGEFP, PROVIDER)}


def test_a_package_is_taken_back_and_its_recipient_reads_the_notice(
    caller: WebCaller, transfer: str, sent: Situation
) -> None:
    recipient = web_caller(sent, Role.RECIPIENT)
    before = recipient.get(f"{transfer}/withdrawal")

    rehearsed = caller.post(f"{transfer}/withdrawal", {**_ORDERED, "dry_run": True})
    still_there = sent.package(DGEFP).exists()
    done = caller.post(f"{transfer}/withdrawal", _ORDERED)
    notice = recipient.get(f"{transfer}/withdrawal")

    assert before.status_code == 404
    assert (rehearsed.status_code, still_there) == (200, True)
    assert done.get_json()["transfer"]["state"] == "withdrawn"
    assert done.get_json()["followers"] == []
    assert recipient.get(f"{transfer}/package").status_code == 410
    assert notice.data == sent.package(DGEFP).with_suffix(".retrait.p7m").read_bytes()
    assert (
        web_caller(sent, Role.RECIPIENT, PROVIDER).get(f"{transfer}/withdrawal").status_code == 404
    )


def test_what_the_life_of_a_transfer_forbids_is_a_refusal_in_the_evidence(
    caller: WebCaller, transfer: str, sent: Situation, command: CommandHere
) -> None:
    unknown = {**_ORDERED, "instruction_id": "jamais"}
    refused = {
        "published": caller.post(f"{transfer}/cancellation", {"reason": "instruction"}),
        "nothing rejected": caller.post(
            f"{transfer}/resending", {**_ORDERED, "reason": "lignes-rejetees"}
        ),
        "no such instruction": caller.post(f"{transfer}/withdrawal", unknown),
        "nor to send again": caller.post(f"{transfer}/resending", unknown),
        "nor to rehearse it": caller.post(f"{transfer}/resending", {**unknown, "dry_run": True}),
    }

    assert {name: one.status_code for name, one in refused.items()} == dict.fromkeys(refused, 409)
    assert "ne s'annule plus" in refused["published"].get_json()["detail"]
    assert len(Operator(command, sent).events("export.refused")) == len(refused)
    assert caller.get(transfer).get_json()["state"] == "published"


def test_an_act_on_a_transfer_that_nothing_plans_is_not_found(caller: WebCaller) -> None:
    address = f"/transfers/{AGREEMENT}_jamais_{DGEFP}_r1"

    answers = [caller.post(f"{address}/{act}", asked) for act, asked in _ASKED.items()]

    assert [one.status_code for one in answers] == [404, 404, 404]


def test_a_reason_is_one_of_a_closed_list_that_the_problem_names(
    caller: WebCaller, transfer: str
) -> None:
    wrong = {"reason": "Mme Martin a demandé"}

    answers = {
        act: caller.post(f"{transfer}/{act}", {**asked, **wrong}) for act, asked in _ASKED.items()
    }

    assert {act: one.get_json()["errors"] for act, one in answers.items()} == {
        "resending": [_not_one_of(RevisionReason)],
        "cancellation": [_not_one_of(WithdrawalReason)],
        "withdrawal": [_not_one_of(WithdrawalReason)],
    }
    assert not any("Martin" in one.text for one in answers.values())


def test_an_act_on_a_version_that_has_changed_does_nothing(
    caller: WebCaller, transfer: str, sent: Situation, client: FlaskClient
) -> None:
    read = caller.get(transfer).headers["ETag"]
    _reject(sent, client, transfer)

    stale = caller.post(f"{transfer}/withdrawal", _ORDERED, If_Match=read)
    state = caller.get(transfer)
    done = caller.post(f"{transfer}/withdrawal", _ORDERED, If_Match=state.headers["ETag"])

    assert stale.status_code == 412
    assert stale.get_json()["type"] == "/problemes/a-change"
    assert state.get_json()["state"] == "partly-rejected"
    assert done.status_code == 200


def test_a_version_that_is_none_stops_the_act(caller: WebCaller, transfer: str) -> None:
    headers = ('"autre"', 'W/"autre"', "", "pas une étiquette")

    answers = [caller.post(f"{transfer}/withdrawal", _ORDERED, If_Match=one) for one in headers]

    assert [one.status_code for one in answers] == [412] * len(headers)


def test_any_version_is_what_a_star_asks_for_and_there_has_to_be_one(
    caller: WebCaller, transfer: str
) -> None:
    asked = {"reason": "instruction", "dry_run": True}

    there = caller.post(f"{transfer}/withdrawal", {**_ORDERED, "dry_run": True}, If_Match="*")
    not_yet = caller.post(f"/transfers/{_LATER}/cancellation", asked, If_Match="*")

    assert (there.status_code, not_yet.status_code) == (200, 412)


def test_a_version_that_is_known_already_is_not_given_again(
    caller: WebCaller, transfer: str
) -> None:
    first = caller.get(transfer)
    second = caller.get(transfer, If_None_Match=first.headers["ETag"])

    assert (second.status_code, second.data) == (304, b"")
    assert second.headers["ETag"] == first.headers["ETag"]


def test_the_answers_to_a_transfer_and_the_lines_rejected_are_read_by_who_follows_it(
    caller: WebCaller, transfer: str, sent: Situation, client: FlaskClient
) -> None:
    _reject(sent, client, transfer)

    answers = caller.get(f"{transfer}/receipts").get_json()
    first = caller.get(f"{transfer}/rejections?limit=1").get_json()
    second = caller.get(f"{transfer}/rejections?limit=1&after={first['next']}").get_json()

    [answer] = answers["items"]
    assert (answer["kind"], answer["signed"], answers["rejected_lines"]) == ("rejection", True, 2)
    assert first["items"] == [{"line": 3, "codes": ["COURRIEL_FORMAT", "TELEPHONE_FORMAT"]}]
    assert second == {"items": [{"line": 12, "codes": ["COURRIEL_FORMAT"]}], "next": None}


def test_every_link_of_the_documentation_leads_somewhere(client: FlaskClient) -> None:
    operations = [
        operation
        for path in client.get("/api/v1/openapi.json").get_json()["paths"].values()
        for method, operation in path.items()
        if method in {"get", "post", "put"}
    ]

    named = [one["operationId"] for one in operations if "operationId" in one]
    followed = {
        link["operationId"]
        for operation in operations
        for answer in operation["responses"].values()
        for link in answer.get("links", {}).values()
    }
    assert len(named) == len(set(named))
    assert followed
    assert followed <= set(named)


def _not_one_of(reasons: type[StrEnum]) -> dict[str, str]:
    return {"field": "json.reason", "message": f"écrivez l'un de : {', '.join(reasons)}"}


def _reject(sent: Situation, client: FlaskClient, transfer: str) -> None:
    """Have the DGEFP reject three things of two lines."""
    rejected = [
        Rejection(RuleCode.COURRIEL_FORMAT, line=3),
        Rejection(RuleCode.TELEPHONE_FORMAT, line=3),
        Rejection(RuleCode.COURRIEL_FORMAT, line=12),
    ]
    recipient = bearer(token_at(sent.departement, Role.RECIPIENT))
    answer = client.post(
        f"/api/v1{transfer}/receipts",
        data=sent.ministry(DGEFP).reject(sent.package(DGEFP), rejected),
        headers=recipient | {"Content-Type": "application/pkcs7-mime"},
    )
    assert answer.status_code == 201, answer.text
