"""Verification: the log is still what its checkpoints say it was, or: where it stops being so.

The events are streamed once, the nodes of the tree once a level; memory does not grow.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from exchange.audit.checkpoints import Checkpoint
from exchange.audit.disagreements import Disagreement, EvidenceDisagreesError, Place
from exchange.audit.errors import InvalidEventError
from exchange.audit.events import read_event
from exchange.audit.log import EvidenceRows, StoredEvent
from exchange.audit.merkle import Frontier, Node, leaf_hash, node_hash

_BEFORE_EVERY_INDEX: Final = -(2**63)
"""The least integer a database holds: a row that no reader asks for was added too."""


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """A log that holds: its head, and how far the trusted checkpoints vouch for it.

    The events from ``vouched`` on agree among themselves only: no checkpoint has seen
    their tree yet.
    """

    size: int
    root: bytes
    checkpoints: int
    vouched: int


def verify(
    rows: EvidenceRows, trusted: Sequence[Checkpoint], progress: Callable[[int], None]
) -> VerificationReport:
    """Hold the whole log against itself and against checkpoints from outside the home.

    1. Every event up to the head is there, and none beyond.
    2. The leaf hash stored for an event is that of its bytes.
    3. The columns shown are those that the bytes give.
    4. The tree of the events has, at each trusted checkpoint's size, that checkpoint's root.
    5. Every stored node is the hash of the two below it; none is missing, none left over.
    6. The stored head is that of the tree.

    ``trusted`` are checkpoints whose signature was verified. ``progress`` is told how many
    events have been read. Raises ``EvidenceDisagreesError`` with the first event that
    disagrees where the stored leaf hashes still give the checkpoint's root, else with the
    smallest interval between a checkpoint that agrees and one that does not.
    """
    head = rows.head().frontier
    survey = _Survey(head.size, sorted(trusted, key=lambda checkpoint: checkpoint.size))
    for index, event, leaf in _side_by_side(rows, head.size):
        survey.take(index, event, leaf)  # (1) (2) (3)
        progress(index + 1)
    survey.conclude()  # (4)
    for level in range(1, head.size.bit_length() + 1):
        _require_nodes(rows, level, head.size)  # (5)
    if survey.tree_of_events != head:  # (6)
        raise EvidenceDisagreesError(Disagreement.HEAD_ALTERED, _event(head.size - 1))
    vouched = max((checkpoint.size for checkpoint in trusted), default=0)
    return VerificationReport(head.size, head.root(), len(trusted), vouched)


@dataclass(slots=True)
class _Tree:
    """A tree grown leaf by leaf until one is missing."""

    frontier: Frontier = field(default_factory=Frontier)
    is_whole: bool = True

    def take(self, leaf: bytes | None) -> None:
        """Grow by a leaf, or stop growing for good."""
        if leaf is None:
            self.is_whole = False
        elif self.is_whole:
            self.frontier, _ = self.frontier.append(leaf)

    def meets(self, checkpoint: Checkpoint) -> bool:
        """Tell whether the tree of this size is the checkpoint's."""
        return self.is_whole and self.frontier.root() == checkpoint.root


