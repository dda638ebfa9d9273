"""Claims: one command at a time works on one subject, and one that lost its claim is fenced.

1. A claim is a row with an epoch; whoever takes it raises the epoch by one, which of two who
   try at once only one can.
2. It is free when its holder is gone, which the operating system tells at once, or when its
   lease has run out: a holder that lives but is stuck is not waited for beyond it.
3. Every transaction of the holder begins by finding its epoch still there, and renews the
   lease; a holder whose claim was taken stops there, having changed nothing.
4. Taking a claim from a living holder leaves evidence, and so does the holder that wakes up.
5. What is done in one transaction claims its subject in it: the claim is free again once it has
   committed, and whoever held it before is fenced.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NoReturn, Protocol, TypeAlias

from exchange.audit.events import EventKind, Outcome
from exchange.clock import Clock
from exchange.errors import LostClaimError, RetryLaterError, TakenClaimError
from exchange.instants import PARIS
from exchange.locks import SignsOfLife
from exchange.transactions import Evidenced, Store

_PATIENCE_SECONDS: Final = 60
_RETRY_SECONDS: Final = 0.1
_PASSING_TRIES: Final = 100
"""Each one that fails is one that another has passed."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One row: who works on a subject, and until when without another sign.

    The ``subject`` is an agreement; or, with a colon before it, a work of the whole home.
    """

    subject: str
    epoch: int
    holder: str
    until: datetime

    @property
    def sign(self) -> str:
        """The name of its holder's sign of life."""
        return f"{self.subject}.{self.epoch}"


class ClaimRows(Protocol):
    """What claims need of the database, inside a transaction."""

    def get(self, subject: str) -> Claim | None:
        """Give the last claim on a subject."""
        ...

    def put(self, claim: Claim) -> bool:
        """Keep a claim in place of one of an earlier epoch; tell whether none later stands."""
        ...

    def renew(self, claim: Claim, until: datetime) -> bool:
        """Lengthen the lease of a claim whose epoch still stands; tell whether it does."""
        ...


class Work(Evidenced, Protocol):
    """A transaction as this module sees it."""

    @property
    def claims(self) -> ClaimRows:
        """The claims."""
        ...


Fence: TypeAlias = Callable[[ClaimRows], None]
"""Called as a transaction begins; raises ``LostClaimError`` when the claim was lost."""


def every(fences: Sequence[Fence]) -> Fence:
    """Give the fence of what needs several claims: one that was lost stops it."""

    def fence(rows: ClaimRows) -> None:
        for one in fences:
            one(rows)

    return fence


@dataclass(frozen=True, slots=True)
class Claims:
    """What claiming needs. ``holder`` names this process to those who wait for it."""

    store: Store[Work]
    signs: SignsOfLife
    clock: Clock
    holder: str
    lease: timedelta

    @contextmanager
    def hold(self, subject: str, *, patiently: bool) -> Iterator[Fence]:
        """Claim a subject; give the fence of what is done meanwhile.

        Raises ``TakenClaimError`` when another command works on it and its lease has not
        run out (after a minute, if ``patiently``), ``LostClaimError`` when the claim was
        lost: whatever failed in the meantime then failed because of it.
        """
        with ExitStack() as life:
            claim = self._wait_for(subject, _PATIENCE_SECONDS if patiently else 0, life)
            try:
                yield lambda rows: self._require(rows, claim)
            except Exception:
                if self._is_lost(claim):
                    self._stop(claim)
                raise

    def pass_through(self, work: Work, subject: str) -> None:
        """Claim a subject for the transaction that is open, and for no longer (5).

        Raises ``TakenClaimError`` as ``hold`` does that is not patient.
        """
        for _ in range(_PASSING_TRIES):
            if self._put(work, subject) is not None:
                return
            found = work.claims.get(subject)
            if found is not None and not self._is_free(found):
                raise _taken(found)
        raise RetryLaterError("trop de demandes à la fois", "recommencez dans quelques instants")

    def _wait_for(self, subject: str, seconds: float, life: ExitStack) -> Claim:
        given_up_at = time.monotonic() + seconds
        while True:
            found = self._last(subject)
            if self._is_free(found):
                claim = self._take(subject, life)
                if claim is not None:
                    return claim
                found = self._last(subject)
            if found is not None and time.monotonic() >= given_up_at:
                raise _taken(found)
            time.sleep(_RETRY_SECONDS)

    def _last(self, subject: str) -> Claim | None:
        with self.store.read() as work:
            return work.claims.get(subject)

    def _is_free(self, found: Claim | None) -> bool:
        if found is None or not self.signs.is_given(found.sign):  # (2)
            return True
        return self.clock.wall() >= found.until

    def _take(self, subject: str, life: ExitStack) -> Claim | None:
        with self.store.begin() as work:
            claim = self._put(work, subject)
            if claim is not None:
                life.enter_context(self.signs.given(claim.sign))
        return claim

    def _put(self, work: Work, subject: str) -> Claim | None:
        found = work.claims.get(subject)
        if not self._is_free(found):  # somebody else was faster
            return None
        epoch = found.epoch + 1 if found else 1
        claim = Claim(subject, epoch, self.holder, self.clock.wall() + self.lease)
        if not work.claims.put(claim):  # (1) as fast as we were, and before us
            return None
        if found is not None:
            self._succeed(work, found, claim)
        return claim

    def _succeed(self, work: Work, found: Claim, claim: Claim) -> None:
        if self.signs.is_given(found.sign):  # (4)
            work.evidence.record(
                EventKind.CLAIM_TAKEN_OVER,
                Outcome.DONE,
                subject=claim.subject,
                why=found.holder,
                epoch=claim.epoch,
            )
        self.signs.clear(found.sign)

    def _require(self, rows: ClaimRows, claim: Claim) -> None:
        if not rows.renew(claim, self.clock.wall() + self.lease):  # (3)
            raise _lost()

    def _is_lost(self, claim: Claim) -> bool:
        found = self._last(claim.subject)
        return found is None or found.epoch != claim.epoch

    def _stop(self, claim: Claim) -> NoReturn:
        with self.store.begin() as work:  # (4)
            work.evidence.record(
                EventKind.CLAIM_LOST,
                Outcome.REFUSED,
                subject=claim.subject,
                why=claim.holder,
                epoch=claim.epoch,
            )
        raise _lost()


def _taken(found: Claim) -> TakenClaimError:
    until = f"{found.until.astimezone(PARIS):%H:%M}"
    return TakenClaimError(
        f"une autre commande travaille sur cette convention ({found.holder})",
        "attendez qu'elle ait fini, puis recommencez ; si elle ne répond plus, arrêtez-la, ou "
        f"recommencez après {until} : son travail sera repris",
    )


def _lost() -> LostClaimError:
    return LostClaimError(
        "cette commande est restée trop longtemps sans avancer : une autre a repris son travail",
        "rien de plus n'a été changé ; voyez où en est la convention : spie-exchange status",
    )
