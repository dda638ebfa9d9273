"""Rows held until an operator releases them."""

from enum import StrEnum
from typing import Protocol

from exchange.audit.events import EventKind, Outcome
from exchange.clock import Clock
from exchange.errors import RefusedError
from exchange.intake.admission import require_open
from exchange.intake.recognition import recognise
from exchange.intake.staging import HeldRow, HeldRows
from exchange.objections import ObjectionRows, require_no_objection
from exchange.people import PersonRows, SealedPerson, person_sealing
from exchange.transactions import Evidenced, Store
from keys.keyring import Keyring
from keys.keyring_file import KeyPurpose
from keys.pseudonyms import evidence_pseudonym
from schemas.agreement import Agreement
from schemas.annex_e import RuleCode

_HOMONYM = RuleCode.HOMONYME_POSSIBLE


class ReleaseReason(StrEnum):
    """Why a held row is taken in: a closed list, because the evidence keeps it for ever.

    Free text would bring names into the log.
    """

    EARLIER_ENTRY = "entree-anterieure"
    EXTENDED_ACTION = "action-prolongee"
    INSTRUCTION = "instruction"


class Work(Evidenced, Protocol):
    """A transaction as this module sees it."""

    @property
    def held(self) -> HeldRows:
        """The held rows."""
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


def release(
    store: Store[Work],
    agreement: Agreement,
    line: int,
    *,
    load_prefix: str,
    reason: ReleaseReason,
    keyring: Keyring,
    clock: Clock,
) -> HeldRow:
    """Take a held row into the base, for a written reason.

    ``load_prefix`` begins the id of its load; it may be empty when one load alone holds rows.
    Raises ``RefusedError`` when that load holds no row of that line, when the records are
    due for destruction, and when the row may be of a homonym: it is then held for that.
    """
    require_open(agreement, clock.now())
    sealing = person_sealing(keyring, agreement.id)
    with store.begin() as work:
        row, person = find_held(work, agreement, line, load_prefix)
        (recognised,) = recognise(work.people, sealing, [sealing.open(person)])
        may_be_homonym = row.code == _HOMONYM or recognised.may_be_homonym
        if may_be_homonym:
            work.held.hold_for(agreement.id, row.load_id, line, _HOMONYM)
        else:
            work.held.remove(agreement.id, row.load_id, line)
            work.people.save(agreement.id, recognised.person, clock.now())
            person = recognised.person
        key = keyring.current(KeyPurpose.PSEUDONYM, "evidence")
        work.evidence.record(
            EventKind.HELD_RELEASED,
            Outcome.REFUSED if may_be_homonym else Outcome.DONE,
            subject=agreement.id,
            why=reason,
            load=row.load_id,
            line=line,
            code=row.code,
            person=evidence_pseudonym(key, person.person_id),
        )
    if may_be_homonym:
        raise RefusedError(
            f"la ligne {line} est peut-être celle d'un homonyme",
            f"dites de qui elle est : spie-exchange person settle {line} --as same (ou other)",
        )
    return row


def find_held(
    work: Work, agreement: Agreement, line: int, load_prefix: str
) -> tuple[HeldRow, SealedPerson]:
    """Give a held row and what is sealed in it.

    Raises ``RefusedError`` when there is none, and when its person objects.
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
                require_no_objection(work, agreement.id, person.identity, person.name_index)
                return row, person
    raise RefusedError(f"aucune ligne {line} n'est retenue", "voyez-les : spie-exchange held list")
