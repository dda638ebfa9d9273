"""What a watch reads: numbers that say how the home stands, and nothing of anybody."""

import re
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import pytest
import requests
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from exchange.accounts import Role
from exchange.settings import settings_from
from exchange.web.application import new_application
from tests.e2e.test_no_plaintext import CANARIES
from tests.fakes.callers import Callers, bearer, callers_at, token_at
from tests.fakes.command_here import CommandHere
from tests.fakes.home_database import ask
from tests.fakes.http_service import HttpService, http_service
from tests.fakes.operator import Operator
from tests.fakes.served_processes import counting_folder, kill_workers
from tests.fakes.situation import AGREEMENT, DEADLINE, Situation

_Samples: TypeAlias = dict[tuple[str, frozenset[tuple[str, str]]], float]
"""A number by its name and labels."""

_ADDRESS = "/api/v1/metrics"
_DOCUMENT = Path(__file__).parents[2] / "docs/monitoring.md"
_DAY_SECONDS = 86_400
_SECONDS = 20
_OBJECTOR = {"nom": CANARIES[0], "prenom": CANARIES[2], "date_naissance": "12/03/1971"}
_HELD = {
    "nom": CANARIES[1],
    "prenom": "Zoé",
    "date_naissance": "13/04/1972",
    "adresse": f"5 rue {CANARIES[3]}",
    "code_postal": "62000",
    "courriel": "",
    "telephone": "0612345679",
    "date_entree": "04/05/2020",
}
_LABELS = {"agreement", "deadline", "state", "standing", "job", "asks", "expiring", "kind"} | {
    *("urgent", "route", "method", "status", "denial", "le")
}


@pytest.fixture(name="callers")
def _callers(sent: Situation) -> Callers:
    return callers_at(sent.departement)


def test_the_numbers_are_those_of_the_home(
    client: FlaskClient, callers: Callers, sent: Situation, command: CommandHere
) -> None:
    operator = Operator(command, sent)
    operator.load(_HELD)

    found = _samples(client.get(_ADDRESS, headers=callers.headers(Role.ADMINISTRATOR)).text)

    under = {"agreement": AGREEMENT}
    assert _value(found, "spie_transfers", state="published", **under) == 2
    assert _value(found, "spie_transfers", state="withdrawn", **under) == 0
    assert _value(found, "spie_owed_transfers", deadline=DEADLINE, standing="sent", **under) == 2
    assert _value(found, "spie_held_rows", **under) == 1
    assert _value(found, "spie_credentials", expiring="yes") == len(Role)
    assert _value(found, "spie_log_events") > 40
    assert _value(found, "spie_failing_attempts", job="export", asks="yes") == 0
    assert _value(found, "spie_certificates_expiring", kind="seal") == 0
    assert all(name != "spie_scheduler_tick_age_seconds" for name, _ in found)


def test_a_date_that_is_near_counts_down_and_one_that_was_missed_goes_below_zero(
    fresh: Situation,
) -> None:
    watch = bearer(token_at(fresh.departement, Role.ADMINISTRATOR))
    due = {"agreement": AGREEMENT, "deadline": DEADLINE}
    owed = due | {"standing": "late"}

    before = _read_anew(fresh, watch)
    fresh.departement.do("clock", "set", "2023-02-02T10:00")
    after = _read_anew(fresh, watch)

    assert 0 < _value(before, "spie_deadline_seconds", **due) < _DAY_SECONDS
    assert _value(after, "spie_deadline_seconds", **due) < -_DAY_SECONDS
    assert _value(before, "spie_owed_transfers", **owed) == 0
    assert _value(after, "spie_owed_transfers", **owed) == 2
    assert _value(after, "spie_notices", kind="late", urgent="yes") > 0


