"""The register of loads in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from exchange.intake.load_register import RegisteredLoad
from exchange.storage.staging import StagingTable
from exchange.storage.tables import load

_NEXT_NUMBER = select(func.coalesce(func.max(load.c.load_number), 0) + 1).where(
    load.c.agreement_id == bindparam("of_agreement")
)
# Made once: a load of one row spends more on making them than on carrying them out.
_BEGIN = insert(load).values(
    accepted=0, refused=0, held=0, load_number=_NEXT_NUMBER.scalar_subquery()
)
_END = update(load).where(load.c.load_id == bindparam("of_load"))
_UNFINISHED = select(load.c.load_id).where(
    load.c.agreement_id == bindparam("of_agreement"), load.c.ended_at.is_(None)
)


class LoadTable:
    """Satisfies ``LoadRows`` and ``LoadRegister`` of ``exchange.intake`` in one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def begin(self, load_id: str, agreement_id: str, mode: str, at: datetime) -> None:
        """Record that a load has begun, and give it the next number of its agreement."""
        values = {"load_id": load_id, "agreement_id": agreement_id, "mode": mode, "begun_at": at}
        self._connection.execute(_BEGIN, {**values, "of_agreement": agreement_id})

    def end(self, load_id: str, at: datetime, counts: Mapping[str, int], attested_by: str) -> None:
        """Record how a load ended, and empty its staging; ``counts`` by its columns' names."""
        StagingTable(self._connection).discard(load_id)
        values = {**counts, "ended_at": at, "attested_by": attested_by or None}
        self._connection.execute(_END, {**values, "of_load": load_id})

    def forget(self, load_id: str) -> None:
        """Remove a load that took nothing into the base, and its staging."""
        StagingTable(self._connection).discard(load_id)
        self._connection.execute(delete(load).where(load.c.load_id == load_id))

    def unfinished(self, agreement_id: str) -> Sequence[str]:
        """Give the loads that neither ended nor were swept."""
        return self._connection.execute(_UNFINISHED, {"of_agreement": agreement_id}).scalars().all()

    def ended(self, agreement_id: str) -> Sequence[RegisteredLoad]:
        """Give the loads of an agreement that were taken into the base, oldest first."""
        shown = (load.c[field.name] for field in fields(RegisteredLoad))
        query = (
            select(*shown)
            .where(load.c.agreement_id == agreement_id, load.c.ended_at.is_not(None))
            .order_by(load.c.load_number)
        )
        return [RegisteredLoad(*row) for row in self._connection.execute(query)]

    def last_of_mode(self, agreement_id: str, mode: str) -> int:
        """Give the number of the last load of a mode taken into the base; 0 for none."""
        query = select(func.coalesce(func.max(load.c.load_number), 0)).where(
            load.c.agreement_id == agreement_id, load.c.mode == mode, load.c.ended_at.is_not(None)
        )
        number: int = self._connection.execute(query).scalar_one()
        return number

    def last_ended_at(self, agreement_id: str) -> datetime | None:
        """Give when the last load of an agreement was taken into the base."""
        query = select(func.max(load.c.ended_at)).where(load.c.agreement_id == agreement_id)
        return self._connection.execute(query).scalar_one_or_none()
