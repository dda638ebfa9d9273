"""Whose the rejected lines are, for who corrects them in the local system.

The lines of a package follow an order drawn at random: their numbers find nobody there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Final, Protocol

from exchange.audit.events import EventKind, Outcome
from exchange.errors import RefusedError
from exchange.people.person import SealedPerson
from exchange.people.sealing import open_people, record_sealers
from exchange.transactions import Evidenced, Store
from exchange.transfers.transfer import TransferRows
from keys.keyring import Keyring

COLUMNS: Final = ("ligne", "codes", "nom", "prenom", "date_naissance")


@dataclass(frozen=True, slots=True)
class RejectedPerson:
    """One line that the recipient rejected under one code, and the person it was about."""

    line: int
    code: str
    person: SealedPerson


class RejectedRows(TransferRows, Protocol):
    """What this module needs of the register of transfers."""

    def rejected_people(self, transfer_id: str) -> Sequence[RejectedPerson]:
        """Give the rejected lines whose person is still in the base, in their order."""
        ...


class Work(Evidenced, Protocol):
    """A transaction as this module sees it."""

    @property
    def transfers(self) -> RejectedRows:
        """The register of transfers."""
        ...


def read_rejected(
    store: Store[Work], transfer_id: str, keyring: Keyring
) -> Sequence[Sequence[str]]:
    """Give a row of ``COLUMNS`` for each rejected line. Raises ``RefusedError`` for none.

    Properties that hold:

    1. only people of this transfer whose line was rejected are opened;
    2. of their records, what finds them in the local system is given, and nothing else;
    3. the reading is committed to the evidence before anything is given.
    """
    with store.begin() as work:
        transfer = work.transfers.get(transfer_id)
        rejected = work.transfers.rejected_people(transfer_id)  # (1)
        if transfer is None or not rejected:
            raise RefusedError(
                "aucune ligne rejetée de ce transfert ne désigne une personne de la base",
                "voyez ses réponses : spie-exchange transfer show",
            )
        sealers = record_sealers(keyring, transfer.agreement_id)
        lines = [list(same) for _, same in groupby(rejected, key=attrgetter("line"))]
        people = (codes[0].person for codes in lines)
        records = [record for _, record in open_people(transfer.agreement_id, people, sealers)]
        work.evidence.record(  # (3)
            EventKind.REJECTED_READ, Outcome.DONE, subject=transfer_id, rows=len(lines)
        )
    return [
        (
            *(str(codes[0].line), " ".join(one.code for one in codes)),
            *(record.nom, record.prenom, record.date_naissance),  # (2)
        )
        for codes, record in zip(lines, records, strict=True)
    ]
