"""Attempts that nobody watches: tried again later and later, then somebody is asked.

1. An attempt is counted before it begins and forgotten once it ended well: one that a kill or
   a power cut ended has been counted, and the wait before the next survives the process.
2. The next one waits for longer each time, up to an hour, and goes on at that pace: what was
   mended in the meantime is then done without anybody's help.
3. Somebody is asked after the sixth in a row, about ten minutes; at once when what stands in
   the way does not go away by itself.
4. What every machine asks at each tick is counted for each by itself: what one of them cannot
   do is not hidden by another that can. One that has been silent for a day is gone.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from textwrap import shorten
from typing import Final, Protocol, Self

from exchange.audit.events import EventKind, Outcome
from exchange.clock import Clock
from exchange.error_sentences import sentences_of
from exchange.errors import RetryLaterError
from exchange.transactions import Evidenced, Store
from keys.errors import BusyFileError

WAITS: Final = tuple(timedelta(seconds=s) for s in (15, 30, 60, 120, 300, 900, 3600))
"""How long is waited after the first failure, the second, and so on; the last one stays."""
_ASKED_FROM: Final = 6
_SILENT_AFTER: Final = timedelta(days=1)
_MAY_PASS: Final = (RetryLaterError, BusyFileError, OSError)
_LONGEST_CAUSE: Final = 400
_INTERRUPTED: Final = "la tentative a été interrompue avant sa fin"
WHOLE_HOME: Final = "home"
"""The subject of what is tried of the home as a whole, and by no more than one process at once."""


class JobName(StrEnum):
    """What is tried with nobody watching, by the name of its attempts; ``label`` in French."""

    label: str

    EXPORTS = "exports", "la recherche de ce qui est à envoyer"
    EXPORT = "export", "un envoi"
    REVISIONS = "revisions", "la suite d'un envoi"
    DESTRUCTIONS = "destructions", "la recherche de ce qui est à détruire"
    PURGE = "purge", "une destruction"
    CHECKPOINT = "checkpoint", "la signature du journal des preuves"
    VERIFICATION = "verification", "la vérification du journal des preuves"
    ORPHANS = "orphans", "la comparaison des fichiers et du registre"
    NOTICES = "notices", "l'envoi des courriels"
    PING = "ping", "l'appel de surveillance"

    def __new__(cls, name: str, label: str) -> Self:
        """Make a name with what it is called in a sentence."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.label = label
        return member


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was tried and has not ended well: ``job`` on ``subject``, ``failures`` times in a row.

    ``not_before`` is when it is tried again, ``cause`` a French sentence without a person's
    data, ``hint`` the way out that came with it, ``asks_somebody`` whether waiting alone may
    not help. ``machine`` is the one whose failure it is, where another may do better; empty
    where the work is common to all.
    """

    job: JobName
    subject: str
    agreement_id: str | None
    failures: int
    first_at: datetime
    not_before: datetime
    cause: str
    hint: str
    asks_somebody: bool
    machine: str = ""

    @property
    def has_failed(self) -> bool:
        """Whether it is known to have failed, and not perhaps just under way."""
        return self.failures > 1 or self.cause != _INTERRUPTED

    def is_retried_soon(self, now: datetime) -> bool:
        """Whether it is tried again without anybody's help; not when that is long overdue."""
        return not self.asks_somebody and now < self.not_before + WAITS[-1]


class AttemptRows(Protocol):
    """What attempts need of the database, inside a transaction."""

    def get(self, job: JobName, subject: str, machine: str = "") -> Attempt | None:
        """Give what is known of an attempt; ``None`` when the last one ended well."""
        ...

    def all(self) -> tuple[Attempt, ...]:
        """Give every attempt that did not end well."""
        ...

    def put(self, attempt: Attempt) -> None:
        """Keep an attempt in place of what was known of it."""
        ...

    def drop(self, job: JobName, subject: str, machine: str = "") -> None:
        """Forget an attempt: it ended well, or is no longer to be made."""
        ...


class Work(Evidenced, Protocol):
    """A transaction as this module sees it."""

    @property
    def attempts(self) -> AttemptRows:
        """The attempts that did not end well."""
        ...


