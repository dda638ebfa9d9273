"""Taking the staging of a load into the base, and counting beforehand what that would do."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    ScalarSelect,
    Table,
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


class MergingTable:
    """Satisfies ``exchange.intake.staging.Merging`` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def would_merge(self, load_id: str) -> Merged:
        """Count what ``merge`` would do, and do nothing."""
        total = self._count(*_accepted(load_id))
        known = self._count(*_accepted(load_id), _is_known())
        same_person = staged_row.c.person_id == person.c.person_id
        changed = self._count(*_accepted(load_id), same_person, _is_changed())
        held = self._count(staged_row.c.load_id == load_id) - total
        return Merged(total - known, changed, known - changed, held)

    def merge(self, load_id: str, agreement_id: str, at: datetime) -> Merged:
        """Take the staged rows into the base: people created or replaced, rows held."""
        total = self._count(*_accepted(load_id))
        replaced = self._replace_known(load_id, at)
        added = self._add_new(load_id, agreement_id, at)
        self._give_keys(load_id)
        self._see_again(load_id, agreement_id)
        held = self._hold(load_id, agreement_id)
        return Merged(added, replaced, total - added - replaced, held)

    def said_again(self, load_id: str, agreement_id: str) -> Iterator[SealedPerson]:
        """Stream the staged rows that share a blind index with a row that waits."""
        waiting = _indexes_of_waiting(agreement_id)
        query = select(*(staged_row.c[name] for name in SealedPerson.__slots__)).where(
            staged_row.c.load_id == load_id,
            or_(staged_row.c.identity.in_(waiting), staged_row.c.name_index.in_(waiting)),
        )
        return (SealedPerson(*row) for row in self._connection.execute(query))

    def count_absent(self, load_id: str, agreement_id: str) -> int:
        """Count the people, present until now, who are nowhere in the file."""
        query = select(func.count()).select_from(person).where(*_absent(load_id, agreement_id))
        return self._connection.execute(query).scalar_one()

    def mark_absent(self, load_id: str, agreement_id: str, at: datetime) -> None:
        """Mark those whom ``count_absent`` counts: they leave the next transfers."""
        gone = update(person).where(*_absent(load_id, agreement_id))
        self._connection.execute(gone.values(absent_since=at))

    def _count(self, *conditions: ColumnElement[bool]) -> int:
        query = select(func.count(staged_row.c.line)).where(*conditions)
        return self._connection.execute(query).scalar_one()

    def _replace_known(self, load_id: str, at: datetime) -> int:
        same_person = person.c.person_id == staged_row.c.person_id
        replaced = update(person).where(same_person, _is_changed(), *_accepted(load_id))
        values: dict[str, Any] = {name: staged_row.c[name] for name in _CONTENT}
        values["load_number"] = _number(load_id)
        return self._connection.execute(replaced.values(**values, updated_at=at)).rowcount

    def _add_new(self, load_id: str, agreement_id: str, at: datetime) -> int:
        added = {
            **_copied(SealedPerson.__slots__),
            "agreement_id": literal(agreement_id),
            "retention_class": literal(RETENTION_CLASS),
            "first_loaded_at": literal(at, Instant),
            "updated_at": literal(at, Instant),
            "load_number": _number(load_id),
        }
        source = select(*added.values()).where(*_accepted(load_id), ~_is_known())
        return self._connection.execute(insert(person).from_select(list(added), source)).rowcount

    def _give_keys(self, load_id: str) -> None:
        """Give known people the local key, and the names beside it, that their rows have."""
        given = {name: staged_row.c[name] for name in ("identity", "name_index", "homonym")}
        known = update(person).where(
            person.c.person_id == staged_row.c.person_id,
            staged_row.c.name_index.is_not(None),
            or_(
                person.c.identity != staged_row.c.identity,
                person.c.name_index != staged_row.c.name_index,
            ),
            *_accepted(load_id),
        )
        self._connection.execute(known.values(**given))

    def _see_again(self, load_id: str, agreement_id: str) -> None:
        """Let those who were absent and are in the file again be present.

        And let no row that waits since before replace what this file says, were it unchanged.
        """
        here = select(staged_row.c.person_id).where(*_accepted(load_id))
        waiting = _indexes_of_waiting(agreement_id)
        concerned = or_(
            person.c.absent_since.is_not(None),
            person.c.identity.in_(waiting),
            person.c.name_index.in_(waiting),
        )
        seen = update(person).where(
            person.c.agreement_id == agreement_id, concerned, person.c.person_id.in_(here)
        )
        self._connection.execute(seen.values(absent_since=None, load_number=_number(load_id)))

    def _hold(self, load_id: str, agreement_id: str) -> int:
        held = {
            **_copied(("load_id", "line", "held_code", *SealedPerson.__slots__)),
            "agreement_id": literal(agreement_id),
            "retention_class": literal(RETENTION_CLASS),
        }
        of_load = (staged_row.c.load_id == load_id, staged_row.c.held_code != "")
        source = select(*held.values()).where(*of_load)
        return self._connection.execute(insert(held_row).from_select(list(held), source)).rowcount


def _accepted(load_id: str) -> tuple[ColumnElement[bool], ...]:
    return staged_row.c.load_id == load_id, staged_row.c.held_code == ""


def _is_known() -> ColumnElement[bool]:
    return staged_row.c.person_id.in_(select(person.c.person_id))


def _is_changed() -> ColumnElement[bool]:
    return person.c.content_tag != staged_row.c.content_tag


def _number(load_id: str) -> ScalarSelect[int]:
    return select(load.c.load_number).where(load.c.load_id == load_id).scalar_subquery()


def _indexes_of_waiting(agreement_id: str) -> CompoundSelect[Any]:
    of_agreement = held_row.c.agreement_id == agreement_id
    return union(
        select(held_row.c.identity).where(of_agreement),
        select(held_row.c.name_index).where(of_agreement, held_row.c.name_index.is_not(None)),
    )


def _absent(load_id: str, agreement_id: str) -> tuple[ColumnElement[bool], ...]:
    taken_in = select(staged_row.c.person_id).where(*_accepted(load_id))
    held = (staged_row.c.load_id == load_id, staged_row.c.held_code != "")
    untaken = untaken_row.c.load_id == load_id
    # A row that is held or was refused may be of any of the people of its key or its names; of
    # who has another key it is not.
    identities = union(
        select(staged_row.c.identity).where(*held), select(untaken_row.c.identity).where(untaken)
    )
    names = union(
        select(_names_of(staged_row)).where(*held), select(_names_of(untaken_row)).where(untaken)
    )
    return (
        person.c.agreement_id == agreement_id,
        person.c.absent_since.is_(None),
        person.c.person_id.not_in(taken_in),
        person.c.identity.not_in(identities),
        person.c.identity.not_in(names),
        or_(person.c.name_index.is_(None), person.c.name_index.not_in(identities)),
    )


def _names_of(table: Table) -> ColumnElement[bytes]:
    return func.coalesce(table.c.name_index, table.c.identity)


def _copied(names: Sequence[str]) -> dict[str, Column[Any]]:
    return {name: staged_row.c[name] for name in names}
