"""Destructions in the database: the register, and the deletions themselves."""

import json
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from exchange.retention.plan import PublishedPackage
from exchange.retention.purge import Purge
from exchange.storage.tables import held_row, load, person, purge, staged_row, transfer

_COUNTS = ("people", "held_rows", "packages", "keys")


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
        query = select(func.count()).where(held_row.c.agreement_id == agreement_id)
        return self._connection.execute(query).scalar_one()

    def packages(self, agreement_id: str) -> tuple[PublishedPackage, ...]:
        """Give the packages that were published and not removed."""
        query = select(
            transfer.c.transfer_id, transfer.c.recipient_id, transfer.c.published_at
        ).where(
            transfer.c.agreement_id == agreement_id,
            transfer.c.published_at.is_not(None),
            transfer.c.package_removed_at.is_(None),
        )
        return tuple(PublishedPackage(*row) for row in self._connection.execute(query))

    def unfinished(self, agreement_id: str) -> Purge | None:
        """Give the purge that was interrupted, if any."""
        query = select(purge).where(
            purge.c.agreement_id == agreement_id, purge.c.certificate.is_(None)
        )
        row = self._connection.execute(query).mappings().first()
        if row is None:
            return None
        counts = json.loads(row["plan"])
        return Purge(
            purge_id=row["purge_id"],
            agreement_id=row["agreement_id"],
            begun_at=row["begun_at"],
            ended_at=row["ended_at"],
            outcome_leaf=row["outcome_leaf"],
            people=counts["people"],
            held_rows=counts["held_rows"],
            packages=counts["packages"],
            keys=tuple(counts["keys"]),
        )

    def save(self, saved: Purge) -> None:
        """Add a purge, or write it back."""
        values = asdict(saved)
        values["plan"] = json.dumps({name: values.pop(name) for name in _COUNTS})
        known = update(purge).where(purge.c.purge_id == saved.purge_id).values(values)
        if self._connection.execute(known).rowcount == 0:
            self._connection.execute(insert(purge).values(values))

    def forget_records(self, agreement_id: str) -> None:
        """Delete people, held rows and staging of an agreement."""
        loads = select(load.c.load_id).where(load.c.agreement_id == agreement_id)
        self._connection.execute(delete(staged_row).where(staged_row.c.load_id.in_(loads)))
        self._connection.execute(delete(held_row).where(held_row.c.agreement_id == agreement_id))
        self._connection.execute(delete(person).where(person.c.agreement_id == agreement_id))

    def mark_removed(self, transfer_id: str, at: datetime) -> None:
        """Record that a package no longer lies in the outbox."""
        one = update(transfer).where(transfer.c.transfer_id == transfer_id)
        self._connection.execute(one.values(package_removed_at=at))

    def keep_certificate(self, purge_id: str, document: bytes) -> None:
        """Keep the signed certificate; from then on the purge is over."""
        one = update(purge).where(purge.c.purge_id == purge_id)
        self._connection.execute(one.values(certificate=document))
