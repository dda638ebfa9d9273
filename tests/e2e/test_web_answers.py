"""What a recipient answers over HTTP, and the word of an operator that the data are complete."""

import pytest
from flask.testing import FlaskClient

from exchange.accounts import Role
from schemas.annex_e import RuleCode
from schemas.receipt import Rejection
from tests.fakes.callers import bearer, token_at
from tests.fakes.command_here import CommandHere
from tests.fakes.operator import Operator
from tests.fakes.situation import AGREEMENT, DEADLINE, DGEFP, PROVIDER, Situation

_SIGNED = {"Content-Type": "application/pkcs7-mime"}
_SIGNATURE = "\n\N{EM DASH} ".encode()
_TRANSFER = f"{AGREEMENT}_{DEADLINE}_{DGEFP}_r1"


@pytest.fixture(name="recipient")
def _recipient(sent: Situation) -> dict[str, str]:
    return bearer(token_at(sent.departement, Role.RECIPIENT))


def test_a_recipient_acknowledges_once(
    client: FlaskClient, recipient: dict[str, str], sent: Situation
) -> None:
    document = sent.ministry(DGEFP).acknowledge(sent.package(DGEFP))
    address = f"/api/v1/transfers/{_TRANSFER}/receipts"

    first = client.post(address, data=document, headers=recipient | _SIGNED)
    second = client.post(address, data=document, headers=recipient | _SIGNED)

    assert first.status_code == 201
    assert first.get_json()["state"] == "acknowledged"
    assert second.status_code == 409
    assert "déjà été enregistrée" in second.get_json()["detail"]


def test_an_act_is_followed_by_a_checkpoint_outside_the_home(
    client: FlaskClient, recipient: dict[str, str], sent: Situation
) -> None:
    checkpoints = sent.departement.home / "outside/checkpoints"
    kept = checkpoints.read_bytes().count(_SIGNATURE)

    client.post(
        f"/api/v1/transfers/{_TRANSFER}/receipts",
        data=sent.ministry(DGEFP).acknowledge(sent.package(DGEFP)),
        headers=recipient | _SIGNED,
    )

    assert checkpoints.read_bytes().count(_SIGNATURE) == kept + 1


def test_a_recipient_rejects_lines(
    client: FlaskClient, recipient: dict[str, str], sent: Situation
) -> None:
    rejected = [Rejection(RuleCode.COURRIEL_FORMAT, line=3)]
    document = sent.ministry(DGEFP).reject(sent.package(DGEFP), rejected)

    answer = client.post(
        f"/api/v1/transfers/{_TRANSFER}/receipts",
        data=document,
        headers=recipient | _SIGNED,
    )

    assert (answer.status_code, answer.get_json()["rejected_lines"]) == (201, 1)


@pytest.mark.parametrize(
    ("document", "content_type", "status"),
    [
        (b"", "application/pkcs7-mime", 409),
        (b"\x30\x80 n'importe quoi", "application/pkcs7-mime", 409),
        (b"{}", "application/json", 415),
    ],
)
def test_what_is_no_signed_answer_changes_nothing(
    client: FlaskClient,
    recipient: dict[str, str],
    document: bytes,
    content_type: str,
    status: int,
) -> None:
    answer = client.post(
        f"/api/v1/transfers/{_TRANSFER}/receipts",
        data=document,
        headers=recipient | {"Content-Type": content_type},
    )
    state = client.get(f"/api/v1/transfers/{_TRANSFER}", headers=recipient).get_json()["state"]

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert state == "published"


def test_an_answer_to_another_transfer_is_as_if_to_none(
    client: FlaskClient, recipient: dict[str, str], sent: Situation
) -> None:
    theirs = sent.ministry(PROVIDER).acknowledge(sent.package(PROVIDER))

    answer = client.post(
        f"/api/v1/transfers/{_TRANSFER}/receipts",
        data=theirs,
        headers=recipient | _SIGNED,
    )

    assert answer.status_code == 404
    assert PROVIDER not in answer.get_data(as_text=True)


def test_what_is_declared_ready_over_http_is_in_the_register_under_the_account(
    client: FlaskClient, sent: Situation
) -> None:
    operator = bearer(token_at(sent.departement, Role.OPERATOR))
    address = f"/api/v1/agreements/{AGREEMENT}/deadlines/{DEADLINE}/readiness"

    declared = client.put(address, headers=operator)
    unknown = client.put(address.replace(DEADLINE, "jamais"), headers=operator)

    assert declared.status_code == 200
    assert declared.get_json()["declared_by"] == "compte-operator@api"
    assert set(declared.get_json()["to_send"]) == {DGEFP, PROVIDER}
    assert unknown.status_code == 404


def test_what_is_asked_of_a_declaration_that_takes_nothing_is_refused_and_nothing_declared(
    client: FlaskClient, sent: Situation, command: CommandHere
) -> None:
    operator = bearer(token_at(sent.departement, Role.OPERATOR))
    address = f"/api/v1/agreements/{AGREEMENT}/deadlines/{DEADLINE}/readiness"
    declared = len(Operator(command, sent).events("deadline.declared_ready"))

    by_argument = client.put(f"{address}?dry_run=true", headers=operator)
    by_body = client.put(address, json={"dry_run": True}, headers=operator)

    assert (by_argument.status_code, by_body.status_code) == (422, 415)
    assert len(Operator(command, sent).events("deadline.declared_ready")) == declared


def test_the_dates_of_an_agreement_are_those_of_the_command(
    client: FlaskClient, sent: Situation
) -> None:
    system = bearer(token_at(sent.departement, Role.LOCAL_SYSTEM))

    listed = client.get("/api/v1/agreements", headers=system).get_json()
    dated = client.get(f"/api/v1/agreements/{AGREEMENT}/calendar", headers=system).get_json()
    typed = sent.departement.do("agreement", "calendar", "--json")

    assert [one["id"] for one in listed["items"]] == [AGREEMENT]
    assert [one for one in dated["items"] if one["label"] not in typed] == []
    assert len(dated["items"]) == typed.count('"day"')
