"""Clients that are slow, silent, gone or many, at the real service: others are served."""

import time
from collections.abc import Iterator

import pytest
import requests

from tests.fakes.crowd import connected, crowd
from tests.fakes.http_service import HttpService, http_service
from tests.fakes.situation import Situation
from tests.fakes.slow_upload import answered

_SECONDS = 30
_SERVED_WITHIN_SECONDS = 2
_THREADS = 16
_BEGUN = b"GET /api/v1/health/live HTTP/1.1\r\nHost: ici\r\n"
_SAID = {"nothing": b"", "word": b"GET", "line": b"\r\n", "head": _BEGUN}
_TOKEN = "spie_abcdefgh_" + "a" * 52
_NO_REQUESTS = {
    "header": (f"GET / HTTP/1.1\r\nAuthorization {_TOKEN}\r\n\r\n", 400),
    "line": (f"{_TOKEN}\r\n\r\n", 400),
    "address": (f"GET /{_TOKEN}{'a' * 5000} HTTP/1.1\r\nHost: ici\r\n\r\n", 414),
    "field": (f"GET / HTTP/1.1\r\nHost: ici\r\nA: {_TOKEN}{'a' * 9000}\r\n\r\n", 431),
    "head": (f"GET / HTTP/1.1\r\nHost: ici\r\nA: {_TOKEN}{'a' * 40_000}", 431),
}


@pytest.fixture(name="serving", scope="module")
def _serving(
    prepared: Situation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[HttpService]:
    """One service for all: none of these clients changes anything."""
    copy = prepared.copied_to(tmp_path_factory.mktemp("load") / "home")
    with http_service(copy.departement) as service:
        yield service


@pytest.mark.parametrize("said", _SAID.values(), ids=_SAID)
def test_whoever_says_nothing_or_half_of_it_keeps_nobody_waiting(
    serving: HttpService, said: bytes
) -> None:
    with crowd(serving, 4 * _THREADS, said):
        assert _seconds_to_serve(serving) < _SERVED_WITHIN_SECONDS


def test_a_kept_connection_that_begins_another_request_keeps_nobody_waiting(
    serving: HttpService,
) -> None:
    with crowd(serving, 4 * _THREADS, _BEGUN + b"\r\n") as clients:
        for client in clients:
            assert client.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
            client.sendall(b"GET /api/v1/he")

        assert _seconds_to_serve(serving) < _SERVED_WITHIN_SECONDS


def test_whoever_does_not_close_after_the_answer_keeps_nobody_waiting(
    serving: HttpService,
) -> None:
    with crowd(serving, 4 * _THREADS, b"GET /api/v1/health/live HTTP/1.0\r\n\r\n") as clients:
        assert _seconds_to_serve(serving) < _SERVED_WITHIN_SECONDS
        for client in clients:
            assert client.recv(1 << 16).startswith(b"HTTP/1.0 200 ")


def test_a_body_that_nobody_wants_keeps_nobody_waiting(serving: HttpService) -> None:
    head = b"POST /api/v1/jamais HTTP/1.1\r\nHost: ici\r\nContent-Length: 60000\r\n\r\nx"
    with crowd(serving, 4 * _THREADS, head) as clients:
        assert _seconds_to_serve(serving) < 2 * _SERVED_WITHIN_SECONDS
        for client in clients:
            assert client.recv(1 << 16).startswith(b"HTTP/1.1 404 ")


@pytest.mark.parametrize(("said", "status"), _NO_REQUESTS.values(), ids=_NO_REQUESTS)
def test_what_is_no_request_is_a_problem_that_repeats_nothing_of_it(
    serving: HttpService, said: str, status: int
) -> None:
    with connected(serving) as client:
        client.sendall(said.encode())
        found, body = answered(client)

    assert found == status
    assert b"/problemes/" in body
    assert _TOKEN.encode() not in body


def _seconds_to_serve(serving: HttpService) -> float:
    """Ask what reads the database as often as there are threads; give the longest."""
    took = []
    for _ in range(_THREADS):
        began = time.monotonic()
        assert requests.get(serving.at("/health/ready"), timeout=_SECONDS).ok
        took.append(time.monotonic() - began)
    return max(took)
