"""One person a request, with its evidence, beside a bare route that does one durable insert."""

import json
from collections.abc import Iterator
from typing import Final

from benchmarks.figures import Figure
from benchmarks.service.caller import Request, rate
from benchmarks.telling import Telling
from schemas.annex_e import COLUMNS
from tests.fakes.http_service import API, IMPORTS
from tests.fakes.people import Person, people

_REQUESTS: Final = 200
_CONNECTIONS: Final = 4
_SEED: Final = 20_230_131
_SLOWEST: Final = 1 / 0.4
_JSON: Final = {"Content-Type": "application/json"}


def measure(
    port: int, bare_port: int, headers: dict[str, str], runs: int, tell: Telling
) -> list[Figure]:
    """Compare the best rate of each, in turns; no person is pushed twice."""
    tell(f"{_REQUESTS} personnes poussées une à une, {runs} fois, à côté d'une route nue")
    drawn = people(2 * runs * _REQUESTS, _SEED)
    ours, theirs = 0.0, 0.0
    for _ in range(runs):
        path = f"{API}{IMPORTS}?attest=true"
        ours = max(ours, rate(port, _CONNECTIONS, _pushes(drawn, path, headers)))
        theirs = max(theirs, rate(bare_port, _CONNECTIONS, _pushes(drawn, "/people", {})))
    return [
        Figure(
            "pousser une personne, preuve comprise",
            f"{ours:.0f} demandes/s",
            f"{theirs:.0f} pour une écriture nue",
            theirs / ours,
            _SLOWEST,
        )
    ]


def _pushes(drawn: Iterator[Person], path: str, headers: dict[str, str]) -> list[Request]:
    pushed = [next(drawn) for _ in range(_REQUESTS)]
    return [Request("POST", path, headers | _JSON, _body(person), 201) for person in pushed]


def _body(person: Person) -> bytes:
    return json.dumps([{name: person[name] for name in COLUMNS}]).encode()
