"""Verification: is the log still what its earlier checkpoints say it was, and if not, where?

The events are streamed once, the nodes of the tree once a level; memory does not grow.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from exchange.audit.checkpoints import Checkpoint
from exchange.audit.errors import InvalidEventError
from exchange.audit.events import read_event
from exchange.audit.log import EvidenceRows, StoredEvent
from exchange.audit.merkle import Frontier, Node, leaf_hash, node_hash
from exchange.errors import AttentionError


class Disagreement(Enum):
    """What disagrees; the value says it in French, after the place."""

    EVENT_MISSING = "manque dans la base"
    EVENT_ADDED = "n'a pas été écrit par le service : l'arbre ne le connaît pas"
    EVENT_ALTERED = "n'a plus l'empreinte sous laquelle il a été inscrit"
    COLUMNS_ALTERED = "est affiché autrement que ne le disent ses octets"
    HISTORY_REWRITTEN = "a été réécrit, retiré ou ajouté depuis un point de contrôle"
    CHECKPOINTS_CONTRADICT = "est dans le journal, mais un point de contrôle signé dit autre chose"
    NODE_ALTERED = "est intact, mais l'arbre enregistré au-dessus ne l'est plus"
    HEAD_ALTERED = "est intact, mais la tête enregistrée n'est pas celle de l'arbre"


@dataclass(frozen=True, slots=True)
class Place:
    """The events from ``first`` to ``last``, both included: the first disagreement is there."""

    first: int
    last: int

    def __str__(self) -> str:
        """Say the place in French."""
        if self.first == self.last:
            return f"l'événement {self.first}"
        return f"un événement entre {self.first} et {self.last}"


class EvidenceDisagreesError(AttentionError):
    """The log is not what it was: what disagrees, and where at the earliest."""

    def __init__(self, disagreement: Disagreement, place: Place) -> None:
        """Name the disagreement and its place."""
        super().__init__(
            f"journal altéré : {place} {disagreement.value}",
            "arrêtez les envois, gardez la base en l'état et prévenez le DPO",
        )
        self.disagreement = disagreement
        self.place = place


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """A log that holds: its head, and how far the trusted checkpoints vouch for it.

    The events from ``vouched`` on agree among themselves only: nobody outside has seen
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
    disagrees, where the stored leaf hashes still give the checkpoint's root; else with the
    smallest interval between a checkpoint that agrees and one that does not.
    """
    frontier = rows.head().frontier
    survey = _Survey(sorted(trusted, key=lambda checkpoint: checkpoint.size))
    for index, event, leaf in _side_by_side(rows, frontier.size):
        survey.take(index, event, leaf)  # (1) (2) (3)
        progress(index + 1)
    survey.conclude()  # (4)
    for level in range(1, frontier.size.bit_length() + 1):
        _require_nodes(rows, level)  # (5)
    if survey.of_events.frontier != frontier:  # (6)
        raise EvidenceDisagreesError(Disagreement.HEAD_ALTERED, _whole(frontier.size))
    vouched = max((checkpoint.size for checkpoint in trusted), default=0)
    return VerificationReport(frontier.size, frontier.root(), len(trusted), vouched)


@dataclass(slots=True)
class _Line:
    """A tree grown leaf by leaf, until one is missing; knows which checkpoints it meets."""

    frontier: Frontier = field(default_factory=Frontier)
    broken: bool = False
    met: set[Checkpoint] = field(default_factory=set)

    def take(self, leaf: bytes | None) -> None:
        """Grow by a leaf, or break."""
        if leaf is None:
            self.broken = True
        elif not self.broken:
            self.frontier, _ = self.frontier.append(leaf)

    def meet(self, checkpoints: Iterable[Checkpoint]) -> None:
        """Compare the root with the checkpoints of this size."""
        if not self.broken:
            root = self.frontier.root()
            self.met.update(checkpoint for checkpoint in checkpoints if checkpoint.root == root)


class _Survey:
    """What one reading of the events finds, before it is judged."""

    def __init__(self, trusted: Sequence[Checkpoint]) -> None:
        """Begin with the empty tree."""
        self.of_events = _Line()
        self._of_hashes = _Line()
        self._trusted = trusted
        self._read = 0
        self._first_fault: tuple[Disagreement, int] | None = None
        self._meet()

    def take(self, index: int, event: StoredEvent | None, leaf: Node | None) -> None:
        """Take what the database has at one index."""
        fault = _fault(event, leaf)
        if fault is not None and self._first_fault is None:
            self._first_fault = (fault, index)
        self.of_events.take(None if event is None else leaf_hash(event.data))
        self._of_hashes.take(None if leaf is None else leaf.hash)
        self._read = index + 1
        self._meet()

    def conclude(self) -> None:
        """Raise the earliest disagreement there is, as exactly as it can be known."""
        met = self.of_events.met | self._of_hashes.met
        against = next((c for c in self._trusted if c not in met), None)
        agreed = max((c.size for c in met if against and c.size <= against.size), default=0)
        if self._first_fault is not None:
            fault, index = self._first_fault
            if against is None or index < agreed:
                raise EvidenceDisagreesError(fault, Place(index, index))
        if against is None:
            return
        if any(checkpoint.size >= against.size for checkpoint in met):
            place = _whole(against.size)
            raise EvidenceDisagreesError(Disagreement.CHECKPOINTS_CONTRADICT, place)
        # Whatever cannot be read, or does not fit its own hash, is a disagreement already.
        fault_at = self._read if self._first_fault is None else self._first_fault[1]
        place = Place(agreed, min(against.size - 1, fault_at))
        raise EvidenceDisagreesError(Disagreement.HISTORY_REWRITTEN, place)

    def _meet(self) -> None:
        here = [checkpoint for checkpoint in self._trusted if checkpoint.size == self._read]
        if here:
            self.of_events.meet(here)
            self._of_hashes.meet(here)


def _side_by_side(
    rows: EvidenceRows, size: int
) -> Iterator[tuple[int, StoredEvent | None, Node | None]]:
    """Give event and leaf hash of each index, until both have ended or are out of step."""
    events, leaves = rows.scan(0), rows.nodes(0)
    event, leaf = next(events, None), next(leaves, None)
    index = 0
    while index < size or event is not None or leaf is not None:
        event_here = event if event is not None and event.index == index else None
        leaf_here = leaf if leaf is not None and leaf.index == index else None
        yield index, event_here, leaf_here
        if event_here is None and leaf_here is None:
            return
        event = next(events, None) if event_here else event
        leaf = next(leaves, None) if leaf_here else leaf
        index += 1


def _fault(event: StoredEvent | None, leaf: Node | None) -> Disagreement | None:
    if event is None:
        return Disagreement.EVENT_MISSING
    if leaf is None:
        return Disagreement.EVENT_ADDED
    if leaf_hash(event.data) != leaf.hash:
        return Disagreement.EVENT_ALTERED
    try:
        written = read_event(event.data)
    except InvalidEventError:
        return Disagreement.EVENT_ALTERED
    return None if written.columns == event.columns else Disagreement.COLUMNS_ALTERED


def _require_nodes(rows: EvidenceRows, level: int) -> None:
    below = rows.nodes(level - 1)
    for node in rows.nodes(level):
        left, right = next(below, None), next(below, None)
        ...


def _whole(size: int) -> Place:
    return Place(0, max(size - 1, 0))
