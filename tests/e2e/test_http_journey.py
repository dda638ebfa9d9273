"""A sending through HTTP only, in real processes: once, whoever leaves and however many ask."""

import json
import socket
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from exchange.accounts import Role
from tests.fakes.callers import bearer, token_at
from tests.fakes.http_service import HttpService
from tests.fakes.situation import AGREEMENT, DEADLINE, DGEFP, PROVIDER, Situation

pytestmark = pytest.mark.long

_SECONDS = 30
_DUE = {"agreement_id": AGREEMENT, "deadline_id": DEADLINE}


@pytest.fixture(name="headers")
def _headers(fresh: Situation) -> dict[str, str]:
    return bearer(token_at(fresh.departement, Role.OPERATOR))


def test_what_was_sent_is_taken_answered_corrected_and_taken_back(
    fresh: Situation, serving: HttpService, headers: dict[str, str]
) -> None:
    recipient = bearer(token_at(fresh.departement, Role.RECIPIENT))
    address = f"/transfers/{fresh.transfer_id(DGEFP)}"

    sent = _post(serving, "/transfers", _DUE, headers)
    package = requests.get(
        serving.at(f"{address}/package"), headers=recipient, timeout=_SECONDS
    ).content
    read = requests.get(serving.at(address), headers=headers, timeout=_SECONDS)
    asked = {"reason": "paquet-illisible", "instruction_id": "instruction-1"}
    again = _post(
        serving, f"{address}/resending", asked, headers | {"If-Match": read.headers["ETag"]}
    )
    back = _post(serving, f"{address}/withdrawal", asked | {"reason": "envoi-errone"}, headers)

    assert [one.status_code for one in (sent, again, back)] == [201, 201, 200]
    assert package[:2] == b"PK"
    assert back.json()["followers"] == [again.json()["transfer"]["transfer_id"]]
    assert not fresh.package(DGEFP).exists()


def test_of_many_who_send_at_once_one_sends_and_the_others_are_told_to_come_back(
    fresh: Situation, serving: HttpService, headers: dict[str, str]
) -> None:
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(_post, serving, "/transfers", _DUE, headers) for _ in range(4)]
        answers = [one.result() for one in asked]

    published = [one for answer in answers for one in answer.json().get("published", [])]
    busy = [answer for answer in answers if answer.status_code == 409]
    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    assert sorted(one["recipient_id"] for one in published) == sorted((DGEFP, PROVIDER))
    assert {one.json()["type"] for one in busy} <= {"/problemes/occupe"}
    assert all(one.headers["Retry-After"] for one in busy)
    assert fresh.outbox_names() == {fresh.package(name).name for name in (DGEFP, PROVIDER)}


def test_a_client_that_leaves_stops_nothing(
    fresh: Situation, serving: HttpService, headers: dict[str, str]
) -> None:
    _ask_and_leave(serving, headers)

    given_up_at = time.monotonic() + _SECONDS
    while len(fresh.outbox_names()) < 2 and time.monotonic() < given_up_at:
        time.sleep(0.05)
    while (later := _post(serving, "/transfers", _DUE, headers)).status_code == 409:
        time.sleep(0.05)

    states = {one["state"] for one in later.json()["departures"]}
    assert (later.status_code, later.json()["published"], states) == (200, [], {"published"})
    assert len(fresh.outbox_names()) == 2


def _post(
    serving: HttpService, path: str, document: Mapping[str, str], headers: Mapping[str, str]
) -> requests.Response:
    return requests.post(serving.at(path), json=document, headers=headers, timeout=_SECONDS)


def _ask_and_leave(serving: HttpService, headers: Mapping[str, str]) -> None:
    host, port = serving.url.removeprefix("http://").split(":")
    body = json.dumps(_DUE).encode()
    described = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    lines = [f"{name}: {value}" for name, value in {**headers, **described}.items()]
    head = "\r\n".join(["POST /api/v1/transfers HTTP/1.1", f"Host: {host}", *lines, "", ""])
    with socket.create_connection((host, int(port)), timeout=_SECONDS) as caller:
        caller.sendall(head.encode() + body)