def test_what_is_asked_and_refused_is_counted_by_route_and_never_by_who(
    client: FlaskClient, callers: Callers
) -> None:
    client.get(f"/api/v1/agreements/{AGREEMENT}", headers=callers.headers(Role.DPO))
    client.get(f"/api/v1/agreements/{CANARIES[0]}", headers=callers.headers(Role.DPO))
    client.get(f"/{CANARIES[1]}")
    client.get("/api/v1/evidence/events", headers=callers.headers(Role.OPERATOR))

    found = _samples(client.get(_ADDRESS, headers=callers.headers(Role.ADMINISTRATOR)).text)

    route = "/api/v1/agreements/<id:agreement_id>"
    asked = {"route": route, "method": "GET"}
    assert _value(found, "spie_http_requests_total", status="2xx", **asked) == 1
    assert _value(found, "spie_http_requests_total", status="4xx", **asked) == 1
    assert _value(found, "spie_http_requests_total", route="-", method="-", status="4xx") == 1
    assert _value(found, "spie_http_request_seconds_count", route=route) == 2
    assert _value(found, "spie_http_denials_total", denial="role") == 1
    assert _value(found, "spie_http_denials_total", denial="locked") == 0


def test_nothing_of_anybody_is_in_the_metrics(
    client: FlaskClient, callers: Callers, sent: Situation, command: CommandHere
) -> None:
    operator = Operator(command, sent)
    operator.load(_HELD)
    operator.object(_OBJECTOR)
    for canary in CANARIES:
        client.open(f"/api/v1/transfers/{canary}?limit={canary}", method=canary.upper())

    text = client.get(_ADDRESS, headers=callers.headers(Role.ADMINISTRATOR)).text

    names = {name for _, labels in _samples(text) for name, _ in labels}
    tokens = [part for token in callers.tokens.values() for part in token.split("_")[1:]]
    accounts = [f"-{role}" for role in Role]
    assert names <= _LABELS
    assert [
        one for one in (*CANARIES, *tokens, *accounts) if one.casefold() in text.casefold()
    ] == []


def test_a_log_that_disagrees_is_said_and_hides_no_number(
    client: FlaskClient, callers: Callers, sent: Situation
) -> None:
    ask(sent.departement.home, "UPDATE evidence_node SET hash = :zero WHERE level > 0", zero=b"\0")

    found = _samples(client.get(_ADDRESS, headers=callers.headers(Role.ADMINISTRATOR)).text)

    assert _value(found, "spie_notices", kind="log-disagrees", urgent="yes") == 1


def test_every_number_is_in_the_document_and_the_document_names_no_other(
    client: FlaskClient, callers: Callers
) -> None:
    text = client.get(_ADDRESS, headers=callers.headers(Role.ADMINISTRATOR)).text
    found = set(re.findall(r"^# TYPE (spie_\w+) ", text, re.MULTILINE))

    document = _DOCUMENT.read_text("utf-8")
    explained = set(re.findall(r"^\| `(spie_\w+)` \|", document, re.MULTILINE))
    alerted = {name.removesuffix("_bucket") for name in re.findall(r"spie_\w+", document)}
    assert explained == {name for name in found if not name.endswith("_created")}
    assert alerted == explained


@pytest.mark.long
def test_whichever_process_is_asked_it_tells_what_all_counted_and_those_that_ended(
    sent: Situation,
) -> None:
    watch = bearer(token_at(sent.departement, Role.ADMINISTRATOR))
    live = {"route": "/api/v1/health/live", "method": "GET", "status": "2xx"}
    texts = []
    with http_service(sent.departement, "--workers", "3") as service:
        for _ in range(20):
            requests.get(service.at("/health/live"), timeout=_SECONDS)
        texts += [_read_over(service, watch) for _ in range(6)]
        folder = counting_folder(service)
        kill_workers(service, signal.SIGTERM)
        texts += [_read_over(service, watch) for _ in range(6)]

    counted = {_value(_samples(text), "spie_http_requests_total", **live) for text in texts}
    assert counted == {20}
    assert not folder.exists()


def _read_over(service: HttpService, watch: dict[str, str]) -> str:
    """Read the metrics of a service; who answered may just have ended."""
    given_up_at = time.monotonic() + _SECONDS
    while time.monotonic() < given_up_at:
        with suppress(requests.ConnectionError):
            return requests.get(service.at("/metrics"), headers=watch, timeout=_SECONDS).text
    raise AssertionError("the service does not answer")


def _read_anew(situation: Situation, watch: dict[str, str]) -> _Samples:
    application = new_application(settings_from(situation.departement.environment()))
    return _samples(application.test_client().get(_ADDRESS, headers=watch).text)


def _samples(text: str) -> _Samples:
    families = text_string_to_metric_families(text)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def _value(found: _Samples, name: str, **labels: str) -> float:
    return found[name, frozenset(labels.items())]
