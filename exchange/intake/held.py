"""Rows held until an operator settles them."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from exchange.audit.events import EventKind, Outcome
from exchange.clock import Clock
from exchange.errors import RefusedError
from exchange.intake.admission import require_open
from exchange.intake.staging import HeldRow, HeldRows
from exchange.people import PersonRows, SealedPerson, binding
from exchange.transactions import Evidenced, Store
from keys.keyring import Keyring
from keys.keyring_file import KeyPurpose
from keys.pseudonyms import evidence_pseudonym
from keys.sealing import RecordSealer
from schemas.agreement import Agreement


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

    ``load_prefix`` begins the id of its load; empty, it is the newest load that holds rows.
    Raises ``RefusedError`` when that load holds no row of that line, and when the records
    are due for destruction.
    """
    require_open(agreement, clock.now())
    with store.begin() as work:
        row = _held_row(work.held.all(agreement.id), line, load_prefix)
        person = None if row is None else work.held.take(agreement.id, row.load_id, line)
        if row is None or person is None:
            raise RefusedError(
                f"aucune ligne {line} n'est retenue", "voyez-les : spie-exchange held list"
            )
        person = _for_known_person(work, agreement.id, person, keyring)
        work.people.save(agreement.id, person, clock.now())
        key = keyring.current(KeyPurpose.PSEUDONYM, "evidence")
        work.evidence.record(
            EventKind.HELD_RELEASED,
            Outcome.DONE,
            subject=agreement.id,
            why=reason,
            load=row.load_id,
            line=line,
            code=row.code,
            person=evidence_pseudonym(key, person.person_id),
        )
    return row


def _held_row(rows: Sequence[HeldRow], line: int, load_prefix: str) -> HeldRow | None:
    load_id = next((row.load_id for row in rows if row.load_id.startswith(load_prefix)), None)
    return next((row for row in rows if (row.load_id, row.line) == (load_id, line)), None)


def _for_known_person(
    work: Work, agreement_id: str, person: SealedPerson, keyring: Keyring
) -> SealedPerson:
    """Seal the row anew when its person became known, under another id, while it was held."""
    known = work.people.known_ids(agreement_id, [person.identity]).get(person.identity)
    if known is None or known == person.person_id:
        return person
    key_id = keyring.latest(KeyPurpose.RECORDS, agreement_id)
    if key_id is None:
        raise RefusedError("les données de cette convention ont été détruites")
    sealer = RecordSealer(key_id, keyring.material(key_id))
    old = binding(agreement_id, person.person_id, person.schema_version)
    new = binding(agreement_id, known, person.schema_version)
    return SealedPerson(
        person_id=known,
        identity=person.identity,
        content_tag=person.content_tag,
        entry_date=person.entry_date,
        key_version=key_id.version,
        schema_version=person.schema_version,
        sealed=sealer.seal(sealer.open(person.sealed, old), new),
    )