class _Survey:
    """What one reading of the events finds: the first fault, the checkpoints that are met.

    Two trees grow side by side: of the events' bytes, and of the leaf hashes stored beside
    them. A checkpoint met by either vouches for that one, so that a disagreement between
    the two is known to the event.
    """

    def __init__(self, size: int, trusted: Sequence[Checkpoint]) -> None:
        """Begin with the empty tree; ``trusted`` by increasing size."""
        self._size = size
        self._trusted = trusted
        self._of_size: dict[int, list[Checkpoint]] = {}
        for checkpoint in trusted:
            self._of_size.setdefault(checkpoint.size, []).append(checkpoint)
        self._of_events, self._of_hashes = _Tree(), _Tree()
        self._read = 0
        self._first_fault: tuple[Disagreement, int] | None = None
        self._met: set[Checkpoint] = set()
        self._meet_checkpoints()

    @property
    def tree_of_events(self) -> Frontier:
        """The tree that the events' own bytes give."""
        return self._of_events.frontier

    def take(self, index: int, event: StoredEvent | None, leaf: Node | None) -> None:
        """Take what the database has at one index."""
        fault = Disagreement.EVENT_ADDED if index >= self._size else _fault(event, leaf)
        if fault is not None and self._first_fault is None:
            self._first_fault = fault, index
        self._of_events.take(None if event is None else leaf_hash(event.data))
        self._of_hashes.take(None if leaf is None else leaf.hash)
        self._read = index + 1
        self._meet_checkpoints()

    def conclude(self) -> None:
        """Raise the earliest disagreement there is, as exactly as it can be known."""
        against = next((c for c in self._trusted if c not in self._met), None)
        if against is None:
            self._require_no_fault_before(self._read)
            return
        agreed = max((c.size for c in self._met if c.size < against.size), default=0)
        self._require_no_fault_before(agreed)
        raise self._rewritten(agreed, against)

    def _require_no_fault_before(self, end: int) -> None:
        if self._first_fault is None or self._first_fault[1] >= end:
            return
        fault, index = self._first_fault
        if any(checkpoint.size > index for checkpoint in self._met) and index == self._size:
            fault = Disagreement.HEAD_ALTERED  # the event was there when it was signed for
        raise EvidenceDisagreesError(fault, _event(index))

    def _rewritten(self, agreed: int, against: Checkpoint) -> EvidenceDisagreesError:
        last = max(agreed, against.size - 1)
        if any(checkpoint.size >= against.size for checkpoint in self._met):
            return EvidenceDisagreesError(Disagreement.CHECKPOINTS_CONTRADICT, Place(agreed, last))
        # What is not there, or does not fit its own hash, disagrees at the latest.
        wrong_at = self._read if self._first_fault is None else self._first_fault[1]
        return EvidenceDisagreesError(
            Disagreement.HISTORY_REWRITTEN, Place(agreed, min(last, wrong_at))
        )

    def _meet_checkpoints(self) -> None:
        for checkpoint in self._of_size.get(self._read, ()):
            if self._of_events.meets(checkpoint) or self._of_hashes.meets(checkpoint):
                self._met.add(checkpoint)


def _side_by_side(
    rows: EvidenceRows, size: int
) -> Iterator[tuple[int, StoredEvent | None, Node | None]]:
    """Give the event and the leaf hash of each index, until neither goes on without a gap."""
    events, leaves = rows.scan(_BEFORE_EVERY_INDEX), rows.nodes(0)
    event, leaf = next(events, None), next(leaves, None)
    if event is not None and event.index < 0:
        raise EvidenceDisagreesError(Disagreement.EVENT_ADDED, _event(event.index))
    index = 0
    while index < size or event is not None or leaf is not None:
        event_here = event if event is not None and event.index == index else None
        leaf_here = leaf if leaf is not None and leaf.index == index else None
        yield index, event_here, leaf_here
        if event_here is None and leaf_here is None:
            return
        event = event if event_here is None else next(events, None)
        leaf = leaf if leaf_here is None else next(leaves, None)
        index += 1


def _fault(event: StoredEvent | None, leaf: Node | None) -> Disagreement | None:
    if event is None:
        return Disagreement.EVENT_MISSING
    if leaf is None or leaf_hash(event.data) != leaf.hash:
        return Disagreement.EVENT_ALTERED
    try:
        written = read_event(event.data)
    except InvalidEventError:
        return Disagreement.EVENT_ALTERED
    return None if written.columns == event.columns else Disagreement.COLUMNS_ALTERED


def _require_nodes(rows: EvidenceRows, level: int, size: int) -> None:
    # The level below has just been found whole, so it has two nodes for each one here.
    below, here = rows.nodes(level - 1), rows.nodes(level)
    for index in range(size >> level):
        expected = Node(level, index, node_hash(next(below).hash, next(below).hash))
        if next(here, None) != expected:
            place = Place(index << level, ((index + 1) << level) - 1)
            raise EvidenceDisagreesError(Disagreement.NODE_ALTERED, place)
    if next(here, None) is not None:
        raise EvidenceDisagreesError(Disagreement.NODE_ALTERED, _event(size - 1))


def _event(index: int) -> Place:
    return Place(index, index)
