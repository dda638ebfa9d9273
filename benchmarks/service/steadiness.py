"""The memory of the workers: what a hundred thousand requests leave behind."""

from typing import Final

from benchmarks.figures import Figure
from benchmarks.service.caller import Request, rate
from benchmarks.telling import Telling
from tests.fakes.http_service import API
from tests.fakes.served_processes import held_bytes
from tests.fakes.situation import AGREEMENT

_WARM: Final = 10_000
_REQUESTS: Final = 100_000
_CONNECTIONS: Final = 4
_MEBIBYTE: Final = 1 << 20
_LARGEST_GROWTH: Final = 1.10


def measure(port: int, headers: dict[str, str], tell: Telling) -> list[Figure]:
    """Compare what the workers hold after some requests and after many, of several kinds."""
    tell(f"{_REQUESTS} demandes, après {_WARM} pour s'échauffer")
    asked = [
        Request("GET", f"{API}/transfers?limit=50", headers),
        Request("GET", f"{API}/agreements/{AGREEMENT}", headers),
        Request("GET", f"{API}/agreements/{AGREEMENT}/calendar", headers),
        Request("GET", f"{API}/transfers/unknown", headers, status=404),
        Request("GET", f"{API}/transfers?limit=0", headers, status=422),
    ]
    rate(port, _CONNECTIONS, asked * (_WARM // len(asked)))
    before = held_bytes(port)
    answered = rate(port, _CONNECTIONS, asked * (_REQUESTS // len(asked)))
    after = held_bytes(port)
    return [
        Figure(
            f"mémoire du service après {_REQUESTS} demandes",
            f"{after / _MEBIBYTE:.0f} Mio ({answered:.0f} demandes/s)",
            f"{before / _MEBIBYTE:.0f} Mio avant",
            after / before,
            _LARGEST_GROWTH,
        )
    ]
