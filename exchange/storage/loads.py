"""Loads in the database: staging, settling of duplicates, merging, held rows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)

from exchange.intake.staging import HeldRow, Merged, StagedRow
from exchange.people import RETENTION_CLASS, SealedPerson
from exchange.storage.instants import Instant
from exchange.storage.tables import held_row, load, person, staged_row


class LoadTable:
    """Satisfies ``exchange.intake.staging.LoadRows`` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def begin(self, load_id: str, agreement_id: str, at: datetime) -> None:
        """Record that a load has begun."""
        values = {"load_id": load_id, "agreement_id": agreement_id, "begun_at": at}
        self._connection.execute(insert(load).values(**values, accepted=0, refused=0, held=0))

    def stage(self, load_id: str, rows: Sequence[StagedRow]) -> None:
        """Add rows to the staging."""
        self._connection.execute(insert(staged_row), [_staged_values(load_id, row) for row in rows])

    def drop_contradictory(self, load_id: str) -> Iterator[int]:
        """Drop every row whose person stands there with other values; give their lines."""
        several = (
            select(staged_row.c.identity)
            .where(staged_row.c.load_id == load_id)
            .group_by(staged_row.c.identity)
            .having(func.min(staged_row.c.content_tag) != func.max(staged_row.c.content_tag))
        )
        doomed = select(staged_row.c.line).where(
            staged_row.c.load_id == load_id, staged_row.c.identity.in_(several)
        )
        return self._drop(load_id, doomed)

    def drop_identical(self, load_id: str) -> Iterator[int]:
        """Drop all but the first of identical rows; give the lines dropped."""
        first = (
            select(func.min(staged_row.c.line))
            .where(*_doubled(load_id))
            .group_by(staged_row.c.identity)
        )
        doomed = select(staged_row.c.line).where(
            *_doubled(load_id), staged_row.c.line.not_in(first)
        )
        return self._drop(load_id, doomed)

    def merge(self, load_id: str, agreement_id: str, at: datetime) -> Merged:
        """Take the staged rows into the base: people created or replaced, rows held."""
        accepted = select(func.count()).select_from(staged_row).where(*_accepted(load_id))
        total = self._connection.execute(accepted).scalar_one()
        replaced = self._replace_known(load_id, at)
        added = self._add_new(load_id, agreement_id, at)
        held = self._hold(load_id, agreement_id)
        self._discard(load_id)
        return Merged(added, replaced, total - added - replaced, held)

    def _discard(self, load_id: str) -> None:
        self._connection.execute(delete(staged_row).where(staged_row.c.load_id == load_id))

    def end(self, load_id: str, at: datetime, counts: Mapping[str, int], attested_by: str) -> None:
        """Record how a load ended."""
        values = {**counts, "ended_at": at, "attested_by": attested_by or None}
        self._connection.execute(update(load).where(load.c.load_id == load_id).values(values))

    def forget(self, load_id: str) -> None:
        """Remove a load that took nothing into the base, and its staging."""
        self._discard(load_id)
        self._connection.execute(delete(load).where(load.c.load_id == load_id))

    def unfinished(self, agreement_id: str) -> Sequence[str]:
        """Give the loads that neither ended nor were swept."""
        query = select(load.c.load_id).where(
            load.c.agreement_id == agreement_id, load.c.ended_at.is_(None)
        )
        return self._connection.execute(query).scalars().all()

    def last_ended_at(self, agreement_id: str) -> datetime | None:
        """Give when the last load of an agreement was taken into the base."""
        query = select(func.max(load.c.ended_at)).where(load.c.agreement_id == agreement_id)
        return self._connection.execute(query).scalar_one_or_none()

    def _drop(self, load_id: str, doomed: Select[int]) -> Iterator[int]:
        lines = self._connection.execute(doomed.order_by(staged_row.c.line)).scalars().all()
        if lines:
            of_load = delete(staged_row).where(staged_row.c.load_id == load_id)
            self._connection.execute(of_load.where(staged_row.c.line.in_(doomed)))
        return iter(lines)

    def _replace_known(self, load_id: str, at: datetime) -> int:
        staged = staged_row.c
        replaced = update(person).where(
            person.c.person_id == staged.person_id,
            person.c.content_tag != staged.content_tag,
            *_accepted(load_id),
        )
        columns = ("content_tag", "key_version", "schema_version", "entry_date", "sealed")
        values = {name: staged[name] for name in columns}
        return self._connection.execute(replaced.values(**values, updated_at=at)).rowcount

    def _add_new(self, load_id: str, agreement_id: str, at: datetime) -> int:
        added = {
            **_copied(("person_id", "identity", "content_tag", "key_version")),
            **_copied(("schema_version", "entry_date", "sealed")),
            "agreement_id": literal(agreement_id),
            "retention_class": literal(RETENTION_CLASS),
            "first_loaded_at": literal(at, Instant),
            "updated_at": literal(at, Instant),
        }
        known = select(person.c.person_id)
        source = select(*added.values()).where(
            *_accepted(load_id), staged_row.c.person_id.not_in(known)
        )
        return self._connection.execute(insert(person).from_select(list(added), source)).rowcount

    def _hold(self, load_id: str, agreement_id: str) -> int:
        staged_people = select(staged_row.c.identity).where(staged_row.c.load_id == load_id)
        older = delete(held_row).where(
            held_row.c.agreement_id == agreement_id, held_row.c.identity.in_(staged_people)
        )
        self._connection.execute(older)
        held = {
            **_copied(("load_id", "line", "held_code", "person_id", "identity", "content_tag")),
            **_copied(("key_version", "schema_version", "entry_date", "sealed")),
            "agreement_id": literal(agreement_id),
            "retention_class": literal(RETENTION_CLASS),
        }
        source = select(*held.values()).where(
            staged_row.c.load_id == load_id, staged_row.c.held_code != ""
        )
        return self._connection.execute(insert(held_row).from_select(list(held), source)).rowcount


