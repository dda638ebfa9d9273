"""Each route in each role, and without any: what ``tests/roles.toml`` says is what happens."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from exchange.accounts import Role
from exchange.web.callers.access import declared_access
from tests.fakes.callers import Callers, callers_at
from tests.fakes.command_here import CommandHere
from tests.fakes.operator import Operator
from tests.fakes.situation import AGREEMENT, DEADLINE, DGEFP, Situation

_TABLE = tomllib.loads((Path(__file__).parents[1] / "roles.toml").read_text("utf-8"))
_ROUTES: dict[str, str | Sequence[str]] = _TABLE["routes"]
_ANYBODY = "anybody"
_IN_PLACE_OF = {
    "agreement_id": AGREEMENT,
    "certificate_id": "0" * 16,
    "deadline_id": DEADLINE,
    "leaf": "0",
    "objection_id": "0" * 16,
    "transfer_id": f"{AGREEMENT}_{DEADLINE}_{DGEFP}_r1",
}
_UNPROVEN, _NOT_ALLOWED = 401, 403


@pytest.fixture(name="callers")
def _callers(sent: Situation) -> Callers:
    return callers_at(sent.departement)


def test_the_table_names_every_route_and_no_other(application: Flask) -> None:
    assert sorted(_ROUTES) == sorted(_routes(application))


def test_the_table_names_every_role() -> None:
    assert _TABLE["roles"] == [role.value for role in Role]


def test_every_route_declares_who_may_call(application: Flask) -> None:
    for view in application.view_functions.values():
        declared_access(view)


def test_each_role_may_what_the_table_says_and_each_denial_is_in_the_evidence(
    client: FlaskClient, callers: Callers, sent: Situation, command: CommandHere
) -> None:
    wrong, denied = [], 0
    for route, allowed in _ROUTES.items():
        method, address = route.split(" ")
        for role in (*Role, None):
            headers = callers.headers(role) if role else {}
            with client.open(_filled(address), method=method, headers=headers) as answer:
                status = answer.status_code
            expected = _expected_denial(allowed, role)
            denied += expected is not None
            found = status if status in {_UNPROVEN, _NOT_ALLOWED} else None
            if found != expected:
                wrong.append((route, role, status))

    recorded = Operator(command, sent).events("caller.denied")
    assert wrong == []
    assert len(recorded) == denied


def test_a_denial_says_the_route_the_account_and_why(
    client: FlaskClient, callers: Callers, sent: Situation, command: CommandHere
) -> None:
    answer = client.get("/api/v1/evidence/events", headers=callers.headers(Role.OPERATOR))

    (denial,) = Operator(command, sent).events("caller.denied")
    assert answer.get_json()["type"] == "/problemes/refuse-role"
    assert denial["outcome"] == "refused"
    assert denial["details"] == {
        "account": "compte-operator",
        "credential": callers.tokens[Role.OPERATOR].split("_")[1],
        "denial": "role",
        "method": "GET",
        "route": "evidence.list_events",
    }


def test_no_token_is_in_what_the_service_answers_or_writes(
    client: FlaskClient, callers: Callers, sent: Situation
) -> None:
    for role in Role:
        client.get("/api/v1/transfers", headers=callers.headers(role))

    secrets = [token.rsplit("_", 1)[1] for token in callers.tokens.values()]
    files = [path for path in sent.departement.folder.rglob("*") if path.is_file()]
    held = b"".join(path.read_bytes() for path in files)
    assert [secret for secret in secrets if secret.encode() in held] == []


def _routes(application: Flask) -> Iterator[str]:
    for rule in application.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield f"{method} {rule.rule}"


def _filled(address: str) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: _IN_PLACE_OF[found[1]], address)


def _expected_denial(allowed: str | Sequence[str], role: Role | None) -> int | None:
    if allowed == _ANYBODY or (role is not None and role.value in allowed):
        return None
    return _NOT_ALLOWED if role else _UNPROVEN
