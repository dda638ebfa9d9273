"""What is read over HTTP: by whom it is addressed to, and by who verifies."""

import json

import pytest
from flask.testing import FlaskClient

from exchange.accounts import Role
from tests.fakes.callers import bearer, token_at
from tests.fakes.command_here import CommandHere
from tests.fakes.home_database import ask
from tests.fakes.operator import Operator
from tests.fakes.situation import AGREEMENT, DEADLINE, DGEFP, PROVIDER, Situation

_TRANSFER = f"{AGREEMENT}_{DEADLINE}_{DGEFP}_r1"


@pytest.fixture(name="recipient")
def _recipient(sent: Situation) -> dict[str, str]:
    return bearer(token_at(sent.departement, Role.RECIPIENT))


def test_every_fetch_is_in_the_evidence_with_the_account_and_the_request(
    client: FlaskClient, recipient: dict[str, str], sent: Situation, command: CommandHere
) -> None:
    address = f"/api/v1/transfers/{_TRANSFER}/package"

    with client.get(address, headers=recipient) as whole:
        size, tag, request_id = len(whole.data), whole.headers["ETag"], whole.headers["Request-Id"]
    with client.get(address, headers=recipient | {"If-None-Match": tag}) as unchanged:
        status = unchanged.status_code
    client.head(address, headers=recipient).close()
    fetched = Operator(command, sent).events("package.fetched")

    assert status == 304
    assert [(one["actor"], one["subject"]) for one in fetched] == [
        (f"{DGEFP}-recipient@api", _TRANSFER)
    ]
    assert fetched[0]["details"]["size"] == size
    assert _request_ids(sent, "package.fetched") == [request_id]


def test_what_is_addressed_to_another_recipient_is_as_if_it_were_not_there(
    client: FlaskClient, sent: Situation
) -> None:
    other = bearer(token_at(sent.departement, Role.RECIPIENT, PROVIDER))

    listed = client.get("/api/v1/transfers", headers=other)
    theirs = client.get(f"/api/v1/transfers/{_TRANSFER}", headers=other)
    absent = client.get("/api/v1/transfers/none", headers=other)

    assert {one["recipient_id"] for one in listed.get_json()["items"]} == {PROVIDER}
    assert theirs.status_code == absent.status_code == 404
    assert theirs.get_json()["detail"] == absent.get_json()["detail"]


def test_the_log_that_an_auditor_reads_is_that_of_the_command(
    client: FlaskClient, sent: Situation, command: CommandHere
) -> None:
    auditor = bearer(token_at(sent.departement, Role.AUDITOR))

    read = client.get("/api/v1/evidence/events", headers=auditor).get_json()
    listed = Operator(command, sent).events("transfer.published")

    published = [one for one in read["items"] if one["kind"] == "transfer.published"]
    assert [one["leaf"] for one in published] == [one["leaf"] for one in listed]


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_of_a_proof_is_read_in_any_case(
    client: FlaskClient, sent: Situation, scheme: str
) -> None:
    proof = bearer(token_at(sent.departement, Role.RECIPIENT))["Authorization"]
    written = {"Authorization": proof.replace("Bearer", scheme)}

    assert client.get("/api/v1/transfers", headers=written).status_code == 200


def test_asking_for_what_is_another_s_is_in_the_evidence_as_what_does_not_exist_is(
    client: FlaskClient, sent: Situation, command: CommandHere
) -> None:
    other = bearer(token_at(sent.departement, Role.RECIPIENT, PROVIDER))

    client.get(f"/api/v1/transfers/{_TRANSFER}", headers=other)
    client.get("/api/v1/transfers/none", headers=other)

    denials = Operator(command, sent).events("caller.denied")
    assert [one["actor"] for one in denials] == [f"{PROVIDER}-recipient@api"] * 2
    assert [one["details"]["denial"] for one in denials] == ["not-theirs"] * 2


def test_a_package_that_was_taken_back_is_given_to_nobody_even_while_its_file_is_there(
    client: FlaskClient, recipient: dict[str, str], sent: Situation, command: CommandHere
) -> None:
    ask(
        sent.departement.home,
        "UPDATE transfer SET withdrawn_at = prepared_at WHERE transfer_id = :it",
        it=_TRANSFER,
    )

    answer = client.get(f"/api/v1/transfers/{_TRANSFER}/package", headers=recipient)

    assert answer.status_code == 410
    assert Operator(command, sent).events("package.fetched") == []


