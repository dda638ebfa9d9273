"""Tampering with the evidence in a real database, held against an earlier checkpoint."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from sqlalchemy import Connection, Engine

from exchange.actors import Actor
from exchange.audit.catalogue import EventKind
from exchange.audit.checkpoints import Checkpoint
from exchange.audit.disagreements import Disagreement, EvidenceDisagreesError
from exchange.audit.events import Outcome
from exchange.audit.log import Head
from exchange.audit.merkle import Frontier, leaf_hash
from exchange.audit.recording import EvidenceRecorder
from exchange.audit.verification import verify
from exchange.clock import WallClock
from exchange.storage import schema
from exchange.storage.evidence import EvidenceTable
from exchange.storage.sqlite_engine import sqlite_engine

_EVENTS = 20
_SEEN = 15
"""How many events the earlier checkpoint has seen."""

Tampering: TypeAlias = Callable[[Connection], None]


@pytest.fixture(name="engine")
def _engine(tmp_path: Path) -> Iterator[Engine]:
    engine = sqlite_engine(tmp_path / "evidence.sqlite3")
    with engine.connect() as connection, connection.begin():
        schema.upgrade(connection)
    yield engine
    engine.dispose()


@pytest.fixture(name="checkpoint")
def _checkpoint(engine: Engine) -> Checkpoint:
    _append(engine, _SEEN)
    with engine.connect() as connection, connection.begin():
        frontier = EvidenceTable(connection).head().frontier
    _append(engine, _EVENTS - _SEEN)
    return Checkpoint("log", frontier.size, frontier.root())


def _append(engine: Engine, count: int) -> None:
    recorder = EvidenceRecorder(Actor(0, "root"), WallClock(), trial=False)
    for number in range(count):
        with engine.connect() as connection, connection.begin():
            recorder.record(EventKind.HELD_LISTED, Outcome.DONE, subject="spie-62", rows=number)
            recorder.append_to(EvidenceTable(connection))


def _disagreement(engine: Engine, checkpoint: Checkpoint) -> EvidenceDisagreesError:
    with (
        engine.connect() as connection,
        connection.begin(),
        pytest.raises(EvidenceDisagreesError) as caught,
    ):
        verify(EvidenceTable(connection), [checkpoint], lambda _: None)
    return caught.value


def _tamper(engine: Engine, *statements: str) -> None:
    with engine.connect() as connection, connection.begin():
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_an_untouched_log_is_intact(engine: Engine, checkpoint: Checkpoint) -> None:
    with engine.connect() as connection, connection.begin():
        report = verify(EvidenceTable(connection), [checkpoint], lambda _: None)

    assert (report.size, report.vouched) == (_EVENTS, _SEEN)


def test_a_deleted_event_is_named(engine: Engine, checkpoint: Checkpoint) -> None:
    _tamper(engine, "DELETE FROM evidence_event WHERE leaf_index = 7")

    found = _disagreement(engine, checkpoint)

    assert (found.disagreement, found.place.first, found.place.last) == (
        Disagreement.EVENT_MISSING,
        7,
        7,
    )


def test_edited_bytes_are_named(engine: Engine, checkpoint: Checkpoint) -> None:
    _tamper(
        engine,
        "UPDATE evidence_event SET event = replace(event, '\"rows\":7', '\"rows\":8') "
        "WHERE leaf_index = 7",
    )

    found = _disagreement(engine, checkpoint)

    assert (found.disagreement, found.place.first, found.place.last) == (
        Disagreement.EVENT_ALTERED,
        7,
        7,
    )


def test_an_edited_filter_column_is_named(engine: Engine, checkpoint: Checkpoint) -> None:
    # A generated column cannot be written: the table must be rebuilt with a plain one.
    _tamper(
        engine,
        "CREATE TABLE forged AS SELECT * FROM evidence_event",
        "UPDATE forged SET actor = 'nobody' WHERE leaf_index = 7",
        "DROP TABLE evidence_event",
        "ALTER TABLE forged RENAME TO evidence_event",
    )

    found = _disagreement(engine, checkpoint)

    assert (found.disagreement, found.place.first) == (Disagreement.COLUMNS_ALTERED, 7)


def test_two_swapped_events_are_named(engine: Engine, checkpoint: Checkpoint) -> None:
    _tamper(
        engine,
        "UPDATE evidence_event SET leaf_index = 1000 WHERE leaf_index = 7",
        "UPDATE evidence_event SET leaf_index = 7 WHERE leaf_index = 9",
        "UPDATE evidence_event SET leaf_index = 9 WHERE leaf_index = 1000",
    )

    found = _disagreement(engine, checkpoint)

    assert (found.disagreement, found.place.first) == (Disagreement.EVENT_ALTERED, 7)


def test_an_inserted_event_is_found(engine: Engine, checkpoint: Checkpoint) -> None:
    _tamper(
        engine,
        "UPDATE evidence_event SET leaf_index = -leaf_index - 1 WHERE leaf_index >= 7",
        "UPDATE evidence_event SET leaf_index = -leaf_index WHERE leaf_index < 0",
        "INSERT INTO evidence_event (leaf_index, event) "
        "SELECT 7, event FROM evidence_event WHERE leaf_index = 3",
    )

    found = _disagreement(engine, checkpoint)

    assert found.place.first == 7


@pytest.mark.parametrize("kept", [10, _SEEN - 1])
def test_a_truncated_log_is_found(engine: Engine, checkpoint: Checkpoint, kept: int) -> None:
    with engine.connect() as connection, connection.begin():
        rows = EvidenceTable(connection)
        events = [stored.data for stored in rows.scan(0, kept)]
        _rewrite(connection, events)

    found = _disagreement(engine, checkpoint)

    assert (found.disagreement, found.place.last) == (Disagreement.HISTORY_REWRITTEN, kept)


def test_rewriting_every_hash_is_found(engine: Engine, checkpoint: Checkpoint) -> None:
    with engine.connect() as connection, connection.begin():
        events = [stored.data for stored in EvidenceTable(connection).scan(0)]
        events[7] = events[7].replace(b'"rows":7', b'"rows":8')
        _rewrite(connection, events)

    found = _disagreement(engine, checkpoint)

    assert found.disagreement is Disagreement.HISTORY_REWRITTEN
    assert (found.place.first, found.place.last) == (0, _SEEN - 1)


def test_a_second_checkpoint_narrows_the_interval(engine: Engine, checkpoint: Checkpoint) -> None:
    frontier = Frontier()
    with engine.connect() as connection, connection.begin():
        events = [stored.data for stored in EvidenceTable(connection).scan(0)]
        for event in events[:5]:
            frontier, _ = frontier.append(leaf_hash(event))
        events[7] = events[7].replace(b'"rows":7', b'"rows":8')
        _rewrite(connection, events)
    earlier = Checkpoint("log", 5, frontier.root())

    with (
        engine.connect() as connection,
        connection.begin(),
        pytest.raises(EvidenceDisagreesError) as caught,
    ):
        verify(EvidenceTable(connection), [earlier, checkpoint], lambda _: None)

    assert (caught.value.place.first, caught.value.place.last) == (5, _SEEN - 1)


def _rewrite(connection: Connection, events: list[bytes]) -> None:
    """Write the log anew, every hash right: what whoever holds the database can do."""
    for table in ("evidence_event", "evidence_node", "evidence_head"):
        connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - names above
    rows, frontier = EvidenceTable(connection), Frontier()
    for index, event in enumerate(events):
        rows.append(index, event)
        frontier, nodes = frontier.append(leaf_hash(event))
        rows.put_nodes(nodes)
    rows.put_head(Head(frontier, WallClock().now()))
