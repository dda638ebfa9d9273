"""The staging in the database: rows that wait, and what settles them by set operations."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from exchange.intake.staging import StagedRow
from exchange.people import SealedPerson
from exchange.storage.objections import objecting
from exchange.storage.streaming import streamed
from exchange.storage.tables import person, staged_row, untaken_row


class StagingTable:
    """Satisfies ``exchange.intake.staging.StagedRows`` inside one transaction.

    What merges the rows into the base is in ``exchange.storage.merging``.
    """

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def stage(self, load_id: str, rows: Sequence[StagedRow]) -> None:
        """Add rows to the staging."""
        self._connection.execute(insert(staged_row), [_staged_values(load_id, row) for row in rows])

    def keep_present(self, load_id: str, rows: Sequence[tuple[int, bytes]]) -> None:
        """Remember (line, blind index) of rows not taken in: their people are in the file."""
        values = [{"load_id": load_id, "line": n, "identity": index} for n, index in rows]
        self._connection.execute(insert(untaken_row), values)

    def differing(self, load_id: str) -> Iterator[tuple[int, SealedPerson]]:
        """Stream (line, person) of the identities that have several contents, one by one."""
        several = (
            select(staged_row.c.identity)
            .where(staged_row.c.load_id == load_id)
            .group_by(staged_row.c.identity)
            .having(func.count(staged_row.c.content_tag.distinct()) > 1)
        )
        query = (
            select(staged_row.c.line, *(staged_row.c[name] for name in SealedPerson.__slots__))
            .where(staged_row.c.load_id == load_id, staged_row.c.identity.in_(several))
            .order_by(staged_row.c.identity, staged_row.c.line)
        )
        return ((line, SealedPerson(*row)) for line, *row in streamed(self._connection, query))

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
        # A row may name anew somebody who is known, and objects, under another name or key.
        known = select(person.c.person_id).where(
            person.c.agreement_id == agreement_id, objecting(person, agreement_id)
        )
        objects = or_(objecting(staged_row, agreement_id), staged_row.c.person_id.in_(known))
        theirs = (staged_row.c.load_id == load_id, objects)
        objecting_rows = self._connection.execute(_present(*theirs)).rowcount
        if objecting_rows:
            self._connection.execute(delete(staged_row).where(*theirs))
        return objecting_rows

    def held_lines(self, load_id: str, code: str) -> Sequence[int]:
        """Give the lines of the staged rows that are held for one code."""
        query = (
            select(staged_row.c.line)
            .where(staged_row.c.load_id == load_id, staged_row.c.held_code == code)
            .order_by(staged_row.c.line)
        )
        return self._connection.execute(query).scalars().all()

    def discard(self, load_id: str) -> None:
        """Empty the staging of a load."""
        for table in (staged_row, untaken_row):
            self._connection.execute(delete(table).where(table.c.load_id == load_id))


def _present(*rows: ColumnElement[bool]) -> Insert:
    columns = ["load_id", "line", "identity"]
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
