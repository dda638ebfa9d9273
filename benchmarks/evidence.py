"""Eight writers that append evidence on PostgreSQL, beside as many that lock no head."""

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import count
from multiprocessing import get_context
from typing import Final

from benchmarks.figures import Figure
from benchmarks.telling import Telling
from exchange.actors import Actor
from exchange.audit.events import EventKind, Outcome
from exchange.audit.merkle import Node, leaf_hash
from exchange.audit.recording import EvidenceRecorder
from exchange.clock import WallClock
from exchange.storage.database import Database
from exchange.storage.evidence import EvidenceTable
from exchange.storage.postgresql import PostgresqlPlace

_WRITERS: Final = 8
_SECONDS: Final = 8.0
_WORK_SECONDS: Final = 0.02
_LEASE: Final = timedelta(minutes=1)
_APART: Final = 1_000_000_000
"""How far the leaves of two writers that ask nobody are from each other."""
_LEAF: Final = b'{"at":"2023-01-31T05:00:00.000Z","kind":"held.listed","outcome":"done"}'


def measure(setting: str, tell: Telling) -> list[Figure]:
    """Measure on an empty database, with other work in each transaction and without."""
    actor = Actor(0, "bench")
    recorder = EvidenceRecorder(actor, WallClock(), trial=False)
    with Database(PostgresqlPlace(setting, _LEASE), recorder).upgrading() as work:
        work.evidence.record(EventKind.HELD_LISTED, Outcome.DONE, subject="bench", rows=0)
    return [
        _compared(setting, "avec 20 ms de travail", _WORK_SECONDS, 1 / 0.8, tell),
        _compared(setting, "sans autre travail", 0, 1 / 0.2, tell),
    ]


def _compared(setting: str, how: str, work: float, at_most: float, tell: Telling) -> Figure:
    tell(f"{_WRITERS} écrivains du journal {how}, {2 * _SECONDS:.0f} secondes")
    locking = _rate(partial(append_with_head, setting, work))
    free = _rate(partial(append_without_head, setting, work))
    return Figure(
        f"{_WRITERS} écrivains, {how}",
        f"{locking:.0f} actes/s",
        f"{free:.0f} sans tête de journal",
        free / locking,
        at_most,
    )


def _rate(writer: Callable[[int], int]) -> float:
    with ProcessPoolExecutor(_WRITERS, mp_context=get_context("spawn")) as pool:
        return sum(pool.map(writer, range(_WRITERS))) / _SECONDS


def append_with_head(setting: str, work_seconds: float, number: int) -> int:
    """Append as the service does, for some seconds; give how many acts."""
    recorder = EvidenceRecorder(Actor(number, "bench"), WallClock(), trial=False)
    place = PostgresqlPlace(setting, _LEASE)
    database, end = Database(place, recorder), time.monotonic() + _SECONDS
    for done in count():
        if time.monotonic() > end:
            return done
        with database.begin() as work:
            work.evidence.record(EventKind.HELD_LISTED, Outcome.DONE, subject="bench", rows=0)
            # Another session: what is slow in an act is rarely the database.
            time.sleep(work_seconds)
    raise AssertionError


def append_without_head(setting: str, work_seconds: float, number: int) -> int:
    """Put the same rows where nobody else does, for some seconds; give how many acts."""
    place = PostgresqlPlace(setting, _LEASE)
    end, first = time.monotonic() + _SECONDS, _first_leaf(work_seconds, number)
    for done in count():
        if time.monotonic() > end:
            return done
        with place.engine.connect() as connection, connection.begin():
            time.sleep(work_seconds)
            rows = EvidenceTable(connection)
            rows.append(first + done, _LEAF)
            rows.put_nodes([Node(0, first + done, leaf_hash(_LEAF))])
    raise AssertionError


def _first_leaf(work_seconds: float, number: int) -> int:
    return _APART * (1 + number + (_WRITERS if work_seconds else 0))
