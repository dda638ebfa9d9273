"""Rows held until an operator decides: their list, and those that are left out."""

from enum import StrEnum
from typing import Protocol

from exchange.audit.events import EventKind, Outcome
from exchange.errors import RefusedError
from exchange.intake.staging import HeldRow, HeldRows, LoadRows
from exchange.objections import ObjectionRows
from exchange.people.person import PersonRows, SealedPerson
from exchange.transactions import Evidenced, Store
from schemas.agreement import Agreement


class DiscardReason(StrEnum):
    """Why a held row is not taken in: a closed list, as those to release one."""

    OUTDATED = "ligne-perimee"
    WRONG = "ligne-erronee"
    INSTRUCTION = "instruction"


class Work(Evidenced, Protocol):
    """A transaction as this module sees it."""

    @property
    def held(self) -> HeldRows:
        """The held rows."""
        ...

    @property
    def loads(self) -> LoadRows:
        """The register of loads."""
        ...

    @property
    def objections(self) -> ObjectionRows:
        """The list of who objects."""
        ...

    @property
    def people(self) -> PersonRows:
        """The people already known."""
        ...


def held_rows(store: Store[Work], agreement: Agreement) -> list[HeldRow]:
    """List the held rows, newest load first; leaves evidence that they were listed."""
    with store.begin() as work:
        rows = list(work.held.all(agreement.id))
        work.evidence.record(
            EventKind.HELD_LISTED, Outcome.DONE, subject=agreement.id, rows=len(rows)
        )
    return rows


def discard(
    store: Store[Work], agreement: Agreement, line: int, *, load_prefix: str, reason: DiscardReason
) -> HeldRow:
    """Leave a held row out of the base, for a written reason; it is gone from here.

    ``load_prefix`` is that of ``find_held``. Raises ``RefusedError`` when no such row is held.
    """
    with store.begin() as work:
        row, _ = find_held(work, agreement, line, load_prefix)
        work.held.remove(agreement.id, row.load_id, line)
        work.evidence.record(
            EventKind.HELD_DISCARDED,
            Outcome.DONE,
            subject=agreement.id,
            why=reason,
            load=row.load_id,
            line=line,
            code=row.code,
        )
    return row


def find_held(
    work: Work, agreement: Agreement, line: int, load_prefix: str
) -> tuple[HeldRow, SealedPerson]:
    """Give a held row and what is sealed in it.

    ``load_prefix`` begins the id of its load; it may be empty when one load alone holds rows.
    Raises ``RefusedError`` when that load holds no row of that line.
    """
    rows = [row for row in work.held.all(agreement.id) if row.load_id.startswith(load_prefix)]
    load_ids = {row.load_id for row in rows}
    if len(load_ids) > 1:
        raise RefusedError(
            "plusieurs chargements ont des lignes retenues",
            "désignez le chargement par --load : spie-exchange held list",
        )
    load_id = next(iter(load_ids), None)
    for row in rows:
        if (row.load_id, row.line) == (load_id, line):
            person = work.held.get(agreement.id, row.load_id, line)
            if person is not None:
                return row, person
    raise RefusedError(f"aucune ligne {line} n'est retenue", "voyez-les : spie-exchange held list")
