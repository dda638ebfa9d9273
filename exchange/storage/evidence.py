"""The evidence in the database: events once, nodes of their tree, one head."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from exchange.audit.errors import CorruptTreeError
from exchange.audit.events import FilterColumns
from exchange.audit.log import Head, StoredEvent
from exchange.audit.merkle import Frontier, Node
from exchange.errors import RefusedError
from exchange.storage.streaming import streamed
from exchange.storage.tables import evidence_event, evidence_head, evidence_node

_HEAD_ID = 1
# Made once: the others wait while these are carried out.
_HEAD = select(evidence_head)
_LOCKED_HEAD = _HEAD.with_for_update()
_ADD_EVENT = insert(evidence_event)
_ADD_NODE = insert(evidence_node)
_PUT_HEAD = update(evidence_head)
_FIRST_HEAD = insert(evidence_head)
_NODE = select(evidence_node.c.hash).where(
    evidence_node.c.level == bindparam("at_level"), evidence_node.c.node_index == bindparam("at")
)


class EvidenceTable:
    """Satisfies ``exchange.audit.log.EvidenceRows`` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def lock_head(self) -> Head:
        """Give the head and keep every other appender waiting until the commit.

        On SQLite every writer already waits for the others from its first statement.
        """
        return self._head(_LOCKED_HEAD)

    def head(self) -> Head:
        """Give the head without waiting for anybody; the empty one of a new log."""
        return self._head(_HEAD)

    def append(self, index: int, data: bytes) -> None:
        """Keep an event's canonical bytes at a leaf index that is still free."""
        self._connection.execute(_ADD_EVENT, {"leaf_index": index, "event": data.decode()})

    def put_nodes(self, nodes: Sequence[Node]) -> None:
        """Keep the perfect subtrees that were just completed, leaves (level 0) included."""
        rows = [{"level": n.level, "node_index": n.index, "hash": n.hash} for n in nodes]
        self._connection.execute(_ADD_NODE, rows)

    def put_head(self, head: Head) -> None:
        """Replace the head."""
        # In place: whoever waits for a row that is deleted finds none when its turn comes.
        values = {"frontier": head.frontier.to_bytes(), "last_wall_at": head.last_wall_at}
        if self._connection.execute(_PUT_HEAD, values).rowcount == 0:
            self._connection.execute(_FIRST_HEAD, {"head_id": _HEAD_ID, **values})

    def event(self, index: int) -> bytes:
        """Give an event's canonical bytes. Raises ``RefusedError`` when there is none."""
        query = select(evidence_event.c.event).where(evidence_event.c.leaf_index == index)
        text: str | None = self._connection.execute(query).scalar_one_or_none()
        if text is None:
            raise RefusedError(
                f"le journal n'a pas de feuille {index}", "voyez-les : spie-exchange audit list"
            )
        return text.encode()

    def node(self, level: int, index: int) -> bytes:
        """Give a perfect subtree's hash. Raises ``CorruptTreeError`` when there is none."""
        where = {"at_level": level, "at": index}
        found: bytes | None = self._connection.execute(_NODE, where).scalar_one_or_none()
        if not isinstance(found, bytes):
            raise CorruptTreeError(
                f"l'arbre du journal a perdu un nœud (niveau {level}, rang {index})",
                "ne modifiez rien ; lancez : spie-exchange audit verify",
            )
        return found

    def nodes(self, level: int) -> Iterator[Node]:
        """Give every perfect subtree stored at one level, by increasing index."""
        query = (
            select(evidence_node)
            .where(evidence_node.c.level == level)
            .order_by(evidence_node.c.node_index)
        )
        # What is not bytes was not written by us: it is a hash of nothing.
        return (
            Node(level, index, found if isinstance(found, bytes) else b"")
            for level, index, found in streamed(self._connection, query)
        )

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
        columns = [evidence_event.c[name] for name in FilterColumns.__slots__]
        query = (
            select(evidence_event.c.leaf_index, evidence_event.c.event, *columns)
            .where(evidence_event.c.leaf_index >= first)
            .order_by(evidence_event.c.leaf_index)
        )
        if end is not None:
            query = query.where(evidence_event.c.leaf_index < end)
        for column, value in ((evidence_event.c.kind, kind), (evidence_event.c.actor, actor)):
            if value:
                query = query.where(column == value)
        query = query.limit(limit)
        for index, text, *shown in streamed(self._connection, query):
            yield StoredEvent(index, text.encode(), FilterColumns(*shown))

    def _head(self, query: Select[Any]) -> Head:
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return Head(Frontier(), None)
        return Head(Frontier.from_bytes(row.frontier), row.last_wall_at)
