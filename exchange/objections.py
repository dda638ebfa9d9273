"""Who objects to having their data sent: a keyed list, which never says who.

What is kept are blind indexes, under the key that the records of the agreement have too: the
list goes with them. An objection holds for everybody of the names or of the local key given,
known or to come, and for whoever is known under both one of these and another: who objects by
key is found by name too, and the reverse. Homonyms are all left out.

Source: Regulation (EU) 2016/679, articles 18 and 21.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol, Self

from exchange.audit.events import EventKind, Outcome
from exchange.clock import Clock
from exchange.errors import RefusedError
from exchange.people.indexes import index_of_key, index_of_names
from exchange.people.sealing import person_sealing
from exchange.transactions import Evidenced, Store
from keys.keyring import Keyring
from keys.keyring_file import KeyPurpose
from keys.pseudonyms import evidence_pseudonym
from schemas.agreement import Agreement
from schemas.annex_e import LOCAL_KEY, Names, read_local_key, read_names

_ID_BYTES: Final = 8
LONGEST_CASE_NUMBER: Final = 24
CASE_NUMBER_PATTERN: Final = "[A-Z]{0,8}([./-]?[0-9]{1,8}){1,4}"
"""A word of eight capitals at most, then numbers: no room for a name and what goes with it."""
CASE_NUMBER_FORM: Final = (
    "huit majuscules au plus, puis des chiffres, avec point, barre ou tiret entre eux, "
    f"{LONGEST_CASE_NUMBER} signes au plus ; jamais un nom"
)


class ObjectionReason(StrEnum):
    """Why a person is left out."""

    OBJECTION = "article-21"
    RESTRICTION = "article-18"
    NO_ANSWER = "refus-de-repondre"


class LiftingReason(StrEnum):
    """Why a person is no longer left out."""

    TAKEN_BACK = "retrait-par-la-personne"
    WRONG_PERSON = "erreur-de-personne"
    OVERRIDDEN = "motif-imperieux"


@dataclass(frozen=True, slots=True)
class Objection:
    """One objection; nothing in it says whose it is."""

    objection_id: str
    case_number: str
    reason: ObjectionReason
    added_at: datetime
    lifted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Objector:
    """Who objects, as they were designated: by names, by local key, or by both."""

    names: Names | None = field(default=None, repr=False)
    local_key: str = field(default="", repr=False)

    @classmethod
    def designated_by(cls, cells: Mapping[str, str]) -> Self:
        """Read the three columns, ``local_key``, or both. Raises ``NamesError``."""
        local_key = read_local_key(cells.get(LOCAL_KEY, ""))
        columns = {column: cell for column, cell in cells.items() if column != LOCAL_KEY}
        return cls(read_names(columns) if columns or not local_key else None, local_key)


class ObjectionRows(Protocol):
    """What objections need of the database, inside a transaction."""

    def all(self, agreement_id: str) -> Sequence[Objection]:
        """Give the objections of an agreement, lifted ones included, oldest first."""
        ...

    def identity(self, objection_id: str) -> bytes:
        """Give the first blind index that an objection is about."""
        ...

    def naming(self, agreement_id: str, index: bytes) -> Sequence[Objection]:
        """Give the objections, not lifted, that were given this blind index."""
        ...

    def standing(self, agreement_id: str, indexes: Sequence[bytes]) -> Sequence[Objection]:
        """Give the objections, not lifted, of who has, or is known to have, one of these."""
        ...

    def add(
        self, agreement_id: str, objection: Objection, identity: bytes, name_index: bytes | None
    ) -> None:
        """Keep an objection; ``name_index`` where ``identity`` is over a local key."""
        ...

    def lift(self, objection_id: str, at: datetime) -> None:
        """Mark an objection as lifted."""
        ...


class Work(Evidenced, Protocol):
    """A transaction as this module sees it."""

    @property
    def objections(self) -> ObjectionRows:
        """The list."""
        ...


@dataclass(frozen=True, slots=True)
class ObjectionList:
    """The objections under one agreement."""

    store: Store[Work]
    agreement: Agreement
    keyring: Keyring
    clock: Clock

    def add(self, whose: Objector, case_number: str, reason: ObjectionReason) -> Objection:
        """Keep that a person objects.

        The same whether somebody is known or not: what is refused is to give again what an
        objection that stands was given. Raises ``RefusedError`` then, and when the case number
        could hold a name.
        """
        if not is_case_number(case_number):
            raise RefusedError(
                "le numéro de dossier n'a pas la forme attendue", f"écrivez {CASE_NUMBER_FORM}"
            )
        identity, name_index = self._indexes(whose)
        added = Objection(secrets.token_hex(_ID_BYTES), case_number, reason, self.clock.now())
        with self.store.begin() as work:
            standing = [
                work.objections.naming(self.agreement.id, index)
                for index in _present(identity, name_index)
            ]
            outcome = Outcome.REFUSED if all(standing) else Outcome.DONE
            if outcome is Outcome.DONE:
                work.objections.add(self.agreement.id, added, identity, name_index)
            self._record(
                work, EventKind.OBJECTION_ADDED, outcome, added, identity=identity, why=reason
            )
        if outcome is Outcome.REFUSED:
            already = standing[0][0]
            raise RefusedError(
                "cette personne est déjà sur la liste",
                f"opposition {already.objection_id}, dossier {already.case_number}",
            )
        return added

    def listed(self) -> list[Objection]:
        """List the objections; leaves evidence that they were listed."""
        with self.store.begin() as work:
            objections = list(work.objections.all(self.agreement.id))
            work.evidence.record(
                EventKind.OBJECTION_LISTED,
                Outcome.DONE,
                subject=self.agreement.id,
                rows=len(objections),
            )
        return objections

    def lift(self, objection_id: str, reason: LiftingReason) -> Objection:
        """End an objection. Raises ``RefusedError`` when none of that id stands."""
        with self.store.begin() as work:
            standing = {
                one.objection_id: one
                for one in work.objections.all(self.agreement.id)
                if one.lifted_at is None
            }
            if objection_id not in standing:
                raise RefusedError(
                    "aucune opposition en cours n'a cet identifiant",
                    "voyez-les : spie-exchange objection list",
                )
            lifted = replace(standing[objection_id], lifted_at=self.clock.now())
            identity = work.objections.identity(objection_id)
            work.objections.lift(objection_id, self.clock.now())
            self._record(
                work,
                EventKind.OBJECTION_LIFTED,
                Outcome.DONE,
                lifted,
                identity=identity,
                why=reason,
            )
        return lifted

    def _indexes(self, whose: Objector) -> tuple[bytes, bytes | None]:
        key = person_sealing(self.keyring, self.agreement.id).identity_key
        by_name = index_of_names(key, whose.names) if whose.names is not None else None
        if whose.local_key and self.agreement.local_key is None:
            raise RefusedError(
                "la convention ne nomme aucune clé locale",
                "désignez la personne par son nom, son prénom et sa date de naissance",
            )
        if by_name is None or whose.local_key:
            return index_of_key(key, whose.local_key), by_name
        return by_name, None

    def _record(
        self,
        work: Work,
        kind: EventKind,
        outcome: Outcome,
        objection: Objection,
        *,
        identity: bytes,
        why: ObjectionReason | LiftingReason,
    ) -> None:
        key = self.keyring.current(KeyPurpose.PSEUDONYM, "evidence")
        work.evidence.record(
            kind,
            outcome,
            subject=self.agreement.id,
            why=why,
            objection=objection.objection_id,
            case_number=objection.case_number,
            # Of the identity, not of a person id: perhaps nobody is known yet.
            person=evidence_pseudonym(key, identity),
        )


def is_case_number(text: str) -> bool:
    """Tell whether a text can be a case number, which stays in log and evidence."""
    matched = re.fullmatch(CASE_NUMBER_PATTERN, text)
    return matched is not None and len(text) <= LONGEST_CASE_NUMBER


def require_no_objection(
    work: Work, agreement_id: str, identity: bytes, name_index: bytes | None
) -> None:
    """Raise ``RefusedError`` when the person of these blind indexes objects."""
    standing = work.objections.standing(agreement_id, _present(identity, name_index))
    if standing:
        raise RefusedError(
            f"cette personne s'oppose (dossier {standing[0].case_number})",
            "sa ligne reste retenue ; voyez : spie-exchange objection list",
        )


def _present(identity: bytes, name_index: bytes | None) -> list[bytes]:
    return [identity] if name_index is None else [identity, name_index]