@dataclass(frozen=True, slots=True)
class Attempts:
    """What making attempts needs. ``machine`` names this one where there are others."""

    store: Store[Work]
    clock: Clock
    machine: str = ""

    def make(
        self, job: JobName, subject: str, act: Callable[[], object], agreement_id: str | None = None
    ) -> bool:
        """Try to act, unless it is too early after a failure; tell whether it ended well.

        A failure is kept and left in the evidence; it is not raised, so that one that fails
        does not stop the others.
        """
        attempt = self._begin(job, subject, agreement_id)
        if attempt is None:
            return False
        try:
            act()
        except Exception as error:  # noqa: BLE001 - nobody watches: the next one must still be tried
            self._fail(attempt, error)
            return False
        with self.store.begin() as work:
            work.attempts.drop(job, subject)
        return True

    def run(self, job: JobName, act: Callable[[], object], agreement_id: str | None = None) -> bool:
        """Act now, whatever came of it the last time; tell whether it ended well.

        For what is asked at each tick, of a home or of an agreement, and mostly finds nothing
        to do: it is counted when it fails, and forgotten when it ends well again.
        """
        subject = agreement_id or job
        try:
            act()
        except Exception as error:  # noqa: BLE001 - nobody watches: the next job must still run
            # As late as it would be tried again: a failure each minute is no news each minute.
            attempt = self._begin(job, subject, agreement_id, self.machine)  # (4)
            if attempt is not None:
                self._fail(attempt, error)
            return False
        self.forget(job, subject, self.machine)
        return True

    def forget(self, job: JobName, subject: str, machine: str = "") -> None:
        """Forget an attempt, where there is one: what it was for is done, or was called off."""
        with self.store.read() as work:
            is_known = work.attempts.get(job, subject, machine) is not None
        if is_known:
            with self.store.begin() as work:
                work.attempts.drop(job, subject, machine)

    def forget_silent_machines(self) -> None:
        """Forget what failed on machines that have been silent for a day."""
        before = self.clock.now() - _SILENT_AFTER
        with self.store.read() as work:
            silent = [a for a in work.attempts.all() if a.not_before < before]
        for attempt in silent:
            if attempt.machine not in {"", self.machine}:
                self.forget(attempt.job, attempt.subject, attempt.machine)

    def _begin(
        self, job: JobName, subject: str, agreement_id: str | None, machine: str = ""
    ) -> Attempt | None:
        with self.store.begin() as work:  # (1)
            known = work.attempts.get(job, subject, machine)
            if known is not None and self._is_early(known):
                return None
            attempt = replace(self._counted(known, job, subject, agreement_id), machine=machine)
            work.attempts.put(attempt)
        return attempt

    def _is_early(self, known: Attempt) -> bool:
        # Further away than the longest wait is what a clock wrote that has been set back since.
        now = self.clock.now()
        return now < known.not_before <= now + WAITS[-1]

    def _counted(
        self, known: Attempt | None, job: JobName, subject: str, agreement_id: str | None
    ) -> Attempt:
        now, failures = self.clock.now(), known.failures + 1 if known else 1
        return Attempt(
            job=job,
            subject=subject,
            agreement_id=agreement_id,
            failures=failures,
            first_at=known.first_at if known else now,
            not_before=now + WAITS[min(failures, len(WAITS)) - 1],  # (2)
            cause=_INTERRUPTED,
            hint="",
            asks_somebody=failures >= _ASKED_FROM,  # (3)
        )

    def _fail(self, attempt: Attempt, error: Exception) -> None:
        # The evidence takes one sentence; a file with many faults makes a long one.
        said = sentences_of(error)
        cause = shorten(said.what, _LONGEST_CAUSE, placeholder=" …")
        asks = attempt.asks_somebody or not may_pass(error)
        with self.store.begin() as work:
            work.attempts.put(replace(attempt, cause=cause, hint=said.way_out, asks_somebody=asks))
            work.evidence.record(
                EventKind.ATTEMPT_FAILED,
                Outcome.FAILED,
                subject=attempt.subject,
                why=cause,
                job=attempt.job,
                failures=attempt.failures,
                **({"machine": attempt.machine} if attempt.machine else {}),
            )


def may_pass(error: Exception) -> bool:
    """Tell whether waiting may help: what stands in the way may go away by itself."""
    return isinstance(error, _MAY_PASS)
