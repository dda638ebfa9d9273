"""Two accounts over HTTP: one prepares, another approves what it was shown."""

import pytest

from exchange.accounts import Role
from tests.fakes.operator import Operator
from tests.fakes.people import people
from tests.fakes.situation import AGREEMENT, DEADLINE, DGEFP
from tests.fakes.web_caller import WebCaller, web_caller

_DUE = {"agreement_id": AGREEMENT, "deadline_id": DEADLINE}
_PREPARATION = f"/agreements/{AGREEMENT}/preparation"


@pytest.fixture(name="desk")
def _desk(operator: Operator) -> Operator:
    """An operator at a prepared home whose agreement asks for two accounts."""
    operator.revise_agreement(2, four_eyes="true")
    return operator


@pytest.fixture(name="first")
def _first(desk: Operator) -> WebCaller:
    return web_caller(desk.situation, Role.OPERATOR, account_id="agent-1")


@pytest.fixture(name="second")
def _second(desk: Operator) -> WebCaller:
    return web_caller(desk.situation, Role.OPERATOR, account_id="agent-2")


def test_one_account_prepares_another_approves_and_it_leaves(
    desk: Operator, first: WebCaller, second: WebCaller
) -> None:
    address = f"/transfers/{desk.situation.transfer_id(DGEFP)}/approval"
    unasked = first.get(address).status_code
    prepared = first.post(_PREPARATION, {"deadline_id": DEADLINE})
    asked = second.get(address).get_json()
    basis = {"basis": asked["basis"]}

    early = second.post("/transfers", _DUE)
    own = first.post(address, basis)
    rehearsed = second.post(address, {**basis, "dry_run": True})
    approved = second.post(address, basis)
    again = second.post(address, basis)
    sent = second.post("/transfers", {"agreement_id": AGREEMENT})

    assert unasked == 404
    states = [transfer["state"] for transfer in prepared.get_json()["prepared"]]
    assert (prepared.status_code, states) == (201, ["awaiting-approval"] * 2)
    assert (asked["prepared_by"], asked["approved_by"]) == ("agent-1@api", None)
    assert (early.status_code, early.get_json()["type"]) == (409, "/problemes/acte-refuse")
    assert (own.status_code, own.get_json()["type"]) == (409, "/problemes/second-compte")
    assert (rehearsed.status_code, rehearsed.get_json()["departure"]["rows"]) == (200, 200)
    given = approved.get_json()["approval"]
    assert (approved.status_code, given["approved_by"]) == (201, "agent-2@api")
    assert again.status_code == 409
    left = [transfer["transfer_id"] for transfer in sent.get_json()["published"]]
    assert left == [desk.situation.transfer_id(DGEFP)]
    [event] = desk.events("transfer.approved")
    assert event["details"]["prepared_by"] == "agent-1@api"


@pytest.mark.long
def test_what_was_not_shown_is_not_approved(
    desk: Operator, first: WebCaller, second: WebCaller
) -> None:
    transfer = f"/transfers/{desk.situation.transfer_id(DGEFP)}"
    first.post(_PREPARATION, {})
    shown = second.get(f"{transfer}/approval").get_json()["basis"]
    tag = second.get(transfer).headers["ETag"]
    desk.load(next(people(1, seed=8)))
    stale = second.post(f"{transfer}/approval", {"basis": shown})
    rehearsed = first.post(_PREPARATION, {"dry_run": True})
    first.post(_PREPARATION, {})

    other = second.post(f"{transfer}/approval", {"basis": shown})
    read_before = second.post(f"{transfer}/approval", {"basis": shown}, If_Match=tag)
    misspelt = second.post(f"{transfer}/approval", {"basis": "0" * 63})
    without = second.post(f"{transfer}/approval", {})

    assert "ne vaut plus" in stale.get_json()["detail"]
    assert len(rehearsed.get_json()["departures"]) > 2
    assert (other.status_code, "été montré" in other.get_json()["detail"]) == (409, True)
    assert read_before.status_code == 412
    assert [error["field"] for error in misspelt.get_json()["errors"]] == ["json.basis"]
    assert (misspelt.status_code, without.status_code) == (422, 422)
    assert desk.events("transfer.approved") == []


@pytest.mark.long
def test_what_awaits_an_approval_is_nothing_to_its_recipient(
    desk: Operator, first: WebCaller
) -> None:
    first.post(_PREPARATION, {})
    recipient = web_caller(desk.situation, Role.RECIPIENT)
    address = f"/transfers/{desk.situation.transfer_id(DGEFP)}"

    seen = recipient.get(address)
    asked = recipient.get(f"{address}/approval")
    tried = recipient.post(f"{address}/approval", {"basis": "0" * 64})

    assert [one.status_code for one in (seen, asked, tried)] == [404, 403, 403]


@pytest.mark.long
def test_without_the_key_nothing_is_prepared(operator: Operator) -> None:
    caller = web_caller(operator.situation, Role.OPERATOR)

    answers = [caller.post(_PREPARATION, {"dry_run": dry_run}) for dry_run in (True, False)]

    assert [one.status_code for one in answers] == [409, 409]
    assert all("ne demande pas d'approbation" in one.get_json()["detail"] for one in answers)


@pytest.mark.long
def test_a_revision_is_prepared_and_leaves_by_the_same_demand(
    desk: Operator, first: WebCaller, second: WebCaller
) -> None:
    first.post(_PREPARATION, {"deadline_id": DEADLINE})
    transfer = f"/transfers/{desk.situation.transfer_id(DGEFP)}"
    basis = {"basis": second.get(f"{transfer}/approval").get_json()["basis"]}
    second.post(f"{transfer}/approval", basis)
    first.post("/transfers", {"agreement_id": AGREEMENT})
    asked = {"reason": "paquet-illisible", "instruction_id": "instruction-1"}

    prepared = first.post(f"{transfer}/resending", asked).get_json()["transfer"]
    revision = f"/transfers/{prepared['transfer_id']}/approval"
    basis = {"basis": second.get(revision).get_json()["basis"]}
    second.post(revision, basis)
    sent = first.post(f"{transfer}/resending", asked).get_json()["transfer"]

    assert (prepared["state"], sent["state"]) == ("awaiting-approval", "published")
    assert prepared["transfer_id"] == sent["transfer_id"]
