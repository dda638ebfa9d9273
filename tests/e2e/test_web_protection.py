"""What every answer is, whoever asks whatever: kept nowhere, run nowhere, leading nowhere."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from exchange.accounts import Role
from exchange.web.callers.access import declare
from tests.fakes.callers import bearer, token_at
from tests.fakes.home_database import ask
from tests.fakes.situation import AGREEMENT, DEADLINE, DGEFP, Situation

_PACKAGE = f"/api/v1/transfers/{AGREEMENT}_{DEADLINE}_{DGEFP}_r1/package"
_JSON, _PROBLEM = "application/json", "application/problem+json"
_CONTAINER = "application/vnd.etsi.asic-e+zip"
_ASKED: tuple[tuple[str, dict[str, str], int, str | None], ...] = (
    ("/api/v1/health/live", {}, 200, _JSON),
    ("/api/v1/openapi.json", {}, 200, _JSON),
    ("/api/v1/transfers", {}, 200, _JSON),
    ("/api/v1/transfers", {"Authorization": "Bearer x"}, 401, _PROBLEM),
    ("/api/v1/evidence/events", {}, 403, _PROBLEM),
    ("/rien", {}, 404, _PROBLEM),
    ("/api/v1/transfers?limit=0", {}, 422, _PROBLEM),
    (_PACKAGE, {}, 200, _CONTAINER),
    (_PACKAGE, {"Range": "bytes=0-3"}, 206, _CONTAINER),
    (_PACKAGE, {"If-None-Match": "*"}, 304, None),
    (_PACKAGE, {"Range": "bytes=99999999-"}, 416, _PROBLEM),
)
_PROTECTIONS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}


@pytest.fixture(name="recipient")
def _recipient(sent: Situation) -> dict[str, str]:
    return bearer(token_at(sent.departement, Role.RECIPIENT))


def test_an_answer_says_what_it_is_and_is_neither_kept_nor_run(
    client: FlaskClient, recipient: dict[str, str]
) -> None:
    wrong = []
    for path, headers, status, content_type in _ASKED:
        with client.get(path, headers=recipient | headers) as answer:
            told = (answer.status_code, answer.headers.get("Content-Type"))
            protections = {name: answer.headers.get(name) for name in _PROTECTIONS}
        if told != (status, content_type) or protections != _PROTECTIONS:
            wrong.append((path, headers, told, protections))

    assert wrong == []


def test_no_address_leads_to_another(client: FlaskClient, recipient: dict[str, str]) -> None:
    for path in ("/api//v1/transfers", "//ailleurs.example/api", "/api/v1/transfers/", "/api/v1"):
        answer = client.get("/", environ_overrides={"PATH_INFO": path}, headers=recipient)

        assert (answer.status_code, answer.headers.get("Location")) == (404, None)


def test_a_method_that_no_route_has_is_refused(
    client: FlaskClient, recipient: dict[str, str]
) -> None:
    for method in ("TRACE", "CONNECT", "DELETE", "PATCH"):
        answer = client.open("/api/v1/transfers", method=method, headers=recipient)

        assert answer.status_code == 405
        assert recipient["Authorization"] not in answer.get_data(as_text=True)


def test_a_method_named_in_a_header_does_not_count(
    client: FlaskClient, recipient: dict[str, str]
) -> None:
    answer = client.post(
        "/api/v1/agreements", headers=recipient | {"X-HTTP-Method-Override": "GET"}
    )

    assert answer.status_code == 405


def test_a_token_anywhere_but_in_its_header_proves_nothing(
    client: FlaskClient, recipient: dict[str, str]
) -> None:
    token = recipient["Authorization"].removeprefix("Bearer ")

    in_address = client.get(f"/api/v1/transfers?access_token={token}")
    as_cookie = client.get("/api/v1/transfers", headers={"Cookie": f"access_token={token}"})
    as_password = client.get("/api/v1/transfers", auth=("spie", token))

    assert [one.status_code for one in (in_address, as_cookie, as_password)] == [401] * 3


def test_the_application_shows_nothing_of_a_bug(
    application: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> str:
        raise ValueError("SELECT * FROM person WHERE nom = 'Dupont'")

    application.view_functions["health.live"] = declare(broken, None)

    answer = client.get("/api/v1/health/live")

    (record,) = caplog.records
    assert not application.debug
    assert answer.status_code == 500
    assert answer.get_json()["type"] == "/problemes/defaut"
    assert "Dupont" not in answer.get_data(as_text=True) + caplog.text
    assert record.__dict__["error"] == "ValueError"
    assert record.__dict__["request_id"] == answer.headers["Request-Id"]


@pytest.mark.sqlite_file
def test_what_leaves_no_evidence_is_not_given(
    client: FlaskClient, recipient: dict[str, str], sent: Situation
) -> None:
    auditor = bearer(token_at(sent.departement, Role.AUDITOR))
    ask(
        sent.departement.home,
        "CREATE TRIGGER unwritable BEFORE INSERT ON evidence_event "
        "BEGIN SELECT RAISE(ABORT, 'disk'); END",
    )

    package = client.get(_PACKAGE, headers=recipient)
    log = client.get("/api/v1/evidence/events", headers=auditor)
    denied = client.get("/api/v1/evidence/events", headers=recipient)

    assert [one.status_code // 100 for one in (package, log, denied)] == [5, 5, 5]
    assert {one.headers["Content-Type"] for one in (package, log, denied)} == {_PROBLEM}
