"""The log: how events are appended, and what the database must give for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from exchange.audit.events import Event, FilterColumns
from exchange.audit.merkle import Frontier, Node, leaf_hash


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log stands: its frontier, and the wall clock when it was last appended to.

    ``last_wall_at`` is ``None`` for the empty log.
    """

    frontier: Frontier
    last_wall_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event as the database has it: the bytes, and the columns shown beside them."""

    index: int
    data: bytes
    columns: FilterColumns


class EvidenceRows(Protocol):
    """What the log needs of the database, inside one transaction."""

    def lock_head(self) -> Head:
        """Give the head and keep every other appender waiting until the commit."""
        ...

    def head(self) -> Head:
        """Give the head without waiting for anybody; the empty one of a new log."""
        ...

    def append(self, index: int, data: bytes) -> None:
        """Keep an event's canonical bytes at a leaf index that is still free."""
        ...

    def put_nodes(self, nodes: Sequence[Node]) -> None:
        """Keep the perfect subtrees that were just completed, leaves (level 0) included."""
        ...

    def put_head(self, head: Head) -> None:
        """Replace the head."""
        ...

    def event(self, index: int) -> bytes:
        """Give an event's canonical bytes. Raises ``RefusedError`` when there is none."""
        ...

    def node(self, level: int, index: int) -> bytes:
        """Give a perfect subtree's hash. Raises ``CorruptTreeError`` when there is none."""
        ...

    def nodes(self, level: int) -> Iterator[Node]:
        """Give every perfect subtree stored at one level, by increasing index."""
        ...

    def scan(
        self,
        first: int,
        end: int | None = None,
        *,
        kind: str = "",
        actor: str = "",
        limit: int | None = None,
    ) -> Iterator[StoredEvent]:
        """Give the events from ``first`` up to ``end`` (excluded; ``None``: all), in order.

        Those of one kind only, or of one actor by name, unless it is empty; at most ``limit``.
        """
        ...


def append_events(
    rows: EvidenceRows, head: Head, events: Sequence[Event], wall_at: datetime
) -> Head:
    """Append events behind a locked head; the first gets index ``head.frontier.size``.

    To be called as the last thing before the commit: from ``lock_head`` on, every other
    appender waits.
    """
    frontier = head.frontier
    completed: list[Node] = []
    for event in events:
        data = event.canonical_bytes()
        rows.append(frontier.size, data)
        frontier, nodes = frontier.append(leaf_hash(data))
        completed += nodes
    appended = Head(frontier, wall_at)
    rows.put_nodes(completed)
    rows.put_head(appended)
    return appended
