"""The purge: destruction in numbered steps, each of which can be taken up again.

1. intent leaf and the row of the purge are committed;
2. the data key and the identity key are destroyed: the master key is replaced and the
   remaining keys are wrapped again, so that an old database with the new keyring opens
   nothing;
3. rows and package files go, then the free pages of the database;
4. outcome leaf;
5. the certificate: signed, with the proof that (4) is in the evidence.

A purge that was interrupted is taken up again, from (2), with the scope and the counts it
began with; only then is anything else destroyed.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from exchange.audit.events import EventKind, Outcome, read_event
from exchange.audit.log import EvidenceRows
from exchange.clock import Clock
from exchange.errors import AttentionError
from exchange.packages.naming import waiting_paths
from exchange.retention.plan import (
    DestructionPlan,
    OutboxPackage,
    RetainedRows,
    destruction_plan,
    is_doomed,
)
from exchange.transactions import Evidenced, Store
from keys.durable_files import sync_folder
from keys.keyring import Keyring
from schemas.agreement import Agreement

_PURGE_ID_BYTES = 8


@dataclass(frozen=True, slots=True)
class Purge:
    """One destruction: its scope and counts, fixed when it began, and how it ended.

    ``destroys_records`` tells whether people, held rows and keys are in its scope.
    """

    purge_id: str
    agreement_id: str
    begun_at: datetime
    destroys_records: bool
    people: int
    held_rows: int
    keys: tuple[str, ...]
    packages: tuple[OutboxPackage, ...]
    ended_at: datetime | None = None
    outcome_leaf: int | None = None


class PurgeRows(RetainedRows, Protocol):
    """What a purge needs of the database, inside a transaction."""

    def unfinished(self, agreement_id: str) -> Purge | None:
        """Give the purge that was interrupted, if any."""
        ...

    def save(self, purge: Purge) -> None:
        """Add a purge, or write it back."""
        ...

    def forget_records(self, agreement_id: str) -> None:
        """Delete people, held rows, staging and objections of an agreement."""
        ...

    def mark_removed(self, transfer_id: str, at: datetime) -> None:
        """Record that a package no longer lies in the outbox."""
        ...

    def has_certificate(self, purge_id: str) -> bool:
        """Tell whether the certificate of a purge is kept: the purge is over."""
        ...

    def keep_certificate(self, purge_id: str, document: bytes) -> None:
        """Keep the signed certificate."""
        ...


class Work(Evidenced, Protocol):
    """A transaction as the purge sees it."""

    @property
    def purges(self) -> PurgeRows:
        """The register of destructions and what they destroy."""
        ...

    @property
    def evidence_rows(self) -> EvidenceRows:
        """The evidence as it lies in the database."""
        ...


class PurgedStore(Store[Work], Protocol):
    """A database that can forget for good."""

    def overwrite_free_pages(self) -> None:
        """Rebuild the database file without what was deleted, and empty its journals."""
        ...


@dataclass(frozen=True, slots=True)
class Purger:
    """What a purge needs. ``package_path`` finds a published package in the outbox."""

    store: PurgedStore
    keyring: Keyring
    clock: Clock
    package_path: Callable[[OutboxPackage], Path]

    def interrupted(self, agreement: Agreement) -> Purge | None:
        """Give the purge that was not ended with its certificate, if there is one."""
        with self.store.read() as work:
            return work.purges.unfinished(agreement.id)

    def plan(self, agreement: Agreement, now: datetime) -> DestructionPlan:
        """Say what is due for destruction at ``now``."""
        keys = [entry.key_id for entry in self.keyring.entries()]
        with self.store.read() as work:
            return destruction_plan(agreement, work.purges, keys, now)

    def begin(self, agreement: Agreement, plan: DestructionPlan) -> Purge:
        """Commit the intent to destroy what is due."""
        purge = Purge(
            purge_id=secrets.token_hex(_PURGE_ID_BYTES),
            agreement_id=agreement.id,
            begun_at=self.clock.now(),
            destroys_records=plan.records_due,
            people=plan.people,
            held_rows=plan.held_rows,
            keys=plan.keys,
            packages=plan.packages,
        )
        with self.store.begin() as work:  # (1)
            work.purges.save(purge)
            _record(work, EventKind.PURGE_BEGUN, Outcome.BEGUN, purge)
        return purge

    def carry_out(self, purge: Purge) -> Purge:
        """Destroy what a purge that has begun is about; give it with its outcome."""
        if purge.outcome_leaf is not None:
            return purge
        if purge.destroys_records:
            self._destroy_keys(purge)  # (2)
        self._remove(purge)  # (3)
        return self._end(purge)  # (4)

    def refuse(self, agreement: Agreement) -> None:
        """Leave the evidence that a destruction was asked for before anything was due."""
        with self.store.begin() as work:
            work.evidence.record(EventKind.PURGE_REFUSED, Outcome.REFUSED, subject=agreement.id)

    def _destroy_keys(self, purge: Purge) -> None:
        ids = [entry.key_id for entry in self.keyring.entries()]
        if any(is_doomed(key_id, purge.agreement_id) for key_id in ids):
            self.keyring.destroy(lambda key_id: is_doomed(key_id, purge.agreement_id))

    def _remove(self, purge: Purge) -> None:
        with self.store.begin() as work:
            # Inside: whoever lost its claim removes no file that came to lie there since.
            self._remove_files(purge)
            if purge.destroys_records:
                work.purges.forget_records(purge.agreement_id)
            for package in purge.packages:
                work.purges.mark_removed(package.transfer_id, self.clock.now())
        self.store.overwrite_free_pages()

    def _remove_files(self, purge: Purge) -> None:
        for package in purge.packages:
            final = self.package_path(package)
            for path in (final, *waiting_paths(final)):
                path.unlink(missing_ok=True)
            if final.parent.exists():
                sync_folder(final.parent)

    def _end(self, purge: Purge) -> Purge:
        if purge.ended_at is None:
            purge = replace(purge, ended_at=self.clock.now())
            with self.store.begin() as work:
                _record(work, EventKind.PURGE_DONE, Outcome.DONE, purge)
                work.purges.save(purge)
        # The index of a leaf is known once it is committed.
        with self.store.begin() as work:
            ended = replace(purge, outcome_leaf=_outcome_leaf(work.evidence_rows, purge))
            work.purges.save(ended)
        return ended


def _outcome_leaf(rows: EvidenceRows, purge: Purge) -> int:
    # Near the end of the log: only a crash lets other acts come between.
    for index in range(rows.head().frontier.size - 1, -1, -1):
        event = read_event(rows.event(index))
        is_outcome = event.columns.kind == EventKind.PURGE_DONE
        if is_outcome and event.details["purge"] == purge.purge_id:
            return index
    raise AttentionError(
        "la fin de cette destruction n'est plus dans le journal des preuves",
        "ne modifiez rien ; lancez : spie-exchange audit verify",
    )


def _record(work: Work, kind: EventKind, outcome: Outcome, purge: Purge) -> None:
    work.evidence.record(
        kind,
        outcome,
        subject=purge.agreement_id,
        purge=purge.purge_id,
        people=purge.people,
        held_rows=purge.held_rows,
        packages=len(purge.packages),
        keys=list(purge.keys),
    )
