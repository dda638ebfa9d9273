"""Who asks too often is told so, and does not fill the log; others are served."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from exchange.accounts import Role
from exchange.settings import settings_from
from exchange.web.application import new_application
from exchange.web.callers.rates import Rates
from exchange.web.process.capacity import Capacity
from tests.fakes.callers import Callers, bearer, callers_at
from tests.fakes.command_here import CommandHere
from tests.fakes.operator import Operator
from tests.fakes.situation import Situation

_TRANSFERS = "/api/v1/transfers"
_EVENTS = "/api/v1/evidence/events"
_REQUESTS, _DENIALS = 12, 5
_WRONG = bearer("spie_abcdefgh_" + "a" * 52)


@pytest.fixture(name="callers")
def _callers(sent: Situation) -> Callers:
    return callers_at(sent.departement)


@pytest.fixture(name="limited")
def _limited(sent: Situation) -> FlaskClient:
    """The service, at a minute that does not end."""
    settings = settings_from(sent.departement.environment())
    application = new_application(settings, capacity=Capacity(8, _REQUESTS, _DENIALS))
    _watch(application).now = lambda: 30.0
    return application.test_client()


def test_who_asks_too_often_is_told_when_to_come_back_and_others_are_served(
    limited: FlaskClient, callers: Callers, sent: Situation, command: CommandHere
) -> None:
    recipient, dpo = callers.headers(Role.RECIPIENT), callers.headers(Role.DPO)

    answers = [limited.get(_TRANSFERS, headers=recipient) for _ in range(_REQUESTS + 3)]
    other = limited.get(_TRANSFERS, headers=dpo)

    (said,) = Operator(command, sent).events("caller.limited")
    assert [one.status_code for one in answers] == [200] * _REQUESTS + [429] * 3
    assert answers[-1].headers["Retry-After"] == "30"
    assert answers[-1].get_json()["type"] == "/problemes/trop-de-demandes"
    assert other.status_code == 200
    assert said["details"] == {"allowed": _REQUESTS, "limit": "requests"}
    assert said["actor"] == "dgefp-recipient@api"


def test_an_answer_says_what_is_left(limited: FlaskClient, callers: Callers) -> None:
    headers = callers.headers(Role.DPO)

    answers = [limited.get(_TRANSFERS, headers=headers) for _ in range(2)]

    assert [one.headers["RateLimit"] for one in answers] == [
        '"requests";r=11;t=30',
        '"requests";r=10;t=30',
    ]
    assert answers[0].headers["RateLimit-Policy"] == '"requests";q=12;w=60'


@pytest.mark.parametrize("headers", [_WRONG, {}], ids=["wrong", "nothing"])
def test_a_flood_of_who_proves_nothing_leaves_few_leaves(
    limited: FlaskClient,
    sent: Situation,
    callers: Callers,
    command: CommandHere,
    headers: dict[str, str],
) -> None:
    answers = [limited.get(_TRANSFERS, headers=headers) for _ in range(50)]
    proven = limited.get(_TRANSFERS, headers=callers.headers(Role.DPO))

    operator = Operator(command, sent)
    assert [one.status_code for one in answers] == [401] * _DENIALS + [429] * (50 - _DENIALS)
    assert len(operator.events("caller.denied")) == _DENIALS
    assert len(operator.events("caller.limited")) == 1
    assert proven.status_code == 200


def test_a_flood_from_many_addresses_leaves_few_leaves(
    limited: FlaskClient, sent: Situation, command: CommandHere
) -> None:
    for number in range(20 * _DENIALS):
        limited.get(_TRANSFERS, environ_base={"REMOTE_ADDR": f"192.0.2.{number}"})

    operator = Operator(command, sent)
    assert len(operator.events("caller.denied")) == 10 * _DENIALS
    assert len(operator.events("caller.limited")) == 1


def test_a_flood_of_wrong_secrets_of_one_token_leaves_few_leaves_and_writes(
    limited: FlaskClient, sent: Situation, callers: Callers, command: CommandHere
) -> None:
    known = callers.tokens[Role.DPO].rsplit("_", 1)[0]

    for _ in range(40):
        limited.get(_TRANSFERS, headers=bearer(f"{known}_{'a' * 52}"))

    operator = Operator(command, sent)
    assert len(operator.events("caller.denied")) == _DENIALS
    assert len(operator.events("credential.locked")) == 1


def test_who_is_proven_and_denied_too_often_is_limited_alone(
    limited: FlaskClient, sent: Situation, callers: Callers, command: CommandHere
) -> None:
    denied = [limited.get(_EVENTS, headers=callers.headers(Role.OPERATOR)) for _ in range(9)]
    nobody = limited.get(_EVENTS)

    assert [one.status_code for one in denied] == [403] * _DENIALS + [429] * (9 - _DENIALS)
    assert nobody.status_code == 401
    assert len(Operator(command, sent).events("caller.denied")) == _DENIALS + 1


def test_the_next_minute_begins_anew(limited: FlaskClient, callers: Callers) -> None:
    headers = callers.headers(Role.DPO)
    for _ in range(_REQUESTS + 1):
        before = limited.get(_TRANSFERS, headers=headers)

    _watch(limited.application).now = lambda: 60.0
    after = limited.get(_TRANSFERS, headers=headers)

    assert (before.status_code, after.status_code) == (429, 200)


def test_health_is_always_told(limited: FlaskClient) -> None:
    answers = [limited.get("/api/v1/health/ready") for _ in range(3 * _REQUESTS)]

    assert {one.status_code for one in answers} == {200}


def test_processes_share_what_one_caller_may() -> None:
    assert Capacity(8, 3000, 61).shared_by(2) == Capacity(8, 1500, 31)


def _watch(application: Flask) -> Rates:
    found: Rates = application.extensions["spie-exchange-rates"]
    return found
