"""Taking the staging of a load into the base, and counting beforehand what that would do.

The statements are made once, when the module is: of a load of one row, making them anew would be
a fifth of its time.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Executable,
    Select,
    String,
    Table,
    bindparam,
    func,
    insert,
    literal,
    or_,
    select,
    union,
    update,
)

from exchange.intake.staging import Merged
from exchange.people.person import RETENTION_CLASS, SealedPerson
from exchange.storage.instants import Instant
from exchange.storage.tables import held_row, load, person, staged_row, untaken_row

_CONTENT = ("content_tag", "key_version", "schema_version", "entry_date", "sealed")

_LOAD: BindParameter[str] = bindparam("of_load", type_=String)
_AGREEMENT: BindParameter[str] = bindparam("of_agreement", type_=String)
_AT: BindParameter[datetime] = bindparam("at", type_=Instant)

_STAGED = (staged_row.c.load_id == _LOAD,)
_ACCEPTED = (*_STAGED, staged_row.c.held_code == "")
_HELD = (*_STAGED, staged_row.c.held_code != "")
_IS_KNOWN = staged_row.c.person_id.in_(select(person.c.person_id))
_IS_OF_PERSON = person.c.person_id == staged_row.c.person_id
_IS_CHANGED = person.c.content_tag != staged_row.c.content_tag
_NUMBER = select(load.c.load_number).where(load.c.load_id == _LOAD).scalar_subquery()
_OF_WAITING = union(
    select(held_row.c.identity).where(held_row.c.agreement_id == _AGREEMENT),
    select(held_row.c.name_index).where(
        held_row.c.agreement_id == _AGREEMENT, held_row.c.name_index.is_not(None)
    ),
)
"""The blind indexes of the rows that wait."""


def _counting(*conditions: ColumnElement[bool]) -> Select[int]:
    return select(func.count(staged_row.c.line)).where(*conditions)


def _copied(names: Sequence[str]) -> dict[str, Column[Any]]:
    return {name: staged_row.c[name] for name in names}


def _names_of(table: Table) -> ColumnElement[bytes]:
    return func.coalesce(table.c.name_index, table.c.identity)


def _are_absent() -> tuple[ColumnElement[bool], ...]:
    taken_in = select(staged_row.c.person_id).where(*_ACCEPTED)
    untaken = untaken_row.c.load_id == _LOAD
    # A row that is held or was refused may be of any of the people of its key or its names; of
    # who has another key it is not.
    identities = union(
        select(staged_row.c.identity).where(*_HELD), select(untaken_row.c.identity).where(untaken)
    )
    names = union(
        select(_names_of(staged_row)).where(*_HELD), select(_names_of(untaken_row)).where(untaken)
    )
    return (
        person.c.agreement_id == _AGREEMENT,
        person.c.absent_since.is_(None),
        person.c.person_id.not_in(taken_in),
        person.c.identity.not_in(identities),
        person.c.identity.not_in(names),
        or_(person.c.name_index.is_(None), person.c.name_index.not_in(identities)),
    )


_COUNT = _counting(*_STAGED)
_COUNT_ACCEPTED = _counting(*_ACCEPTED)
_COUNT_EACH = select(
    func.count().filter(staged_row.c.held_code == ""),
    func.count().filter(staged_row.c.held_code != ""),
    func.count(staged_row.c.name_index),
).where(*_STAGED)
_COUNT_KNOWN = _counting(*_ACCEPTED, _IS_KNOWN)
_COUNT_CHANGED = _counting(*_ACCEPTED, _IS_OF_PERSON, _IS_CHANGED)
_REPLACE_KNOWN = (
    update(person)
    .where(_IS_OF_PERSON, _IS_CHANGED, *_ACCEPTED)
    .values({**_copied(_CONTENT), "load_number": _NUMBER, "updated_at": _AT})
)
_ADDED = {
    **_copied(SealedPerson.__slots__),
    "agreement_id": _AGREEMENT,
    "retention_class": literal(RETENTION_CLASS),
    "first_loaded_at": _AT,
    "updated_at": _AT,
    "load_number": _NUMBER,
}
_ADD_NEW = insert(person).from_select(
    list(_ADDED), select(*_ADDED.values()).where(*_ACCEPTED, ~_IS_KNOWN)
)
_GIVE_KEYS = (
    update(person)
    .where(
        _IS_OF_PERSON,
        staged_row.c.name_index.is_not(None),
        or_(
            person.c.identity != staged_row.c.identity,
            person.c.name_index != staged_row.c.name_index,
        ),
        *_ACCEPTED,
    )
    .values(_copied(("identity", "name_index", "homonym")))
)
_SEE_AGAIN = (
    update(person)
    .where(
        # By id only: the agreement, which is theirs anyway, would have SQLite read all of it.
        or_(
            person.c.absent_since.is_not(None),
            person.c.identity.in_(_OF_WAITING),
            person.c.name_index.in_(_OF_WAITING),
        ),
        person.c.person_id.in_(select(staged_row.c.person_id).where(*_ACCEPTED)),
    )
    .values(absent_since=None, load_number=_NUMBER)
)
_HOLDING = {
    **_copied(("load_id", "line", "held_code", *SealedPerson.__slots__)),
    "agreement_id": _AGREEMENT,
    "retention_class": literal(RETENTION_CLASS),
}
_HOLD = insert(held_row).from_select(list(_HOLDING), select(*_HOLDING.values()).where(*_HELD))
_SAID_AGAIN = select(*_copied(SealedPerson.__slots__).values()).where(
    *_STAGED,
    or_(staged_row.c.identity.in_(_OF_WAITING), staged_row.c.name_index.in_(_OF_WAITING)),
)
_COUNT_ABSENT = select(func.count()).select_from(person).where(*_are_absent())
_MARK_ABSENT = update(person).where(*_are_absent()).values(absent_since=_AT)


class MergingTable:
    """Satisfies ``exchange.intake.staging.Merging`` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def would_merge(self, load_id: str) -> Merged:
        """Count what ``merge`` would do, and do nothing."""
        of_load = {"of_load": load_id}
        total = self._count(_COUNT_ACCEPTED, of_load)
        known = self._count(_COUNT_KNOWN, of_load)
        changed = self._count(_COUNT_CHANGED, of_load)
        held = self._count(_COUNT, of_load) - total
        return Merged(total - known, changed, known - changed, held)

    def merge(self, load_id: str, agreement_id: str, at: datetime) -> Merged:
        """Take the staged rows into the base: people created or replaced, rows held."""
        of_load = {"of_load": load_id}
        of_both = {**of_load, "of_agreement": agreement_id}
        accepted, held, keyed = self._connection.execute(_COUNT_EACH, of_load).one()
        replaced = self._change(_REPLACE_KNOWN, {**of_load, "at": at})
        added = self._change(_ADD_NEW, {**of_both, "at": at})
        # What would change nothing is not asked: half the statements where a person is new.
        if keyed:
            # Known people get the local key, and the names beside it, that their rows have.
            self._change(_GIVE_KEYS, of_load)
        if added < accepted:
            # Those who were absent and are in the file again are present; and no row that waits
            # since before replaces what this file says, were it unchanged.
            self._change(_SEE_AGAIN, of_both)
        if held:
            self._change(_HOLD, of_both)
        return Merged(added, replaced, accepted - added - replaced, held)

    def said_again(self, load_id: str, agreement_id: str) -> Iterator[SealedPerson]:
        """Stream the staged rows that share a blind index with a row that waits."""
        of_both = {"of_load": load_id, "of_agreement": agreement_id}
        return (SealedPerson(*row) for row in self._connection.execute(_SAID_AGAIN, of_both))

    def count_absent(self, load_id: str, agreement_id: str) -> int:
        """Count the people, present until now, who are nowhere in the file."""
        return self._count(_COUNT_ABSENT, {"of_load": load_id, "of_agreement": agreement_id})

    def mark_absent(self, load_id: str, agreement_id: str, at: datetime) -> None:
        """Mark those whom ``count_absent`` counts: they leave the next transfers."""
        self._change(_MARK_ABSENT, {"of_load": load_id, "of_agreement": agreement_id, "at": at})

    def _count(self, query: Select[int], which: dict[str, str]) -> int:
        return self._connection.execute(query, which).scalar_one()

    def _change(self, change: Executable, which: dict[str, Any]) -> int:
        """Give how many rows were changed."""
        return self._connection.execute(change, which).rowcount
