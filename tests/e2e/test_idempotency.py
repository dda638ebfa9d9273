"""A request that is sent again under its key: answered again, and acted on once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from exchange.accounts import Role
from exchange.home_opening import open_service
from exchange.settings import settings_from
from exchange.wiring import Service
from tests.fakes.callers import bearer, token_at
from tests.fakes.command_here import CommandHere
from tests.fakes.home_database import ask
from tests.fakes.http_service import CSV
from tests.fakes.operator import Operator
from tests.fakes.situation import AGREEMENT, DEADLINE, DGEFP, PROVIDER, Situation

_KEY: Final = "0b1f6d0e-6f0c-4b61-9f9e-8f1a3a2f5c11"
_IMPORTS: Final = f"/api/v1/agreements/{AGREEMENT}/imports"
_OBJECTIONS: Final = f"/api/v1/agreements/{AGREEMENT}/objections"
_RECEIPTS: Final = f"/api/v1/transfers/{AGREEMENT}_{DEADLINE}_{DGEFP}_r1/receipts"
_NO_KEYS: Final = ("", "deux mots", "a" * 256, '"', '""', '"sans fin', "a,b", "Zoé", '"a";p=1')
_SIGNED: Final = {"Content-Type": "application/pkcs7-mime"}


@pytest.fixture(name="system")
def _system(sent: Situation) -> dict[str, str]:
    return bearer(token_at(sent.departement, Role.LOCAL_SYSTEM)) | CSV


@pytest.fixture(name="operator")
def _operator(sent: Situation, command: CommandHere) -> Operator:
    return Operator(command, sent)


@pytest.fixture(name="service")
def _service(sent: Situation) -> Iterator[Service]:
    with open_service(settings_from(sent.departement.environment()), inspecting=False) as service:
        yield service


def _load(
    client: FlaskClient,
    headers: dict[str, str],
    body: bytes,
    key: str = _KEY,
    query: str = "attest=true",
) -> TestResponse:
    return client.post(
        f"{_IMPORTS}?{query}",
        data=body,
        headers=headers | {"Idempotency-Key": key},
        buffered=True,
    )


def _loads(operator: Operator) -> int:
    return len(operator.events("import.done"))


def _forget_answers(situation: Situation) -> None:
    ask(situation.departement.home, "UPDATE request_key SET status = NULL, body = NULL")


def test_a_load_sent_again_is_answered_again_byte_for_byte_and_loads_once(
    client: FlaskClient, system: dict[str, str], sent: Situation, operator: Operator
) -> None:
    body, before = sent.source.read_bytes(), _loads(operator)

    first = _load(client, system, body)
    again = _load(client, system, body, key=f'"{_KEY}"')

    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.data, again.content_type) == (first.data, first.content_type)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Request-Id"] != first.headers["Request-Id"]
    assert _loads(operator) == before + 1


@pytest.mark.long
def test_an_acknowledgement_sent_again_is_accepted_again(
    client: FlaskClient, sent: Situation
) -> None:
    recipient = bearer(token_at(sent.departement, Role.RECIPIENT)) | _SIGNED
    keyed = recipient | {"Idempotency-Key": _KEY}
    document = sent.ministry(DGEFP).acknowledge(sent.package(DGEFP))

    first = client.post(_RECEIPTS, data=document, headers=keyed)
    again = client.post(_RECEIPTS, data=document, headers=keyed)
    without = client.post(_RECEIPTS, data=document, headers=recipient)

    assert (again.status_code, again.data) == (201, first.data)
    assert without.status_code == 409


@pytest.mark.long
def test_who_objects_is_entered_once_and_not_found_in_what_is_kept(
    client: FlaskClient, sent: Situation
) -> None:
    dpo = bearer(token_at(sent.departement, Role.DPO)) | {"Idempotency-Key": _KEY}
    person = {"nom": "ORNITHORYNQUE", "prenom": "ZOÉ", "date_naissance": "20/12/1970"}
    asked = {"person": person, "case_number": "DPO-2023-17", "reason": "article-21"}

    first = client.post(_OBJECTIONS, json=asked, headers=dpo)
    again = client.post(_OBJECTIONS, json=asked, headers=dpo)
    other = client.post(_OBJECTIONS, json=asked | {"case_number": "DPO-2023-18"}, headers=dpo)

    kept = ask(sent.departement.home, "SELECT * FROM request_key")
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert again.data == first.data
    assert ask(sent.departement.home, "SELECT count(*) FROM objection") == [(1,)]
    assert "ORNITHORYNQUE" not in str(kept)


@pytest.mark.long
def test_a_refusal_is_answered_again_as_it_was(
    client: FlaskClient, system: dict[str, str], operator: Operator
) -> None:
    before = len(operator.events("import.refused"))

    first = _load(client, system, b"a;b\r\n1;2\r\n")
    again = _load(client, system, b"a;b\r\n1;2\r\n")

    assert (again.status_code, again.data) == (422, first.data)
    assert again.content_type == "application/problem+json"
    assert len(operator.events("import.refused")) == before + 1


def test_the_key_of_one_request_is_no_other_request_s(
    client: FlaskClient, system: dict[str, str], sent: Situation, operator: Operator
) -> None:
    body, before = sent.source.read_bytes(), _loads(operator)
    _load(client, system, body)

    others = [
        _load(client, system, body + b"\r\n"),
        _load(client, system, body, query="attest=true&dry_run=true"),
    ]

    assert {(one.status_code, one.get_json()["type"]) for one in others} == {
        (422, "/problemes/cle-reprise")
    }
    assert _loads(operator) == before + 1


@pytest.mark.long
def test_the_same_key_of_another_account_is_another_key(
    client: FlaskClient, system: dict[str, str], sent: Situation
) -> None:
    other = bearer(token_at(sent.departement, Role.OPERATOR)) | CSV
    body = sent.source.read_bytes()

    _load(client, system, body)
    theirs = _load(client, other, body)

    assert theirs.status_code == 201
    assert "Idempotency-Replayed" not in theirs.headers


def test_what_is_no_key_is_refused_and_named(client: FlaskClient, system: dict[str, str]) -> None:
    answers = [_load(client, system, b"", key=key) for key in _NO_KEYS]

    said = [(one.status_code, one.get_json()["errors"][0]["field"]) for one in answers]
    assert said == [(400, "headers.Idempotency-Key")] * len(_NO_KEYS)


def test_a_request_whose_body_breaks_off_uses_no_key(
    client: FlaskClient, system: dict[str, str], sent: Situation
) -> None:
    body = sent.source.read_bytes()

    broken = client.post(
        f"{_IMPORTS}?attest=true",
        data=body[:100],
        headers=system | {"Idempotency-Key": _KEY},
        environ_overrides={"CONTENT_LENGTH": str(len(body)), "wsgi.input_terminated": True},
        buffered=True,
    )
    whole = _load(client, system, body)

    assert (broken.status_code, whole.status_code) == (400, 201)


def test_what_was_busy_is_not_kept(
    client: FlaskClient, system: dict[str, str], sent: Situation, service: Service
) -> None:
    body = sent.source.read_bytes()

    with service.exclusively(AGREEMENT):
        busy = _load(client, system, body)
    again = _load(client, system, body)

    assert (busy.status_code, busy.get_json()["type"]) == (409, "/problemes/occupe")
    assert again.status_code == 201
    assert "Idempotency-Replayed" not in again.headers


def test_what_is_denied_is_denied_anew_and_each_time_in_the_evidence(
    client: FlaskClient, sent: Situation, operator: Operator
) -> None:
    other = bearer(token_at(sent.departement, Role.RECIPIENT, PROVIDER)) | _SIGNED
    keyed = other | {"Idempotency-Key": _KEY}
    document = sent.ministry(DGEFP).acknowledge(sent.package(DGEFP))

    answers = [client.post(_RECEIPTS, data=document, headers=keyed) for _ in range(2)]

    assert [one.status_code for one in answers] == [404, 404]
    assert len(operator.events("caller.denied")) == len(answers)


def test_the_same_request_is_busy_while_the_first_one_is_worked_on(
    client: FlaskClient, system: dict[str, str], sent: Situation, service: Service
) -> None:
    body = sent.source.read_bytes()
    _load(client, system, body)
    _forget_answers(sent)
    ((working,),) = ask(sent.departement.home, "SELECT request_id FROM request_key")

    with service.claims.signs.given(f"request.{working}"):
        answer = _load(client, system, body)

    assert (answer.status_code, answer.get_json()["type"]) == (409, "/problemes/occupe")
    assert answer.get_json()["detail"] == "la même demande est en cours"
    assert answer.headers["Retry-After"]


def test_what_was_done_and_not_answered_is_not_done_again(
    client: FlaskClient, system: dict[str, str], sent: Situation, operator: Operator
) -> None:
    body, before = sent.source.read_bytes(), _loads(operator)
    _load(client, system, body)
    _forget_answers(sent)

    answers = [_load(client, system, body) for _ in range(2)]

    assert {(one.status_code, one.get_json()["type"]) for one in answers} == {
        (409, "/problemes/deja-fait")
    }
    assert _loads(operator) == before + 1


def test_what_is_too_long_to_be_kept_is_not_done_again(
    client: FlaskClient,
    system: dict[str, str],
    sent: Situation,
    operator: Operator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("exchange.web.conventions.idempotency._LONGEST_ANSWER_BYTES", 10)
    body, before = sent.source.read_bytes(), _loads(operator)

    first = _load(client, system, body)
    again = _load(client, system, body)

    assert first.status_code == 201
    assert again.get_json()["type"] == "/problemes/deja-fait"
    assert _loads(operator) == before + 1


def test_after_a_day_nothing_of_a_key_is_kept(
    client: FlaskClient, system: dict[str, str], sent: Situation
) -> None:
    body = sent.source.read_bytes()
    _load(client, system, body, key="hier")
    yesterday = datetime.now(UTC) - timedelta(days=1, seconds=1)
    ask(sent.departement.home, "UPDATE request_key SET claimed_at = :at", at=_written(yesterday))

    _load(client, system, body, key="aujourd-hui")
    kept = ask(sent.departement.home, "SELECT count(*) FROM request_key")
    anew = _load(client, system, body, key="hier")

    assert kept == [(1,)]
    assert "Idempotency-Replayed" not in anew.headers


def test_a_destruction_leaves_no_answer_and_what_was_done_is_not_done_again(
    client: FlaskClient, system: dict[str, str], sent: Situation, service: Service
) -> None:
    body = sent.source.read_bytes()
    _load(client, system, body)

    with service.database.begin() as work:
        work.purges.forget_records(AGREEMENT)
    kept = ask(sent.departement.home, "SELECT status, headers, body FROM request_key")
    again = _load(client, system, body)

    assert kept == [(None, None, None)]
    assert again.get_json()["type"] == "/problemes/deja-fait"


@pytest.mark.long
def test_nothing_that_was_sent_lies_in_what_is_kept(
    client: FlaskClient, system: dict[str, str], sent: Situation
) -> None:
    _load(client, system, sent.source.read_bytes(), key="Ornithorynque")

    rows = ask(sent.departement.home, "SELECT key_digest, fingerprint, body FROM request_key")

    assert "Ornithorynque" not in str(rows)
    assert sent.source.read_text("cp1252").splitlines()[1].split(";")[0] not in str(rows)


def test_without_a_key_nothing_is_kept(
    client: FlaskClient, system: dict[str, str], sent: Situation
) -> None:
    body = sent.source.read_bytes()

    client.post(f"{_IMPORTS}?attest=true", data=body, headers=system, buffered=True)

    assert ask(sent.departement.home, "SELECT count(*) FROM request_key") == [(0,)]


def test_every_post_documents_the_key(client: FlaskClient) -> None:
    paths = client.get("/api/v1/openapi.json").get_json()["paths"]
    named = {
        (path, method): {one["name"] for one in operation.get("parameters", ())}
        for path, operations in paths.items()
        for method, operation in operations.items()
        if isinstance(operation, dict)
    }

    keyed = {method for (_, method), names in named.items() if "Idempotency-Key" in names}
    assert keyed == {"post"}
    assert [one for one, names in named.items() if one[1] == "post" and not names] == []


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()
