"""How long a reader waits at a steady rate: the slowest of a hundred, beside a bare route's."""

from statistics import quantiles
from typing import Final

from benchmarks.figures import Figure
from benchmarks.service.caller import Request, latencies
from benchmarks.telling import Telling
from tests.fakes.http_service import API
from tests.fakes.situation import AGREEMENT

_A_SECOND: Final = 50
_SECONDS: Final = 6
_CONNECTIONS: Final = 4
_SLOWEST: Final = 5.0
_MILLISECOND: Final = 1000


def measure(
    port: int, bare_port: int, headers: dict[str, str], runs: int, tell: Telling
) -> list[Figure]:
    """Compare the best 99th percentile of each, in turns, at the same rate."""
    tell(f"{_A_SECOND} lectures par seconde pendant {_SECONDS} secondes, {runs} fois, de même")
    count = _A_SECOND * _SECONDS
    paths = (f"{API}/transfers?limit=50", f"{API}/agreements/{AGREEMENT}/imports?limit=50")
    asked = [Request("GET", paths[number % len(paths)], headers) for number in range(count)]
    bare = [Request("GET", "/read")] * count
    ours, theirs = float("inf"), float("inf")
    for _ in range(runs):
        ours = min(ours, _slow(latencies(port, _CONNECTIONS, asked, _A_SECOND)))
        theirs = min(theirs, _slow(latencies(bare_port, _CONNECTIONS, bare, _A_SECOND)))
    return [
        Figure(
            f"lecture, 99 sur 100, à {_A_SECOND} par seconde",
            f"{ours * _MILLISECOND:.1f} ms",
            f"{theirs * _MILLISECOND:.1f} ms pour une route nue",
            ours / theirs,
            _SLOWEST,
        )
    ]


def _slow(seconds: list[float]) -> float:
    return quantiles(seconds, n=100)[-1]
