"""Saying whose a held row is, when nothing tells."""

from collections.abc import Sequence
from enum import StrEnum

from exchange.audit.events import EventKind, Outcome
from exchange.clock import Clock
from exchange.errors import RefusedError
from exchange.intake.admission import require_open
from exchange.intake.held import Work, find_held
from exchange.intake.outdated import outdated
from exchange.intake.recognition import DOUBTS, candidates, is_key_known, seal_for
from exchange.intake.staging import HeldRow
from exchange.objections import require_no_objection
from exchange.people.person import KnownPerson
from exchange.people.sealing import person_sealing
from exchange.transactions import Store
from keys.keyring import Keyring
from keys.keyring_file import KeyPurpose
from keys.pseudonyms import evidence_pseudonym
from schemas.agreement import Agreement


class SettledAs(StrEnum):
    """Whose the row is: the known person's, or another's of the same names."""

    SAME = "same"
    OTHER = "other"


class SettlingReason(StrEnum):
    """How it is known whose the row is: a closed list, because the evidence keeps it for ever."""

    FILE_CHECKED = "dossier-verifie"
    PERSON_ASKED = "personne-jointe"
    LOCAL_SYSTEM = "systeme-local"


def settle(
    store: Store[Work],
    agreement: Agreement,
    line: int,
    *,
    load_prefix: str,
    settled_as: SettledAs,
    rank: int | None,
    reason: SettlingReason,
    keyring: Keyring,
    clock: Clock,
) -> HeldRow:
    """Take a row that nothing attributes into the base, for the person an operator names.

    The same: the known person is updated by the whole row; ``rank`` says which, from 1 in
    the order they were loaded, when several are known. Another: a new person beside them;
    not under a local key that is known, for it designates one person. ``load_prefix`` is that
    of ``find_held``. Raises ``RefusedError`` when no such row is held, when its person
    objects, when nobody or not exactly one person is meant, when a later load says more, and
    when the records are due for destruction.
    """
    require_open(agreement, clock.now())
    sealing = person_sealing(keyring, agreement.id)
    with store.begin() as work:
        row, held = find_held(work, agreement, line, load_prefix)
        require_no_objection(work, agreement.id, held.identity, held.name_index)
        _require_question(row)
        opened = sealing.open(held)
        (among,) = candidates(work.people, agreement.id, [opened])
        meant = _meant(among, rank) if settled_as is SettledAs.SAME else None
        person = seal_for(sealing, opened, meant, among)
        refusal = outdated(work, agreement.id, row, meant)
        if meant is None and is_key_known(opened, among):
            refusal = _key_of_another(line)
        if refusal is None:
            work.held.remove(agreement.id, row.load_id, line)
            work.people.save(agreement.id, person, row.load_number, clock.now())
        key = keyring.current(KeyPurpose.PSEUDONYM, "evidence")
        pseudonym = evidence_pseudonym(key, person.person_id)
        outcome = Outcome.REFUSED if refusal else Outcome.DONE
        _record(work, outcome, agreement, row, why=reason, settled_as=settled_as, person=pseudonym)
    if refusal is not None:
        raise refusal
    return row


def _record(
    work: Work,
    outcome: Outcome,
    agreement: Agreement,
    row: HeldRow,
    *,
    why: SettlingReason,
    settled_as: SettledAs,
    person: str,
) -> None:
    work.evidence.record(
        EventKind.PERSON_SETTLED,
        outcome,
        subject=agreement.id,
        why=why,
        load=row.load_id,
        line=row.line,
        settled_as=settled_as,
        person=person,
    )


def _require_question(row: HeldRow) -> None:
    if row.code not in DOUBTS:
        raise RefusedError(
            f"on sait de qui est la ligne {row.line} : elle est retenue pour {row.code}",
            f"spie-exchange held release {row.line} --reason MOTIF",
        )


def _key_of_another(line: int) -> RefusedError:
    return RefusedError(
        f"la clé locale de la ligne {line} est celle d'une personne connue ; une clé n'en désigne "
        "qu'une",
        "donnez à l'autre personne sa propre clé dans le système local, rechargez sa ligne, puis "
        f"écartez celle-ci : spie-exchange held discard {line} --reason ligne-erronee",
    )


def _meant(known: Sequence[KnownPerson], rank: int | None) -> KnownPerson:
    if not known:
        raise RefusedError(
            "personne n'est encore connu sous cette identité, que plusieurs lignes portent",
            "prenez d'abord l'une d'elles avec --as other",
        )
    if rank is None and len(known) > 1:
        raise RefusedError(
            f"{len(known)} personnes sont connues sous cette identité",
            f"dites laquelle : --rank 1 à {len(known)}, dans l'ordre de leur premier chargement",
        )
    rank = rank or 1
    if rank > len(known):
        raise RefusedError(
            f"il n'y a pas de personne de rang {rank} sous cette identité",
            f"le rang va de 1 à {len(known)}",
        )
    return known[rank - 1]
