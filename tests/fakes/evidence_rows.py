"""Evidence rows in memory: what the database gives, open to every kind of tampering."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from exchange.actors import Actor
from exchange.audit.errors import CorruptTreeError
from exchange.audit.events import Event, EventKind, FilterColumns, Outcome, read_event
from exchange.audit.log import Head, StoredEvent, append_events
from exchange.audit.merkle import Frontier, Node, leaf_hash
from exchange.errors import RefusedError

_FIRST_AT: Final = datetime(2023, 1, 31, 5, 0, tzinfo=UTC)


class EvidenceRowsInMemory:
    """Satisfies ``EvidenceRows``; the dictionaries are public, for a test to tamper with."""

    def __init__(self) -> None:
        self.events: dict[int, bytes] = {}
        self.columns: dict[int, FilterColumns] = {}
        self.tree: dict[tuple[int, int], bytes] = {}
        self.kept_head = Head(Frontier(), None)

    def lock_head(self) -> Head:
        return self.kept_head

    def head(self) -> Head:
        return self.kept_head

    def append(self, index: int, data: bytes) -> None:
        assert index not in self.events
        self.put_event(index, data)

    def put_event(self, index: int, data: bytes) -> None:
        """Put an event and the columns that a database generates from it."""
        self.events[index] = data
        self.columns[index] = read_event(data).columns

    def put_nodes(self, nodes: Sequence[Node]) -> None:
        for node in nodes:
            assert (node.level, node.index) not in self.tree
            self.tree[node.level, node.index] = node.hash

    def put_head(self, head: Head) -> None:
        self.kept_head = head

    def event(self, index: int) -> bytes:
        if index not in self.events:
            raise RefusedError(f"le journal n'a pas d'événement {index}")
        return self.events[index]

    def node(self, level: int, index: int) -> bytes:
        if (level, index) not in self.tree:
            raise CorruptTreeError("un nœud manque")
        return self.tree[level, index]

    def nodes(self, level: int) -> Iterator[Node]:
        for (at, index), digest in sorted(self.tree.items()):
            if at == level:
                yield Node(level, index, digest)

    def scan(
        self,
        first: int,
        end: int | None = None,
        *,
        kind: str = "",
        actor: str = "",
        limit: int | None = None,
    ) -> Iterator[StoredEvent]:
        asked = (
            StoredEvent(index, self.events[index], shown)
            for index, shown in sorted(self.columns.items())
            if kind in {"", shown.kind} and actor in {"", shown.actor}
            if first <= index and (end is None or index < end)
        )
        yield from islice(asked, limit)

    def rewrite_hashes(self) -> None:
        """Do what a thorough intruder does: make every hash fit the events as they are."""
        events = [self.events[index] for index in sorted(self.events)]
        self.events.clear()
        self.columns.clear()
        self.tree.clear()
        frontier = Frontier()
        for index, data in enumerate(events):
            self.put_event(index, data)
            frontier, nodes = frontier.append(leaf_hash(data))
            self.put_nodes(nodes)
        self.kept_head = Head(frontier, self.kept_head.last_wall_at)


def sample_event(number: int) -> Event:
    """One of many events, each different."""
    return Event(
        kind=EventKind.HELD_LISTED,
        outcome=Outcome.DONE,
        actor=Actor(1000, "operatrice"),
        at=_FIRST_AT + timedelta(minutes=number),
        subject="pas-de-calais",
        details={"rows": number},
    )


def log_of(size: int) -> EvidenceRowsInMemory:
    """A log of sample events, appended as the service does."""
    rows = EvidenceRowsInMemory()
    for number in range(size):
        event = sample_event(number)
        append_events(rows, rows.lock_head(), [event], event.at)
    return rows
