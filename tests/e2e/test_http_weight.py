"""Large, slow and broken uploads, many clients at once: memory is bounded, others are served."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from exchange.accounts import Role
from tests.fakes.callers import bearer, token_at
from tests.fakes.crowd import connected, crowd
from tests.fakes.http_service import CSV, IMPORTS, HttpService, http_service
from tests.fakes.local_exports import write_clean_export
from tests.fakes.served_processes import nameless_files, nameless_gone, peaks
from tests.fakes.situation import Situation
from tests.fakes.slow_upload import answered, begun

_SECONDS = 60
_MEBIBYTE = 1 << 20
_ADMITTED = 256 * _MEBIBYTE
_PIECE = b"Dupont;" * 9362 + b"\r\n"
_CHUNK = b"%x\r\n%b\r\n" % (len(_PIECE), _PIECE)
_GIBIBYTE_OF_CHUNKS = (1 << 30) // len(_PIECE)
_ABOVE_AT_REST = 32 * _MEBIBYTE

pytestmark = pytest.mark.long


@pytest.fixture(name="home", scope="module")
def _home(prepared: Situation, tmp_path_factory: pytest.TempPathFactory) -> Situation:
    return prepared.copied_to(tmp_path_factory.mktemp("weight") / "home")


@pytest.fixture(name="system", scope="module")
def _system(home: Situation) -> dict[str, str]:
    return bearer(token_at(home.departement, Role.LOCAL_SYSTEM)) | CSV


@pytest.fixture(name="serving", scope="module")
def _serving(home: Situation, system: dict[str, str]) -> Iterator[HttpService]:
    """One service for all, in which every part has worked once."""
    with http_service(home.departement) as service:
        for _ in range(8):
            assert service.load(system, b"a;b\r\n", {"dry_run": "true"}).status_code == 422
        yield service


def test_a_gibibyte_without_a_length_is_refused_at_the_limit_in_little_memory(
    serving: HttpService, system: dict[str, str]
) -> None:
    before = max(peaks(serving))
    sent = 0

    with begun(serving, system, "Transfer-Encoding: chunked") as client:
        try:
            for _ in range(_GIBIBYTE_OF_CHUNKS):
                client.sendall(_CHUNK)
                sent += len(_PIECE)
        except ConnectionError:
            assert sent < 2 * _ADMITTED
        status, answer = answered(client)

    assert status == 413
    assert b"trop-grand" in answer
    assert max(peaks(serving)) - before < _ABOVE_AT_REST


def test_a_gibibyte_that_says_so_is_refused_before_it_comes(
    serving: HttpService, system: dict[str, str]
) -> None:
    with begun(serving, system, f"Content-Length: {1 << 30}") as client:
        began = time.monotonic()
        status, _ = answered(client)

    assert status == 413
    assert time.monotonic() - began < 5


def test_as_much_as_is_admitted_is_judged_in_little_memory(
    serving: HttpService, system: dict[str, str]
) -> None:
    before = max(peaks(serving))

    answer = requests.post(
        serving.at(IMPORTS),
        (_PIECE for _ in range(_ADMITTED // len(_PIECE))),
        headers=system,
        params={"attest": "true"},
        timeout=_SECONDS,
    )

    assert answer.status_code == 422
    assert max(peaks(serving)) - before < _ABOVE_AT_REST


def test_a_slow_head_and_a_slow_body_are_given_up_and_others_are_served(
    serving: HttpService, system: dict[str, str]
) -> None:
    with connected(serving) as head, begun(serving, system, "Content-Length: 5000") as body:
        head.sendall(b"GET /api/v1/health/live HTTP/1.1\r\n")
        with ThreadPoolExecutor() as dribbling:
            given_up = [dribbling.submit(_dribble, client) for client in (head, body)]
            slowest = max(_seconds_to_serve(serving) for _ in range(10))
            took = [one.result(timeout=_SECONDS) for one in given_up]

    assert [status for status, _ in took] == [408, 408]
    assert took[0][1] < 14
    assert took[1][1] < 20
    assert slowest < 2


def test_clients_that_drop_in_the_middle_leave_nothing_and_others_are_served(
    serving: HttpService, system: dict[str, str]
) -> None:
    for _ in range(20):
        with begun(serving, system, "Content-Length: 5000000") as client:
            client.sendall(b"x" * 400_000)

    assert _seconds_to_serve(serving) < 2
    assert nameless_gone(serving, 100_000)


def test_of_two_hundred_connections_the_few_that_ask_are_served(
    serving: HttpService, system: dict[str, str]
) -> None:
    before = max(peaks(serving))
    body = "Content-Length: 5000000"

    with crowd(serving, 150), crowd(serving, 30, b"GET /api/v1/he"), ExitStack() as slow:
        uploads = [slow.enter_context(begun(serving, system, body)) for _ in range(20)]
        for upload in uploads:
            upload.sendall(b"x" * 1000)
        served = [_seconds_to_serve(serving) for _ in range(20)]

    assert max(served) < 3
    assert max(peaks(serving)) - before < _ABOVE_AT_REST


def test_a_stop_lets_what_runs_come_to_its_end(
    home: Situation, system: dict[str, str], tmp_path: Path
) -> None:
    write_clean_export(tmp_path / "export.csv", 3000)
    source = (tmp_path / "export.csv").read_bytes()
    half = len(source) // 2

    with http_service(home.departement) as service:
        client = begun(service, system, f"Content-Length: {len(source)}")
        client.sendall(source[:half])
        assert nameless_files(service, 65536)
        stopping = ThreadPoolExecutor().submit(_finish_later, client, source[half:])
    status, _ = stopping.result(timeout=_SECONDS)

    assert status == 201


def _finish_later(client: socket.socket, rest: bytes) -> tuple[int, bytes]:
    time.sleep(3)
    with client:
        client.sendall(rest)
        return answered(client)


def _dribble(client: socket.socket) -> tuple[int, float]:
    """Send a byte a second until there is an answer; give its status, and when it came."""
    began = time.monotonic()
    client.settimeout(1)
    while True:
        client.sendall(b"a")
        try:
            client.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            continue
        client.settimeout(_SECONDS)
        return answered(client)[0], time.monotonic() - began


def _seconds_to_serve(serving: HttpService) -> float:
    began = time.monotonic()
    assert requests.get(serving.at("/health/ready"), timeout=_SECONDS).ok
    return time.monotonic() - began
