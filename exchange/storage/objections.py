"""Objections in the database, and who objects as a condition on rows with blind indexes."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    Table,
    func,
    insert,
    or_,
    select,
    union,
    update,
)

from exchange.objections import Objection, ObjectionReason
from exchange.people.person import RETENTION_CLASS
from exchange.storage.tables import objection, person

_COLUMNS = [objection.c[name] for name in Objection.__slots__]
_INDEXES = ("identity", "name_index")


class ObjectionTable:
    """Satisfies ``exchange.objections.ObjectionRows`` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def all(self, agreement_id: str) -> Sequence[Objection]:
        """Give the objections of an agreement, lifted ones included, oldest first."""
        return self._objections(objection.c.agreement_id == agreement_id)

    def identity(self, objection_id: str) -> bytes:
        """Give the first blind index that an objection is about."""
        query = select(objection.c.identity).where(objection.c.objection_id == objection_id)
        identity: bytes = self._connection.execute(query).scalar_one()
        return identity

    def naming(self, agreement_id: str, index: bytes) -> Sequence[Objection]:
        """Give the objections, not lifted, that were given this blind index."""
        return self._objections(
            *_standing(agreement_id),
            or_(objection.c.identity == index, objection.c.name_index == index),
        )

    def standing(self, agreement_id: str, indexes: Sequence[bytes]) -> Sequence[Objection]:
        """Give the objections, not lifted, of who has, or is known to have, one of these."""
        theirs = or_(*(_known_with(agreement_id, objection.c[name], indexes) for name in _INDEXES))
        return self._objections(*_standing(agreement_id), theirs)

    def add(
        self, agreement_id: str, added: Objection, identity: bytes, name_index: bytes | None
    ) -> None:
        """Keep an objection; ``name_index`` where ``identity`` is over a local key."""
        kept = {"agreement_id": agreement_id, "retention_class": RETENTION_CLASS}
        indexes = {"identity": identity, "name_index": name_index}
        self._connection.execute(insert(objection).values(**asdict(added), **kept, **indexes))

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


def objecting(table: Table, agreement_id: str | BindParameter[str]) -> ColumnElement[bool]:
    """Say which rows of a table are of people with an objection that stands."""
    given = union(*(_given(agreement_id, name) for name in _INDEXES))
    return or_(*(_known_with(agreement_id, table.c[name], given) for name in _INDEXES))


def _given(agreement_id: str | BindParameter[str], name: str) -> Select[bytes]:
    index = objection.c[name]
    return select(index).where(*_standing(agreement_id), index.is_not(None))


def _known_with(
    agreement_id: str | BindParameter[str],
    index: ColumnElement[bytes],
    given: Sequence[bytes] | CompoundSelect[bytes],
) -> ColumnElement[bool]:
    """Say that an index is among those given, or somebody is known under it and one of them."""
    known = person.alias()
    mine = known.c.agreement_id == agreement_id
    by_name = select(known.c.identity).where(mine, known.c.name_index.in_(given))
    by_key = select(known.c.name_index).where(mine, known.c.identity.in_(given))
    # Of nobody it can be said that they do not object where NULL is compared. Its length tells,
    # and does not lead SQLite to the index of names, where it would read all of them.
    others = (by_name, by_key.where(func.length(known.c.name_index) > 0))
    return index.is_not(None) & or_(index.in_(given), *(index.in_(other) for other in others))


def _standing(
    agreement_id: str | BindParameter[str],
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return objection.c.agreement_id == agreement_id, objection.c.lifted_at.is_(None)
