"""Taking a held row into the base, for a written reason."""

from enum import StrEnum

from exchange.audit.events import EventKind, Outcome
from exchange.clock import Clock
from exchange.errors import RefusedError
from exchange.intake.admission import require_open
from exchange.intake.held import Work, find_held
from exchange.intake.outdated import outdated
from exchange.intake.recognition import DOUBTS, recognise
from exchange.intake.staging import HeldRow
from exchange.objections import require_no_objection
from exchange.people.sealing import person_sealing
from exchange.transactions import Store
from keys.keyring import Keyring
from keys.keyring_file import KeyPurpose
from keys.pseudonyms import evidence_pseudonym
from schemas.agreement import Agreement


class ReleaseReason(StrEnum):
    """Why a held row is taken in: a closed list, because the evidence keeps it for ever.

    Free text would bring names into the log.
    """

    EARLIER_ENTRY = "entree-anterieure"
    EXTENDED_ACTION = "action-prolongee"
    INSTRUCTION = "instruction"


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

    ``load_prefix`` is that of ``find_held``. Raises ``RefusedError`` when no such row is held,
    when its person objects, when the records are due for destruction, when a later load says
    more, and when nothing tells whose the row is: it is then held for that.
    """
    require_open(agreement, clock.now())
    sealing = person_sealing(keyring, agreement.id)
    with store.begin() as work:
        row, held = find_held(work, agreement, line, load_prefix)
        require_no_objection(work, agreement.id, held.identity, held.name_index)
        (recognised,) = recognise(work.people, sealing, [sealing.open(held)])
        refusal = outdated(work, agreement.id, row, recognised.known)
        doubt = row.code if row.code in DOUBTS else recognised.doubt
        if refusal is None and doubt is not None:
            work.held.hold_for(agreement.id, row.load_id, line, doubt)
            refusal = _perhaps_of_another(line)
        if refusal is None:
            work.held.remove(agreement.id, row.load_id, line)
            work.people.save(agreement.id, recognised.person, row.load_number, clock.now())
        key = keyring.current(KeyPurpose.PSEUDONYM, "evidence")
        work.evidence.record(
            EventKind.HELD_RELEASED,
            Outcome.REFUSED if refusal else Outcome.DONE,
            subject=agreement.id,
            why=reason,
            load=row.load_id,
            line=line,
            code=row.code,
            person=evidence_pseudonym(key, recognised.person.person_id),
        )
    if refusal is not None:
        raise refusal
    return row


def _perhaps_of_another(line: int) -> RefusedError:
    return RefusedError(
        f"on ne sait pas de qui est la ligne {line}",
        f"dites de qui elle est : spie-exchange person settle {line} --as same (ou other)",
    )
