"""What whoever audits asks of the log: its events, its signed head, the proof of one event.

The command and the API do this. Each leaves a leaf: that the log is read is in the log.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from exchange.accounts.account import is_account_id
from exchange.actors import CALLER_MARK
from exchange.audit.checkpoints import Checkpoint
from exchange.audit.events import EventKind, Outcome, WrittenEvent, read_event
from exchange.audit.log import EvidenceRows, StoredEvent
from exchange.audit.proofs import prove
from exchange.errors import RefusedError
from exchange.transactions import Evidenced, Store

_FIRST_LEAF: Final = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """Which events are asked for: those of a kind, and of an account of the API; empty, all.

    Raises ``RefusedError`` for what no account can be called.
    """

    kind: str = ""
    account_id: str = ""

    def __post_init__(self) -> None:
        """Look at the name: it goes into the log."""
        if self.account_id and not is_account_id(self.account_id):
            raise RefusedError(
                "aucun compte ne peut porter ce nom", "les comptes : spie-exchange account list"
            )

    @property
    def is_all(self) -> bool:
        """Whether every event is asked for."""
        return not (self.kind or self.account_id)

    @property
    def actor(self) -> str:
        """The name that the account has in the log; empty for everybody."""
        return f"{self.account_id}{CALLER_MARK}" if self.account_id else ""


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """An event and its place in the log."""

    leaf: int
    event: WrittenEvent

    def document(self) -> dict[str, Any]:
        """Give what machines are told of it; account and request are empty outside the API."""
        shown, caller = self.event.columns, self.event.caller
        return {
            "leaf": self.leaf,
            "kind": shown.kind,
            "at": shown.at,
            "trial_at": self.event.trial_at,
            "actor": shown.actor,
            "account": caller.account_id if caller else "",
            "request_id": caller.request_id if caller else "",
            "outcome": shown.outcome,
            "subject": shown.subject,
            "why": self.event.why,
            "details": self.event.details,
        }


@dataclass(frozen=True, slots=True)
class Listing:
    """Events in their order, of a log of ``size`` leaves; ``after`` is where more of them begin."""

    events: Sequence[ListedEvent]
    size: int
    after: int | None = None


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The head of the log as a signed note, and the key that verifies it."""

    note: str
    log_key: str


@dataclass(frozen=True, slots=True)
class ProvenEvent:
    """The bytes of an event, the proof that the log has them, and the key that verifies it."""

    event: bytes
    proof: str
    log_key: str


class Work(Evidenced, Protocol):
    """A transaction as an audit sees it."""

    @property
    def evidence_rows(self) -> EvidenceRows:
        """The evidence as it lies in the database."""
        ...


@dataclass(frozen=True, slots=True)
class Auditor:
    """What auditing needs: ``log_key`` gives the key that verifies what is signed now."""

    store: Store[Work]
    sign_checkpoint: Callable[[], str]
    log_key: Callable[[], str]

    def events(self, choice: Choice, first: int, limit: int | None = None) -> Listing:
        """List events from a leaf on, ``limit`` of them at most."""
        with self.store.read() as work:
            size = work.evidence_rows.head().frontier.size
            one_more = None if limit is None else limit + 1
            found = _scanned(work.evidence_rows, choice, first, one_more)
        is_cut = limit is not None and len(found) > limit
        after = found[-1].index if is_cut else None
        self._record_listing(choice, first, (size if after is None else after) - 1)
        return Listing(_read(found[:limit]), size, after)

    def last_events(self, choice: Choice, count: int) -> Listing:
        """List the last events."""
        with self.store.read() as work:
            size = work.evidence_rows.head().frontier.size
            first = max(_FIRST_LEAF, size - count) if choice.is_all else _FIRST_LEAF
            found = _scanned(work.evidence_rows, choice, first)
        self._record_listing(choice, first, size - 1)
        return Listing(_read(deque(found, count)), size)

    def sign_head(self) -> SignedHead:
        """Sign the head of the log, for somebody to keep."""
        note = self.sign_checkpoint()
        signed = Checkpoint.of_note(note)
        with self.store.begin() as work:
            work.evidence.record(
                EventKind.CHECKPOINT_SIGNED, Outcome.DONE, size=signed.size, root=signed.root.hex()
            )
        return SignedHead(note, self.log_key())

    def prove(self, leaf: int) -> ProvenEvent:
        """Prove that an event is in the log, under a head signed now. Raises ``RefusedError``."""
        note = self.sign_checkpoint()
        with self.store.read() as work:
            proof = prove(work.evidence_rows, leaf, note)
            event = work.evidence_rows.event(leaf)
        with self.store.begin() as work:
            size = Checkpoint.of_note(note).size
            work.evidence.record(EventKind.LOG_PROVED, Outcome.DONE, leaf=leaf, size=size)
        return ProvenEvent(event, proof, self.log_key())

    def _record_listing(self, choice: Choice, first: int, last: int) -> None:
        asked = {"listed_kind": choice.kind, "listed_account": choice.account_id}
        chosen = {name: value for name, value in asked.items() if value}
        with self.store.begin() as work:
            work.evidence.record(
                EventKind.LOG_LISTED, Outcome.DONE, first=first, last=last, **chosen
            )


def _scanned(
    rows: EvidenceRows, choice: Choice, first: int, limit: int | None = None
) -> list[StoredEvent]:
    return list(rows.scan(first, kind=choice.kind, actor=choice.actor, limit=limit))


def _read(stored: Sequence[StoredEvent] | deque[StoredEvent]) -> list[ListedEvent]:
    return [ListedEvent(one.index, read_event(one.data)) for one in stored]
