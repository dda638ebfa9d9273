"""Noting an answer that came without a signature: a letter, a mail, a telephone call.

It rests on the operator's word alone. It cannot be taken back, since register and evidence
only go forward: the command is a dry run first. A signed answer is accepted after it as if
it had not been noted.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

from exchange.audit.events import EventKind, Outcome
from exchange.clock import Clock
from exchange.errors import RefusedError
from exchange.instants import local_day, noon_of
from exchange.transactions import Evidenced, Store
from exchange.transfers.answers import (
    ANSWER_LABELS,
    ANSWER_STEPS,
    Accepted,
    record_refused_answer,
    require_not_acknowledged,
)
from exchange.transfers.lifecycle import next_state
from exchange.transfers.transfer import Transfer, TransferRows, replace_or_stop
from schemas.annex_e import RuleCode
from schemas.canonical_json import encode
from schemas.manifest import TransferKind
from schemas.receipt import ReceiptKind

_FORMAT: Final = 1


class Channel(StrEnum):
    """How an unsigned answer came."""

    LETTER = "letter"
    MAIL = "mail"
    TELEPHONE = "telephone"
    IN_PERSON = "in-person"


CHANNEL_LABELS: Final[Mapping[Channel, str]] = MappingProxyType(
    {
        Channel.LETTER: "courrier",
        Channel.MAIL: "courriel",
        Channel.TELEPHONE: "téléphone",
        Channel.IN_PERSON: "de vive voix",
    }
)


class Work(Evidenced, Protocol):
    """A transaction as this module sees it."""

    @property
    def transfers(self) -> TransferRows:
        """The register of transfers."""
        ...


@dataclass(frozen=True, slots=True)
class UnsignedAnswer:
    """What an operator was told: of which transfer, how, on which day.

    ``rejections`` are (line, code), the first line being 1; a rejection has some, nothing
    else has any.
    """

    transfer_id: str
    kind: ReceiptKind
    channel: Channel
    received_on: date
    rejections: tuple[tuple[int, RuleCode], ...] = ()

    def document(self) -> bytes:
        """Give the text that is kept in the place of a signed one."""
        return encode(
            {
                "format": _FORMAT,
                "transfer": self.transfer_id,
                "kind": self.kind.value,
                "channel": self.channel.value,
                "received_on": self.received_on.isoformat(),
                "rejections": [[line, code.value] for line, code in self.rejections],
            }
        )


def preview_unsigned(store: Store[Work], answer: UnsignedAnswer, clock: Clock) -> Accepted:
    """Say what noting an answer would do. Raises ``RefusedError``; changes nothing."""
    with store.read() as work:
        return _judged(work, answer, clock.now())


def noted_agreement(store: Store[Work], answer: UnsignedAnswer) -> str:
    """Give the agreement to claim before an answer is noted.

    Refuses, with evidence, the name of no published transfer.
    """
    with _refusals_recorded(store), store.read() as work:
        transfer, _ = _published(work, answer.transfer_id)
        return transfer.agreement_id


def record_unsigned(store: Store[Work], answer: UnsignedAnswer, clock: Clock) -> Accepted:
    """Note an unsigned answer, or refuse it with evidence and change nothing else.

    To be called while its agreement is claimed, ``store`` fenced by the claim.

    Properties that hold:

    1. the transfer was published;
    2. a test package is never acknowledged so: only a signature proves a recipient;
    3. the answer came between the day it was published and today;
    4. the transfer's life admits the step, and an acknowledgement is the first;
    5. every rejected line is one that was sent, and only a rejection names any;
    6. the same answer was not noted before;
    7. register and evidence say that nobody signed it.
    """
    with _refusals_recorded(store), store.begin() as work:
        return _record(work, answer, clock.now())


@contextmanager
def _refusals_recorded(store: Store[Work]) -> Iterator[None]:
    try:
        yield
    except RefusedError as refused:
        record_refused_answer(store, refused)
        raise


def _record(work: Work, answer: UnsignedAnswer, now: datetime) -> Accepted:
    accepted = _judged(work, answer, now)
    transfer = accepted.transfer
    document = answer.document()
    digest = hashlib.sha256(document).hexdigest()
    at = transfer.answered_at or now
    work.transfers.add_receipt(
        transfer.transfer_id, digest, answer.kind, at, document, signed=False
    )
    if answer.rejections:
        rejected = [(line, code.value) for line, code in answer.rejections]
        work.transfers.add_rejections(transfer.transfer_id, rejected)
    replace_or_stop(work.transfers, transfer, transfer.epoch)
    work.evidence.record(
        EventKind.RECEIPT_NOTED,
        Outcome.DONE,
        subject=transfer.transfer_id,
        receipt_kind=answer.kind.value,
        receipt_digest=digest,
        channel=answer.channel.value,
        received_on=answer.received_on.isoformat(),
        rejected=accepted.rejected_lines,
    )
    return accepted


def _judged(work: Work, answer: UnsignedAnswer, now: datetime) -> Accepted:
    transfer, published_at = _published(work, answer.transfer_id)  # (1)
    if transfer.kind is TransferKind.TEST and answer.kind is ReceiptKind.ACKNOWLEDGEMENT:  # (2)
        raise RefusedError(
            "un paquet d'essai ne s'accuse que par une réponse signée : elle prouve la clé",
            "demandez au destinataire l'accusé signé, puis : spie-exchange receipt FICHIER.p7m",
        )
    _require_possible_day(answer.received_on, local_day(published_at), local_day(now))
    state = next_state(transfer.state, ANSWER_STEPS[answer.kind])  # (4)
    _require_lines(answer, transfer)  # (5)
    answers = work.transfers.answers(transfer.transfer_id)
    known = {kept.digest for kept in answers}
    if hashlib.sha256(answer.document()).hexdigest() in known:  # (6)
        raise RefusedError(
            "cette réponse a déjà été notée", "rien n'est à faire : voyez transfer show"
        )
    require_not_acknowledged(answer.kind, answers)  # (4)
    at = min(max(noon_of(answer.received_on), published_at), now)
    answered = replace(transfer, state=state, answered_at=at, unsigned_answer=True)  # (7)
    rejected = len({line for line, _ in answer.rejections})
    return Accepted(answered, ANSWER_LABELS[answer.kind], rejected)


def _published(work: Work, transfer_id: str) -> tuple[Transfer, datetime]:
    transfer = work.transfers.get(transfer_id)
    if transfer is None or transfer.published_at is None:
        raise RefusedError(
            "aucun transfert publié ne porte ce nom", "voyez-les : spie-exchange transfer list"
        )
    return transfer, transfer.published_at


def _require_possible_day(received_on: date, published_on: date, today: date) -> None:
    if not published_on <= received_on <= today:  # (3)
        raise RefusedError(
            f"une réponse du {received_on:%d/%m/%Y} n'est pas possible : le paquet est publié "
            f"depuis le {published_on:%d/%m/%Y}, et nous sommes le {today:%d/%m/%Y}",
            "vérifiez --received-on",
        )


def _require_lines(answer: UnsignedAnswer, transfer: Transfer) -> None:
    if bool(answer.rejections) != (answer.kind is ReceiptKind.REJECTION):
        raise RefusedError(
            "un rejet, et lui seul, désigne des lignes", "donnez --line et --code avec un rejet"
        )
    if not all(1 <= line <= (transfer.row_count or 0) for line, _ in answer.rejections):
        raise RefusedError(
            "une ligne rejetée n'est pas dans le paquet", "vérifiez --line avec le destinataire"
        )
