"""A package fetched, with its evidence, beside the same file from a bare ``send_file``."""

from typing import Final

from benchmarks.figures import Figure
from benchmarks.service.caller import Request, rate
from benchmarks.telling import Telling
from tests.fakes.http_service import API

_REQUESTS: Final = 20
_CONNECTIONS: Final = 2
_SLOWEST: Final = 1 / 0.7
_MEGABYTE: Final = 1_000_000


def measure(
    port: int,
    bare_port: int,
    fetched: tuple[str, int, dict[str, str]],
    runs: int,
    tell: Telling,
) -> list[Figure]:
    """Compare the best rate of each, in turns.

    ``fetched`` is the name of the transfer, the bytes of its package, and its recipient's headers.
    """
    transfer_id, size, headers = fetched
    tell(f"un paquet de {size / _MEGABYTE:.0f} Mo pris {_REQUESTS} fois, {runs} fois, de même")
    asked = Request("GET", f"{API}/transfers/{transfer_id}/package", headers)
    ours, theirs = 0.0, 0.0
    for _ in range(runs):
        ours = max(ours, rate(port, _CONNECTIONS, [asked] * _REQUESTS))
        theirs = max(
            theirs, rate(bare_port, _CONNECTIONS, [Request("GET", "/package")] * _REQUESTS)
        )
    return [
        Figure(
            "prendre un paquet, preuve comprise",
            f"{ours * size / _MEGABYTE:.0f} Mo/s",
            f"{theirs * size / _MEGABYTE:.0f} pour send_file",
            theirs / ours,
            _SLOWEST,
        )
    ]
