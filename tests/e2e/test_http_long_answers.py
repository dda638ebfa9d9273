"""Long answers that nobody takes, over a socket whose buffers are small: others are served."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.fakes.situation import Situation

_SECONDS = 40
_SERVED_WITHIN_SECONDS = 5
_LONG = "/api/v1/documentation/swagger-ui-bundle.js"
_SHORT = "/api/v1/health/ready"

pytestmark = pytest.mark.long


@pytest.fixture(name="door")
def _door(fresh: Situation, tmp_path: Path) -> Iterator[Path]:
    """The local socket of a service."""
    door = tmp_path / "http.sock"
    process = fresh.departement.start("serve", "--bind", f"unix:{door}")
    try:
        _wait_for(door)
        yield door
    finally:
        process.terminate()
        process.communicate(timeout=_SECONDS)


def test_whoever_does_not_take_a_long_answer_keeps_nobody_waiting(door: Path) -> None:
    with ExitStack() as held:
        deaf = [held.enter_context(_asking(door, _LONG)) for _ in range(64)]
        began = time.monotonic()
        with _asking(door, _SHORT) as other:
            answer = other.recv(1 << 12)
        took = time.monotonic() - began
        told = [client.recv(12) for client in deaf]

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert took < _SERVED_WITHIN_SECONDS
    # Three quarters of sixteen threads are given what they do not take, the others are told.
    assert 0 < told.count(b"HTTP/1.1 200") <= 12
    assert told.count(b"HTTP/1.1 200") + told.count(b"HTTP/1.1 503") == len(told)


def test_a_place_is_free_again_once_an_answer_is_taken(door: Path) -> None:
    for _ in range(20):
        with _asking(door, _LONG) as client:
            assert client.recv(12) == b"HTTP/1.1 200"
            while client.recv(1 << 20):
                pass


def _asking(door: Path, path: str) -> socket.socket:
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(_SECONDS)
    try:
        client.connect(str(door))
    except OSError:
        client.close()
        raise
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: ici\r\nConnection: close\r\n\r\n".encode())
    return client


def _wait_for(door: Path) -> None:
    given_up_at = time.monotonic() + _SECONDS
    while time.monotonic() < given_up_at:
        with suppress(OSError), _asking(door, _SHORT) as client:
            assert client.recv(12) == b"HTTP/1.1 200"
            return
        time.sleep(0.1)
    raise AssertionError("the service does not answer")
