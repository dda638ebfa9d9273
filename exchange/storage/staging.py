"""The staging in the database: rows that wait, and what settles them by set operations."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Delete,
    Insert,
    String,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from exchange.intake.staging import DifferingRow, StagedRow, UntakenRow
from exchange.people.person import SealedPerson
from exchange.storage.objections import objecting
from exchange.storage.streaming import streamed
from exchange.storage.tables import person, staged_row, untaken_row

# What every load carries out is made once: of a load of one row, making it is half the time.
_STAGE = insert(staged_row)
_KEEP_PRESENT = insert(untaken_row)
_HELD_LINES = (
    select(staged_row.c.line)
    .where(
        staged_row.c.load_id == bindparam("of_load"),
        staged_row.c.held_code == bindparam("of_code"),
    )
    .order_by(staged_row.c.line)
)
_DISCARD = tuple(
    delete(table).where(table.c.load_id == bindparam("of_load"))
    for table in (staged_row, untaken_row)
)


class StagingTable:
    """Satisfies ``exchange.intake.staging.StagedRows`` inside one transaction.

    What merges the rows into the base is in ``exchange.storage.merging``.
    """

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def stage(self, load_id: str, rows: Sequence[StagedRow]) -> None:
        """Add rows to the staging."""
        self._connection.execute(_STAGE, [_staged_values(load_id, row) for row in rows])

    def keep_present(self, load_id: str, rows: Sequence[UntakenRow]) -> None:
        """Remember rows that are not taken in: their people are in the file."""
        values = [{"load_id": load_id, **asdict(row)} for row in rows]
        self._connection.execute(_KEEP_PRESENT, values)

    def differing(self, load_id: str) -> Iterator[DifferingRow]:
        """Stream the rows of the names with several contents or identities, name by name."""
        names = func.coalesce(staged_row.c.name_index, staged_row.c.identity)
        several = (
            select(names)
            .where(staged_row.c.load_id == load_id)
            .group_by(names)
            .having(_has_several(staged_row.c.content_tag) | _has_several(staged_row.c.identity))
        )
        is_known = staged_row.c.person_id.in_(select(person.c.person_id))
        columns = (staged_row.c[name] for name in SealedPerson.__slots__)
        query = (
            select(staged_row.c.line, is_known, *columns)
            .where(staged_row.c.load_id == load_id, names.in_(several))
            .order_by(names, staged_row.c.line)
        )
        for line, known, *sealed in streamed(self._connection, query):
            yield DifferingRow(line, SealedPerson(*sealed), is_known=known)

    def under_one_key(self, load_id: str) -> Sequence[int]:
        """Give the lines of the local keys that have several contents."""
        keyed = (staged_row.c.load_id == load_id, staged_row.c.name_index.is_not(None))
        several = (
            select(staged_row.c.identity)
            .where(*keyed)
            .group_by(staged_row.c.identity)
            .having(_has_several(staged_row.c.content_tag))
        )
        return self._lines(*keyed, staged_row.c.identity.in_(several))

    def claiming_one_person(self, load_id: str) -> Sequence[int]:
        """Give the lines of accepted rows of which several are of one known person."""
        accepted = (staged_row.c.load_id == load_id, staged_row.c.held_code == "")
        # Without a local key a person has the rows of one identity only: those were judged.
        keyed = select(staged_row.c.person_id).where(
            *accepted, staged_row.c.name_index.is_not(None)
        )
        several = (
            select(staged_row.c.person_id)
            .where(*accepted, keyed.exists())
            .group_by(staged_row.c.person_id)
            .having(func.count() > 1)
        )
        return self._lines(*accepted, staged_row.c.person_id.in_(several))

    def set_aside(self, load_id: str, lines: Sequence[int]) -> None:
        """Take rows out of the staging; their people are in the file all the same."""
        if lines:
            one = (staged_row.c.load_id == load_id, staged_row.c.line == bindparam("one_line"))
            each = [{"one_line": line} for line in lines]
            self._connection.execute(_present(*one), each)
            self._connection.execute(delete(staged_row).where(*one), each)

    def hold(self, load_id: str, lines: Sequence[int], code: str) -> None:
        """Hold staged rows that are not held yet."""
        if lines:
            accepted = (staged_row.c.load_id == load_id, staged_row.c.held_code == "")
            held = update(staged_row).where(*accepted, staged_row.c.line == bindparam("one_line"))
            each = [{"one_line": line} for line in lines]
            self._connection.execute(held.values(held_code=code), each)

    def drop_identical(self, load_id: str) -> Iterator[int]:
        """Drop all but the first of identical rows; give the lines dropped."""
        same = (staged_row.c.identity, staged_row.c.homonym, staged_row.c.content_tag)
        first = select(func.min(staged_row.c.line)).where(*_doubled(load_id)).group_by(*same)
        doomed = select(staged_row.c.line).where(
            *_doubled(load_id), staged_row.c.line.not_in(first)
        )
        lines = self._connection.execute(doomed.order_by(staged_row.c.line)).scalars().all()
        if lines:
            of_load = delete(staged_row).where(staged_row.c.load_id == load_id)
            self._connection.execute(of_load.where(staged_row.c.line.in_(doomed)))
        return iter(lines)

    def set_aside_objecting(self, load_id: str, agreement_id: str) -> int:
        """Take the rows of people who object out of the staging; give how many."""
        put_beside, take_away = _of_who_objects()
        whose = {"of_load": load_id, "of_agreement": agreement_id}
        objecting_rows = self._connection.execute(put_beside, whose).rowcount
        if objecting_rows:
            self._connection.execute(take_away, whose)
        return objecting_rows

    def held_lines(self, load_id: str, code: str) -> Sequence[int]:
        """Give the lines of the staged rows that are held for one code."""
        held = {"of_load": load_id, "of_code": code}
        return self._connection.execute(_HELD_LINES, held).scalars().all()

    def discard(self, load_id: str) -> None:
        """Empty the staging of a load."""
        for emptying in _DISCARD:
            self._connection.execute(emptying, {"of_load": load_id})

    def _lines(self, *conditions: ColumnElement[bool]) -> Sequence[int]:
        query = select(staged_row.c.line).where(*conditions).order_by(staged_row.c.line)
        return self._connection.execute(query).scalars().all()


@cache
def _of_who_objects() -> tuple[Insert, Delete]:
    """Give what puts rows of people who object beside the staging, and what takes them out.

    Made once: of a load of one row, making them anew would be a fifth of its time.
    """
    agreement: BindParameter[str] = bindparam("of_agreement", type_=String)
    of_load = staged_row.c.load_id == bindparam("of_load", type_=String)
    # A row may name anew somebody who is known, and objects, under another name or key. Only
    # those the load names are looked at, by their id: a condition on the agreement, which is
    # theirs anyway, would make SQLite read everybody of it for each push.
    named = select(staged_row.c.person_id).where(of_load, staged_row.c.person_id.is_not(None))
    known = select(person.c.person_id).where(
        person.c.person_id.in_(named), objecting(person, agreement)
    )
    theirs = (of_load, or_(objecting(staged_row, agreement), staged_row.c.person_id.in_(known)))
    return _present(*theirs), delete(staged_row).where(*theirs)


def _has_several(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return func.count(column.distinct()) > 1


def _present(*rows: ColumnElement[bool]) -> Insert:
    columns = ["load_id", "line", "identity", "name_index"]
    source = select(*(staged_row.c[name] for name in columns)).where(*rows)
    return insert(untaken_row).from_select(columns, source)


def _doubled(load_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    # By a sort, not an index: written to in random order, that took most of a large load.
    several = (
        select(staged_row.c.identity)
        .where(staged_row.c.load_id == load_id)
        .group_by(staged_row.c.identity)
        .having(func.count() > 1)
    )
    return staged_row.c.load_id == load_id, staged_row.c.identity.in_(several)


def _staged_values(load_id: str, row: StagedRow) -> dict[str, Any]:
    person_values = {name: getattr(row.person, name) for name in SealedPerson.__slots__}
    return {"load_id": load_id, "line": row.line, "held_code": row.held_code, **person_values}
