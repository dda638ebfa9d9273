"""Who calls: connections that are kept, as those of a program are, and what each answer took."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection
from types import TracebackType
from typing import Final, Self

_PATIENCE_SECONDS: Final = 60
_PIECE_BYTES: Final = 1 << 20
_PER_CONNECTION: Final = 25


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked; every answer but one of ``status`` is a mistake of the benchmark."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    status: int = 200


class Caller:
    """One connection, opened again when the server closed it."""

    def __init__(self, port: int) -> None:
        """Begin without connecting."""
        self._connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
        self._buffer = bytearray(_PIECE_BYTES)

    def ask(self, asked: Request) -> int:
        """Ask, and read the whole answer; give its size in bytes."""
        self._connection.request(asked.method, asked.path, asked.body, dict(asked.headers))
        answer = self._connection.getresponse()
        size = 0
        while count := answer.readinto(self._buffer):
            size += count
        if answer.status != asked.status:
            said = bytes(self._buffer[: min(size, 2000)])
            raise AssertionError(f"{asked.method} {asked.path}: {answer.status} {said!r}")
        return size

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()


def rate(port: int, connections: int, asked: Sequence[Request]) -> float:
    """Ask everything over some connections at once; give how many were answered a second."""
    shares = [asked[start::connections] for start in range(connections)]
    with ThreadPoolExecutor(connections) as pool:
        start = time.perf_counter()
        list(pool.map(lambda share: _ask_all(port, share), shares))
        return len(asked) / (time.perf_counter() - start)


def latencies(port: int, connections: int, asked: Sequence[Request], a_second: int) -> list[float]:
    """Ask at a steady rate, whatever the answers take; give the seconds of each.

    Each is counted from when it was to be asked: one slow answer that keeps others waiting is
    counted with them.
    """
    begin = time.perf_counter() + 0.1
    timed = [(begin + number / a_second, one) for number, one in enumerate(asked)]
    shares = [timed[start::connections] for start in range(connections)]
    with ThreadPoolExecutor(connections) as pool:
        answered = pool.map(lambda share: _ask_on_time(port, share), shares)
        return [seconds for one in answered for seconds in one]


def _ask_all(port: int, asked: Sequence[Request]) -> None:
    # A worker keeps the connections it accepted: new ones share the work among workers.
    for start in range(0, len(asked), _PER_CONNECTION):
        with Caller(port) as caller:
            for one in asked[start : start + _PER_CONNECTION]:
                caller.ask(one)


def _ask_on_time(port: int, timed: Sequence[tuple[float, Request]]) -> list[float]:
    taken = []
    with Caller(port) as caller:
        for due, one in timed:
            time.sleep(max(0.0, due - time.perf_counter()))
            caller.ask(one)
            taken.append(time.perf_counter() - due)
    return taken
