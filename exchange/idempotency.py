"""Requests that may come again: one key, one act, and the first answer for who repeats it.

Properties that hold:

1. Of two that claim one key at the same moment, one acts; the other is told to come back.
2. Under a key that was used, the same request is given the first answer and nothing is done
   again; another request is refused.
3. Where no answer was kept (the process was killed, the service failed, the answer was too long),
   the log tells whether the request had acted: if so, nothing is done again; if not, it is free.
4. After a day a key is as if it had never been used, and nothing of it is kept.
5. What is kept tells neither key nor body: it has their keyed fingerprints.

Who lives and works is waited for, however long: no lease runs out here, for two would act. A
process that is stuck holds up nothing but its own key, for the lease of its agreement does.

Source: draft-ietf-httpapi-idempotency-key-header-07.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

from exchange.actors import CALLER_MARK
from exchange.audit.events import EventKind, Outcome, read_event
from exchange.audit.log import EvidenceRows
from exchange.clock import Clock
from exchange.errors import RefusedError, TakenClaimError
from exchange.locks import SignsOfLife
from exchange.transactions import Evidenced, Store

_KEPT_FOR: Final = timedelta(days=1)
_ON_THE_WAY: Final = frozenset({EventKind.CLAIM_TAKEN_OVER, EventKind.CLOCK_STEPPED_BACK})
"""What a request leaves in the log before it acts."""


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A request under a key: whose, which, and the id that it has in the log.

    ``key_digest`` and ``fingerprint`` are those of ``keys.requests``.
    """

    account_id: str
    key_digest: bytes = field(repr=False)
    fingerprint: bytes = field(repr=False)
    request_id: str


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """What was answered: the status, the headers that describe the body, and the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class ClaimedKey:
    """A key in use since ``claimed_at``, when the log had ``leaf`` leaves."""

    request: KeyedRequest
    claimed_at: datetime
    leaf: int
    answer: FirstAnswer | None = None


class ReusedKeyError(RefusedError):
    """Another request was made under the same key."""


class UnkeptAnswerError(RefusedError):
    """The request was acted on, and there is no answer to give again."""


class KeyRows(Protocol):
    """What keys need of the database, inside a transaction."""

    def get(self, account_id: str, key_digest: bytes) -> ClaimedKey | None:
        """Give how a key is in use, if it is."""
        ...

    def claim(self, claimed: ClaimedKey, *, after: str) -> bool:
        """Keep a claim, in place of that of the request ``after`` unless it is empty.

        Tells whether that was still to be had.
        """
        ...

    def keep(self, request: KeyedRequest, answer: FirstAnswer) -> None:
        """Keep the answer to a request whose claim still stands."""
        ...

    def forget(self, until: datetime) -> Sequence[str]:
        """Drop what was claimed until then; give the ids of the requests without an answer."""
        ...


class Work(Evidenced, Protocol):
    """A transaction as this module sees it."""

    @property
    def request_keys(self) -> KeyRows:
        """The keys in use."""
        ...

    @property
    def evidence_rows(self) -> EvidenceRows:
        """The evidence as it lies in the database."""
        ...


@dataclass(frozen=True, slots=True)
class RequestKeys:
    """What acting once needs."""

    store: Store[Work]
    signs: SignsOfLife
    clock: Clock

    @contextmanager
    def claimed(self, request: KeyedRequest) -> Iterator[FirstAnswer | None]:
        """Claim the key of a request until the block ends; give the first answer, if there is one.

        Raises ``TakenClaimError`` while the first one is worked on, ``ReusedKeyError`` for
        another request, ``UnkeptAnswerError`` when it was acted on and no answer was kept.
        """
        with ExitStack() as life:
            yield self._first_answer(request, life)

    def keep(self, request: KeyedRequest, answer: FirstAnswer) -> None:
        """Keep what a claimed request was answered."""
        with self.store.begin() as work:
            work.request_keys.keep(request, answer)

    def _first_answer(self, request: KeyedRequest, life: ExitStack) -> FirstAnswer | None:
        now = self.clock.wall()
        with self.store.begin() as work:
            for gone in work.request_keys.forget(now - _KEPT_FOR):  # (4)
                self.signs.clear(_sign(gone))
            found = self._found(work, request)
            if found is not None and (answer := self._settled(work, found, request)) is not None:
                return answer
            claimed = ClaimedKey(request, now, work.evidence_rows.head().frontier.size)
            after = found.request.request_id if found else ""
            if not work.request_keys.claim(claimed, after=after):  # (1)
                raise _taken()
            life.enter_context(self.signs.given(_sign(request.request_id)))
        return None

    def _found(self, work: Work, request: KeyedRequest) -> ClaimedKey | None:
        """Give how the key of a request is in use.

        It is read again once who claimed it is gone: the answer may have been kept meanwhile.
        """
        found = work.request_keys.get(request.account_id, request.key_digest)
        if found is None or found.answer is not None or self._is_worked_on(found):
            return found
        return work.request_keys.get(request.account_id, request.key_digest)

    def _settled(self, work: Work, found: ClaimedKey, request: KeyedRequest) -> FirstAnswer | None:
        """Give the first answer; ``None`` when the claim was left without having acted."""
        if found.request.fingerprint != request.fingerprint:  # (2)
            raise ReusedKeyError(
                "cette clé a déjà servi à une autre demande",
                "une clé sert à une seule demande et à ses répétitions, telles quelles : tirez-en "
                "une autre",
            )
        if found.answer is not None:
            return found.answer
        if self._is_worked_on(found):
            raise _taken()
        if _has_acted(work.evidence_rows, found):  # (3)
            raise UnkeptAnswerError(
                "cette demande a déjà été faite, ou l'a été en partie ; sa réponse n'est pas "
                "gardée",
                "voyez où en est la convention ; pour demander la même chose encore une fois, "
                "prenez une autre clé",
            )
        self.signs.clear(_sign(found.request.request_id))
        return None

    def _is_worked_on(self, found: ClaimedKey) -> bool:
        return self.signs.is_given(_sign(found.request.request_id))


def _has_acted(rows: EvidenceRows, claimed: ClaimedKey) -> bool:
    written = rows.scan(claimed.leaf, actor=f"{claimed.request.account_id}{CALLER_MARK}")
    for event in (read_event(stored.data) for stored in written):
        is_its_own = event.caller and event.caller.request_id == claimed.request.request_id
        is_act = event.columns.outcome == Outcome.DONE and event.columns.kind not in _ON_THE_WAY
        if is_its_own and is_act:
            return True
    return False


def _sign(request_id: str) -> str:
    return f"request.{request_id}"


def _taken() -> TakenClaimError:
    return TakenClaimError(
        "la même demande est en cours", "recommencez-la dans quelques instants, telle quelle"
    )
