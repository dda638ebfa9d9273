from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from exchange.actors import Actor
from exchange.audit.events import EventKind, Outcome, read_event
from exchange.audit.merkle import leaf_hash, verify_inclusion
from exchange.audit.recording import EvidenceRecorder
from tests.fakes.evidence_rows import EvidenceRowsInMemory, log_of

_NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
_SET = datetime(2023, 1, 31, 5, tzinfo=UTC)


@dataclass
class HandClock:
    at: datetime = _NOON
    set_to: datetime = _NOON

    def now(self) -> datetime:
        return self.set_to

    def wall(self) -> datetime:
        return self.at


def recorder(clock: HandClock, *, trial: bool = False) -> EvidenceRecorder:
    return EvidenceRecorder(Actor(1000, "operatrice"), clock, trial=trial).for_one_act()


def kinds(rows: EvidenceRowsInMemory) -> list[str]:
    return [stored.columns.kind for stored in rows.scan(0)]


def test_an_event_says_who_and_when() -> None:
    rows, evidence = EvidenceRowsInMemory(), recorder(HandClock())

    evidence.record(EventKind.HELD_LISTED, Outcome.DONE, subject="pas-de-calais", rows=3)
    evidence.append_to(rows)

    written = read_event(rows.event(0))
    assert (written.columns.actor, written.actor_uid) == ("operatrice", 1000)
    assert written.columns.at == "2026-11-21T12:00:00.000Z"
    assert written.trial_at is None


def test_in_a_trial_an_event_says_the_wall_clock_and_the_set_time() -> None:
    rows, evidence = EvidenceRowsInMemory(), recorder(HandClock(set_to=_SET), trial=True)

    evidence.record(EventKind.HELD_LISTED, Outcome.DONE, rows=3)
    evidence.append_to(rows)

    written = read_event(rows.event(0))
    assert written.columns.at == "2026-11-21T12:00:00.000Z"
    assert written.trial_at == "2023-01-31T05:00:00.000Z"


def test_events_of_one_act_get_their_indexes_in_order_at_its_end() -> None:
    rows, evidence = log_of(5), recorder(HandClock())
    begun = evidence.record(EventKind.HELD_LISTED, Outcome.BEGUN, rows=3)
    ended = evidence.record(EventKind.HELD_LISTED, Outcome.DONE, rows=3)

    evidence.append_to(rows)

    assert (begun.index, ended.index) == (5, 6)
    assert rows.event(6) == ended.event.canonical_bytes()


def test_an_index_is_not_known_before_the_end() -> None:
    recorded = recorder(HandClock()).record(EventKind.HELD_LISTED, Outcome.DONE, rows=3)

    with pytest.raises(RuntimeError, match="not ended"):
        _ = recorded.index


def test_an_appended_event_is_in_the_tree() -> None:
    rows, evidence = log_of(5), recorder(HandClock())
    recorded = evidence.record(EventKind.HELD_LISTED, Outcome.DONE, rows=3)

    evidence.append_to(rows)

    head = rows.head().frontier
    leaf = leaf_hash(recorded.event.canonical_bytes())
    path = (rows.node(0, 4), rows.node(2, 0))
    verify_inclusion(leaf, recorded.index, head.size, path, head.root())


def test_an_act_that_recorded_nothing_does_not_touch_the_log() -> None:
    rows = log_of(5)
    before = rows.head()

    recorder(HandClock()).append_to(rows)

    assert rows.head() == before


def test_nothing_is_appended_twice() -> None:
    rows, evidence = log_of(5), recorder(HandClock())
    evidence.record(EventKind.HELD_LISTED, Outcome.DONE, rows=3)

    evidence.append_to(rows)
    evidence.append_to(rows)

    assert rows.head().frontier.size == 6


def test_a_detail_outside_the_catalogue_stops_the_act_at_once() -> None:
    with pytest.raises(ValueError, match="unknown details"):
        recorder(HandClock()).record(EventKind.HELD_LISTED, Outcome.DONE, rows=3, name="Adele")


def test_a_wall_clock_that_stepped_back_is_recorded_before_the_act() -> None:
    rows, clock = EvidenceRowsInMemory(), HandClock()
    for step_back in (timedelta(0), timedelta(hours=2)):
        clock.at -= step_back
        evidence = recorder(clock)
        evidence.record(EventKind.HELD_LISTED, Outcome.DONE, rows=3)
        evidence.append_to(rows)

    assert kinds(rows) == ["held.listed", "clock.stepped_back", "held.listed"]
    assert read_event(rows.event(1)).details == {
        "last_instant": "2026-11-21T12:00:00.000Z",
        "seconds": 7200,
    }


def test_a_step_back_is_recorded_once() -> None:
    rows, clock = EvidenceRowsInMemory(), HandClock()
    for step in (timedelta(0), timedelta(hours=-2), timedelta(seconds=1)):
        clock.at += step
        evidence = recorder(clock)
        evidence.record(EventKind.HELD_LISTED, Outcome.DONE, rows=3)
        evidence.append_to(rows)

    assert kinds(rows).count("clock.stepped_back") == 1


def test_the_correction_of_a_time_server_is_no_step_back() -> None:
    rows, clock = EvidenceRowsInMemory(), HandClock()
    for step in (timedelta(0), timedelta(milliseconds=-900)):
        clock.at += step
        evidence = recorder(clock)
        evidence.record(EventKind.HELD_LISTED, Outcome.DONE, rows=3)
        evidence.append_to(rows)

    assert kinds(rows) == ["held.listed", "held.listed"]


def test_an_act_that_began_before_another_ended_is_no_step_back() -> None:
    rows, clock = EvidenceRowsInMemory(), HandClock()
    long_act = recorder(clock)
    long_act.record(EventKind.IMPORT_REFUSED, Outcome.REFUSED, why="illisible")
    clock.at += timedelta(hours=1)
    short_act = recorder(clock)
    short_act.record(EventKind.HELD_LISTED, Outcome.DONE, rows=3)

    short_act.append_to(rows)
    clock.at += timedelta(seconds=1)
    long_act.append_to(rows)

    assert kinds(rows) == ["held.listed", "import.refused"]
