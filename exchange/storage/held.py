"""Held rows in the database."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, select, update

from exchange.intake.staging import HeldRow, WaitingRow
from exchange.people.person import SealedPerson
from exchange.storage.tables import held_row, load

_FETCH_ROWS = 1000
_WAITING = (
    select(
        held_row.c.load_id,
        held_row.c.line,
        *(held_row.c[name] for name in SealedPerson.__slots__),
    )
    .where(held_row.c.agreement_id == bindparam("of_agreement"))
    .execution_options(yield_per=_FETCH_ROWS)
)
"""Made once, as what else each load carries out."""


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
                load.c.load_number,
            )
            .join(load, load.c.load_id == held_row.c.load_id)
            .where(held_row.c.agreement_id == agreement_id)
            .order_by(load.c.load_number.desc(), load.c.ended_at.desc(), held_row.c.line)
        )
        return [HeldRow(*row) for row in self._connection.execute(query)]

    def waiting(self, agreement_id: str) -> Iterator[WaitingRow]:
        """Stream the held rows of an agreement with what is sealed in them."""
        rows = self._connection.execute(_WAITING, {"of_agreement": agreement_id})
        for load_id, line, *sealed in rows:
            yield WaitingRow(load_id, line, SealedPerson(*sealed))

    def count(self, agreement_id: str) -> int:
        """Count the held rows of an agreement."""
        query = select(func.count()).where(held_row.c.agreement_id == agreement_id)
        return self._connection.execute(query).scalar_one()

    def get(self, agreement_id: str, load_id: str, line: int) -> SealedPerson | None:
        """Give what is sealed in one held row, or ``None``."""
        columns = [held_row.c[name] for name in SealedPerson.__slots__]
        query = select(*columns).where(*_one(agreement_id, load_id, line))
        row = self._connection.execute(query).one_or_none()
        return None if row is None else SealedPerson(*row)

    def remove(self, agreement_id: str, load_id: str, line: int) -> None:
        """Remove one held row."""
        self._connection.execute(delete(held_row).where(*_one(agreement_id, load_id, line)))

    def hold_for(self, agreement_id: str, load_id: str, line: int, code: str) -> None:
        """Hold a row for another reason than it was."""
        one = update(held_row).where(*_one(agreement_id, load_id, line))
        self._connection.execute(one.values(held_code=code))


def _one(agreement_id: str, load_id: str, line: int) -> tuple[ColumnElement[bool], ...]:
    return (
        held_row.c.agreement_id == agreement_id,
        held_row.c.load_id == load_id,
        held_row.c.line == line,
    )
