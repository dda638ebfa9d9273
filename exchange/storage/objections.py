"""Objections in the database, and who objects as a condition on rows with blind indexes."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, insert, or_, select, update

from exchange.objections import Objection, ObjectionReason
from exchange.people import RETENTION_CLASS
from exchange.storage.tables import objection

_COLUMNS = [objection.c[name] for name in Objection.__slots__]


class ObjectionTable:
    """Satisfies ``exchange.objections.ObjectionRows`` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def all(self, agreement_id: str) -> Sequence[Objection]:
        """Give the objections of an agreement, lifted ones included, oldest first."""
        return self._objections(objection.c.agreement_id == agreement_id)

    def identity(self, objection_id: str) -> bytes:
        """Give the blind index that an objection is about."""
        query = select(objection.c.identity).where(objection.c.objection_id == objection_id)
        identity: bytes = self._connection.execute(query).scalar_one()
        return identity

    def standing(self, agreement_id: str, identities: Sequence[bytes]) -> Sequence[Objection]:
        """Give the objections, not lifted, about any of these blind indexes."""
        return self._objections(
            objection.c.agreement_id == agreement_id,
            objection.c.identity.in_(identities),
            objection.c.lifted_at.is_(None),
        )

    def add(self, agreement_id: str, added: Objection, identity: bytes) -> None:
        """Keep an objection."""
        kept = {"agreement_id": agreement_id, "retention_class": RETENTION_CLASS}
        values = insert(objection).values(**asdict(added), **kept, identity=identity)
        self._connection.execute(values)

    def lift(self, objection_id: str, at: datetime) -> None:
        """Mark an objection as lifted."""
        one = update(objection).where(objection.c.objection_id == objection_id)
        self._connection.execute(one.values(lifted_at=at))

    def _objections(self, *conditions: ColumnElement[bool]) -> Sequence[Objection]:
        query = select(*_COLUMNS).where(*conditions).order_by(objection.c.added_at)
        return [
            Objection(row.objection_id, row.case_number, ObjectionReason(row.reason), *row[3:])
            for row in self._connection.execute(query)
        ]


def objecting(table: Table, agreement_id: str) -> ColumnElement[bool]:
    """Say which rows of a table are of people with an objection that stands."""
    listed = select(objection.c.identity).where(
        objection.c.agreement_id == agreement_id, objection.c.lifted_at.is_(None)
    )
    by_name = table.c.name_index.is_not(None) & table.c.name_index.in_(listed)
    return or_(table.c.identity.in_(listed), by_name)
