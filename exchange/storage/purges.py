"""Destructions in the database: the register, and the deletions themselves."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from exchange.retention.ended import CertifiedPurge, EndedPurge
from exchange.retention.plan import OutboxPackage
from exchange.retention.purge import Purge
from exchange.storage.held import HeldTable
from exchange.storage.tables import (
    held_row,
    load,
    objection,
    person,
    purge,
    request_key,
    sent_line,
    staged_row,
    transfer,
    untaken_row,
)
from exchange.transfers.lifecycle import NEVER_LEFT, TransferState
from schemas.manifest import TransferKind

_STAGING = (staged_row, untaken_row)
_COLUMNS = ("purge_id", "agreement_id", "begun_at", "ended_at", "outcome_leaf")
_CERTIFIED = select(
    purge.c.purge_id, purge.c.ended_at, purge.c.plan, purge.c.agreement_id, purge.c.certificate
).where(purge.c.certificate.is_not(None))


class PurgeTable:
    """Satisfies ``exchange.retention.purge.PurgeRows`` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def count_people(self, agreement_id: str) -> int:
        """Count the people of an agreement."""
        query = select(func.count()).where(person.c.agreement_id == agreement_id)
        return self._connection.execute(query).scalar_one()

    def count_held(self, agreement_id: str) -> int:
        """Count the held rows of an agreement."""
        return HeldTable(self._connection).count(agreement_id)

    def count_staged(self, agreement_id: str) -> int:
        """Count the rows that a killed load left staged."""
        loads = select(load.c.load_id).where(load.c.agreement_id == agreement_id)
        queries = (select(func.count()).where(table.c.load_id.in_(loads)) for table in _STAGING)
        return sum(self._connection.execute(query).scalar_one() for query in queries)

    def packages(self, agreement_id: str) -> tuple[OutboxPackage, ...]:
        """Give the packages that were not removed, those that never left included."""
        query = (
            select(
                transfer.c.transfer_id,
                transfer.c.recipient_id,
                transfer.c.kind == TransferKind.TEST,
            )
            .where(
                transfer.c.agreement_id == agreement_id,
                transfer.c.state.not_in((TransferState.ABANDONED, TransferState.CANCELLED)),
                transfer.c.package_removed_at.is_(None),
            )
            .order_by(transfer.c.transfer_id)
        )
        return tuple(OutboxPackage(*row) for row in self._connection.execute(query))

    def unfinished(self, agreement_id: str) -> Purge | None:
        """Give the purge that was interrupted, if any."""
        query = select(purge).where(
            purge.c.agreement_id == agreement_id, purge.c.certificate.is_(None)
        )
        row = self._connection.execute(query).mappings().first()
        if row is None:
            return None
        plan = json.loads(row["plan"])
        plan["keys"] = tuple(plan["keys"])
        plan["packages"] = tuple(OutboxPackage(**package) for package in plan["packages"])
        return Purge(**plan, **{name: row[name] for name in _COLUMNS})

    def certified(self, agreement_id: str) -> Sequence[CertifiedPurge]:
        """Give the destructions of an agreement that are over, in the order they ended."""
        query = _CERTIFIED.where(purge.c.agreement_id == agreement_id)
        rows = self._connection.execute(query.order_by(purge.c.ended_at, purge.c.purge_id))
        return [_certified(row) for row in rows]

    def certified_as(self, purge_id: str) -> CertifiedPurge | None:
        """Give the destruction of that id once it is over."""
        row = self._connection.execute(_CERTIFIED.where(purge.c.purge_id == purge_id)).one_or_none()
        return None if row is None else _certified(row)

    def ended_since(self, agreement_id: str, since: datetime) -> tuple[EndedPurge, ...]:
        """Give the certified destructions that ended since, in the order they did."""
        query = (
            select(purge.c.purge_id, purge.c.ended_at, purge.c.plan)
            .where(
                purge.c.agreement_id == agreement_id,
                purge.c.certificate.is_not(None),
                purge.c.ended_at >= since,
            )
            .order_by(purge.c.ended_at)
        )
        return tuple(_ended(*row) for row in self._connection.execute(query))

    def save(self, saved: Purge) -> None:
        """Add a purge, or write it back."""
        document = asdict(saved)
        values = {name: document.pop(name) for name in _COLUMNS}
        values["plan"] = json.dumps(document)
        known = update(purge).where(purge.c.purge_id == saved.purge_id).values(values)
        if self._connection.execute(known).rowcount == 0:
            self._connection.execute(insert(purge).values(values))

    def forget_records(self, agreement_id: str) -> None:
        """Delete people, held rows, staging and objections of an agreement, and kept answers.

        Those of every agreement: whoever sends a request again is told by the log that it was
        done.
        """
        loads = select(load.c.load_id).where(load.c.agreement_id == agreement_id)
        for table in _STAGING:
            self._connection.execute(delete(table).where(table.c.load_id.in_(loads)))
        for table in (held_row, person, objection):
            self._connection.execute(delete(table).where(table.c.agreement_id == agreement_id))
        self._connection.execute(update(request_key).values(status=None, headers=None, body=None))

    def mark_removed(self, transfer_id: str, at: datetime) -> None:
        """Record that a package no longer lies in the outbox; one that never left is given up."""
        one = update(transfer).where(transfer.c.transfer_id == transfer_id)
        self._connection.execute(one.values(package_removed_at=at))
        unsent = select(transfer.c.transfer_id).where(
            transfer.c.transfer_id == transfer_id, transfer.c.state.in_(NEVER_LEFT)
        )
        self._connection.execute(delete(sent_line).where(sent_line.c.transfer_id.in_(unsent)))
        never_left = one.where(transfer.c.state.in_(NEVER_LEFT))
        self._connection.execute(never_left.values(state=TransferState.ABANDONED))

    def has_certificate(self, purge_id: str) -> bool:
        """Tell whether the certificate of a purge is kept: the purge is over."""
        query = select(purge.c.certificate.is_not(None)).where(purge.c.purge_id == purge_id)
        return bool(self._connection.execute(query).scalar_one_or_none())

    def keep_certificate(self, purge_id: str, document: bytes) -> None:
        """Keep the signed certificate; from then on the purge is over."""
        one = update(purge).where(purge.c.purge_id == purge_id)
        self._connection.execute(one.values(certificate=document))


def _certified(row: Row[str, datetime, str, str, bytes]) -> CertifiedPurge:
    return CertifiedPurge(
        row.agreement_id, _ended(row.purge_id, row.ended_at, row.plan), row.certificate
    )


def _ended(purge_id: str, ended_at: datetime, plan: str) -> EndedPurge:
    document = json.loads(plan)
    return EndedPurge(
        purge_id=purge_id,
        ended_at=ended_at,
        destroyed_records=document["destroys_records"],
        people=document["people"],
        held_rows=document["held_rows"],
        packages=len(document["packages"]),
    )
