"""Recording: what a transaction did becomes evidence when the transaction commits.

An event is checked against the catalogue the moment it is recorded, so that an act whose
evidence cannot be written stops before its commit. Its index is given at the commit only.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from exchange.actors import Actor
from exchange.audit.events import DetailValue, Event, EventKind, Outcome, instant_text
from exchange.audit.log import EvidenceRows, append_events
from exchange.clock import Clock

_CLOCK_TOLERANCE: Final = timedelta(seconds=1)
"""Time servers correct a clock by less; a step back beyond it is worth a leaf."""


def step_back(last_wall_at: datetime, wall_at: datetime) -> timedelta:
    """Give by how much a clock went back; zero for what a time server corrects."""
    behind = last_wall_at - wall_at
    return behind if behind > _CLOCK_TOLERANCE else timedelta()


class Recorded:
    """An event on its way into the log."""

    __slots__ = ("_index", "event")

    def __init__(self, event: Event) -> None:
        """Wait for the commit."""
        self.event = event
        self._index: int | None = None

    @property
    def index(self) -> int:
        """The leaf index. Raises ``RuntimeError`` before the transaction has ended."""
        if self._index is None:
            raise RuntimeError("the transaction of this event has not ended")
        return self._index

    def place(self, index: int) -> None:
        """Tell where in the log the event lies."""
        self._index = index


@dataclass(slots=True)
class Reach:
    """How far the log reaches with all that one actor left in it; 0 leaves for nothing."""

    size: int = 0


class Evidence(Protocol):
    """The evidence of one act, as the domain sees it."""

    def record(
        self,
        kind: EventKind,
        outcome: Outcome,
        *,
        subject: str = "",
        why: str = "",
        **details: DetailValue,
    ) -> Recorded:
        """Leave an event that commits with the act. Raises ``ValueError`` on a bug."""
        ...


class EvidenceRecorder:
    """Gathers the events of one act, for one actor and one clock."""

    def __init__(
        self, actor: Actor, clock: Clock, *, trial: bool, reach: Reach | None = None
    ) -> None:
        """In a trial home each event also says the set time.

        ``reach`` is told how far the log reaches with what is appended.
        """
        self._actor = actor
        self._clock = clock
        self._trial = trial
        self.reach = reach or Reach()
        self._pending: list[Recorded] = []

    def for_one_act(self) -> "EvidenceRecorder":
        """Give an empty recorder for the same actor and clock."""
        return EvidenceRecorder(self._actor, self._clock, trial=self._trial, reach=self.reach)

    def record(
        self,
        kind: EventKind,
        outcome: Outcome,
        *,
        subject: str = "",
        why: str = "",
        **details: DetailValue,
    ) -> Recorded:
        """Leave an event that commits with the act. Raises ``ValueError`` on a bug."""
        event = Event(
            kind=kind,
            outcome=outcome,
            actor=self._actor,
            at=self._clock.wall(),
            trial_at=self._clock.now() if self._trial else None,
            subject=subject,
            why=why,
            details=details,
        )
        recorded = Recorded(event)
        self._pending.append(recorded)
        return recorded

    def append_to(self, rows: EvidenceRows) -> None:
        """Append what was recorded: the last statements before the commit."""
        if not self._pending:
            return
        head = rows.lock_head()
        # Read under the lock: an act that took long must not look like a step back.
        wall_at = self._clock.wall()
        if head.last_wall_at is not None and step_back(head.last_wall_at, wall_at):
            self._record_step_back(head.last_wall_at, wall_at)
        events = [recorded.event for recorded in self._pending]
        # Told before the commit: where its answer is lost, it may be done, and is vouched for.
        self.reach.size = append_events(rows, head, events, wall_at).frontier.size
        for index, recorded in enumerate(self._pending, head.frontier.size):
            recorded.place(index)
        self._pending.clear()

    def require_empty(self) -> None:
        """Raise ``RuntimeError`` when something was recorded that nothing will commit."""
        if self._pending:
            raise RuntimeError("evidence recorded in a transaction that only reads")

    def _record_step_back(self, last_wall_at: datetime, wall_at: datetime) -> None:
        self.record(
            EventKind.CLOCK_STEPPED_BACK,
            Outcome.DONE,
            last_instant=instant_text(last_wall_at),
            seconds=int((last_wall_at - wall_at).total_seconds()),
        )
        self._pending.insert(0, self._pending.pop())