class HeldTable:
    """Satisfies ``exchange.intake.staging.HeldRows`` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def all(self, agreement_id: str) -> Sequence[HeldRow]:
        """Give the held rows of an agreement, newest load first."""
        query = (
            select(
                held_row.c.load_id,
                held_row.c.line,
                held_row.c.held_code,
                load.c.ended_at,
            )
            .join(load, load.c.load_id == held_row.c.load_id)
            .where(held_row.c.agreement_id == agreement_id)
            .order_by(load.c.ended_at.desc(), held_row.c.line)
        )
        return [HeldRow(*row) for row in self._connection.execute(query)]

    def count(self, agreement_id: str) -> int:
        """Count the held rows of an agreement."""
        query = select(func.count()).where(held_row.c.agreement_id == agreement_id)
        return self._connection.execute(query).scalar_one()

    def take(self, agreement_id: str, load_id: str, line: int) -> SealedPerson | None:
        """Remove one held row and give what was sealed in it, or ``None``."""
        one = (
            held_row.c.agreement_id == agreement_id,
            held_row.c.load_id == load_id,
            held_row.c.line == line,
        )
        columns = [held_row.c[name] for name in SealedPerson.__slots__]
        row = self._connection.execute(select(*columns).where(*one)).one_or_none()
        self._connection.execute(delete(held_row).where(*one))
        return None if row is None else SealedPerson(*row)

    def forget(self, agreement_id: str) -> int:
        """Delete the held rows of an agreement; give how many there were."""
        gone = delete(held_row).where(held_row.c.agreement_id == agreement_id)
        return self._connection.execute(gone).rowcount


def _doubled(load_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    # By a sort, not an index: written to in random order, that took most of a large load.
    several = (
        select(staged_row.c.identity)
        .where(staged_row.c.load_id == load_id)
        .group_by(staged_row.c.identity)
        .having(func.count() > 1)
    )
    return staged_row.c.load_id == load_id, staged_row.c.identity.in_(several)


def _accepted(load_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return staged_row.c.load_id == load_id, staged_row.c.held_code == ""


def _copied(names: Sequence[str]) -> dict[str, Column[Any]]:
    return {name: staged_row.c[name] for name in names}


def _staged_values(load_id: str, row: StagedRow) -> dict[str, Any]:
    person_values = {name: getattr(row.person, name) for name in SealedPerson.__slots__}
    return {"load_id": load_id, "line": row.line, "held_code": row.held_code, **person_values}
