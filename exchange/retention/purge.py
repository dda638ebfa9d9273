"""The purge: destruction in numbered steps, each of which can be taken up again.

1. intent leaf and the row of the purge are committed;
2. the data key and the identity key are destroyed: the master key is replaced and the
   remaining keys are wrapped again, so that an old database with the new keyring opens
   nothing;
3. rows and package files go, then the free pages of the database;
4. outcome leaf;
5. the certificate: signed, with the proof that (4) is in the evidence.

A purge that was interrupted is taken up again, from (2), by the next one.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from exchange.audit.events import EventKind, Outcome
from exchange.audit.recording import Recorded
from exchange.clock import Clock
from exchange.retention.plan import DestructionPlan, PublishedPackage, RetainedRows
from exchange.transactions import Evidenced, Store
from keys.keyring import Keyring
from keys.keyring_file import KeyId, KeyPurpose
from schemas.agreement import Agreement

_PURGE_ID_BYTES = 8
_KEYS_OF_RECORDS: Final = (KeyPurpose.RECORDS, KeyPurpose.IDENTITY)


@dataclass(frozen=True, slots=True)
class Purge:
    """One destruction: what was due when it began, and what it did."""

    purge_id: str
    agreement_id: str
    begun_at: datetime
    people: int
    held_rows: int
    packages: int
    keys: tuple[str, ...] = ()
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
        """Delete people, held rows and staging of an agreement."""
        ...

    def mark_removed(self, transfer_id: str, at: datetime) -> None:
        """Record that a package no longer lies in the outbox."""
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
    package_path: Callable[[PublishedPackage], Path]

    def purge(self, agreement: Agreement, plan: DestructionPlan) -> Purge:
        """Destroy what is due; take an interrupted purge up again. Gives it with its outcome."""
        purge = self._begin(agreement, plan)  # (1)
        if purge.outcome_leaf is not None:
            return purge
        purge = self._destroy_keys(agreement, plan, purge)  # (2)
        self._remove(agreement, plan)  # (3)
        return self._end(purge)  # (4)

    def _begin(self, agreement: Agreement, plan: DestructionPlan) -> Purge:
        with self.store.begin() as work:
            interrupted = work.purges.unfinished(agreement.id)
            if interrupted is not None:
                return interrupted
            purge = Purge(
                purge_id=secrets.token_hex(_PURGE_ID_BYTES),
                agreement_id=agreement.id,
                begun_at=self.clock.now(),
                people=plan.people,
                held_rows=plan.held_rows,
                packages=len(plan.packages),
            )
            work.purges.save(purge)
            _record(work, EventKind.PURGE_BEGUN, Outcome.BEGUN, purge)
        return purge

    def _destroy_keys(self, agreement: Agreement, plan: DestructionPlan, purge: Purge) -> Purge:
        if not plan.records_due:
            return purge
        doomed = [key_id for key_id in self._key_ids() if _is_doomed(key_id, agreement.id)]
        purge = replace(purge, keys=purge.keys or tuple(map(str, doomed)))
        with self.store.begin() as work:
            work.purges.save(purge)
        if doomed:
            self.keyring.destroy(lambda key_id: _is_doomed(key_id, agreement.id))
        return purge

    def _remove(self, agreement: Agreement, plan: DestructionPlan) -> None:
        for package in plan.packages:
            self.package_path(package).unlink(missing_ok=True)
        with self.store.begin() as work:
            if plan.records_due:
                work.purges.forget_records(agreement.id)
            for package in plan.packages:
                work.purges.mark_removed(package.transfer_id, self.clock.now())
        self.store.overwrite_free_pages()

    def _end(self, purge: Purge) -> Purge:
        ended = replace(purge, ended_at=self.clock.now())
        with self.store.begin() as work:
            leaf = _record(work, EventKind.PURGE_DONE, Outcome.DONE, ended)
            work.purges.save(ended)
        # The index of a leaf is known once it is committed.
        ended = replace(ended, outcome_leaf=leaf.index)
        with self.store.begin() as work:
            work.purges.save(ended)
        return ended

    def _key_ids(self) -> list[KeyId]:
        return [entry.key_id for entry in self.keyring.entries()]


def _is_doomed(key_id: KeyId, agreement_id: str) -> bool:
    return key_id.purpose in _KEYS_OF_RECORDS and key_id.scope == agreement_id


def _record(work: Work, kind: EventKind, outcome: Outcome, purge: Purge) -> Recorded:
    return work.evidence.record(
        kind,
        outcome,
        subject=purge.agreement_id,
        purge=purge.purge_id,
        people=purge.people,
        held_rows=purge.held_rows,
        packages=purge.packages,
        keys=list(purge.keys),
    )