def test_a_package_whose_file_is_gone_is_not_there_any_more(
    client: FlaskClient, recipient: dict[str, str], sent: Situation
) -> None:
    sent.package(DGEFP).unlink()

    answer = client.get(f"/api/v1/transfers/{_TRANSFER}/package", headers=recipient)

    assert answer.status_code == 410


def test_who_calls_is_told_no_path_of_the_machine_and_the_administrator_is(
    client: FlaskClient, sent: Situation, caplog: pytest.LogCaptureFixture
) -> None:
    sent.departement.master_key.unlink()

    answer = client.get("/api/v1/health/ready")

    assert answer.status_code == 503
    assert answer.get_json()["type"] == "/problemes/a-reparer"
    assert str(sent.departement.folder) not in answer.get_data(as_text=True)
    assert [record.__dict__["error"] for record in caplog.records] == ["MasterKeyError"]


@pytest.mark.parametrize(
    "path",
    [
        "transfers/%00",
        "transfers/..%2F..%2Fhome.json/package",
        "transfers/%F0%9F%92%A3",
        f"transfers/{'a' * 3000}",
        "transfers?after=00&limit=1",
        "transfers?limit=99999999999999999999",
        "transfers?limit=1&limit=2",
        "transfers/%ED%A0%80",
    ],
    ids=["NUL", "path", "emoji", "long", "NUL cursor", "large", "twice", "surrogate"],
)
def test_what_nobody_would_ask_is_answered_all_the_same(
    client: FlaskClient, recipient: dict[str, str], path: str
) -> None:
    answer = client.get(f"/api/v1/{path}", headers=recipient)

    assert answer.status_code in {200, 404, 422}


def test_a_number_has_one_writing_and_is_not_repeated(client: FlaskClient, sent: Situation) -> None:
    auditor = bearer(token_at(sent.departement, Role.AUDITOR))
    events, proofs = "/api/v1/evidence/events", "/api/v1/evidence/proofs"
    writings = ("\N{ARABIC-INDIC DIGIT SEVEN}", "1_0", "+1", "01", "1.0", "-1", "9" * 4000)

    asked = [client.get(events, query_string={"from": one}, headers=auditor) for one in writings]
    named = [client.get(f"{proofs}/{one}", headers=auditor) for one in writings]
    absent = client.get(f"{proofs}/285017512345678", headers=auditor)

    assert {one.status_code for one in asked} == {422}
    assert {one.status_code for one in named} == {404}
    assert absent.status_code == 404
    assert "285017512345678" not in absent.get_data(as_text=True)


def test_a_log_that_disagrees_stops_acts_and_keeps_no_auditor_out(
    client: FlaskClient, recipient: dict[str, str], sent: Situation
) -> None:
    auditor = bearer(token_at(sent.departement, Role.AUDITOR))
    ask(sent.departement.home, "UPDATE evidence_node SET hash = :zero WHERE level > 0", zero=b"\0")

    read = client.get("/api/v1/evidence/events", headers=auditor)
    listed = client.get("/api/v1/transfers", headers=recipient)

    assert read.status_code == 200
    assert listed.status_code == 503
    assert listed.get_json()["type"] == "/problemes/a-examiner"


def _request_ids(situation: Situation, kind: str) -> list[str]:
    events = ask(
        situation.departement.home, "SELECT event FROM evidence_event WHERE kind = :kind", kind=kind
    )
    return [json.loads(event)["actor"]["caller"]["request"] for (event,) in events]


def test_a_misspelt_filter_is_refused_and_does_not_show_everything(
    client: FlaskClient, sent: Situation
) -> None:
    auditor = bearer(token_at(sent.departement, Role.AUDITOR))

    answer = client.get("/api/v1/evidence/events?acount=nobody", headers=auditor)

    assert answer.status_code == 422
    assert "account" in str(answer.get_json()["errors"])
    assert "acount" not in answer.get_data(as_text=True)
