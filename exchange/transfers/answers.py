"""The answers kept of a transfer: signed by its recipient, or noted on an operator's word.

What nobody signed is marked wherever it is shown, and never stands in the way of what the
recipient signs later.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from exchange.audit.events import EventKind, Outcome
from exchange.errors import RefusedError
from exchange.transactions import Evidenced, Store
from exchange.transfers.lifecycle import STATE_LABELS, TRANSITIONS, TransferState, TransferStep
from exchange.transfers.transfer import KeptAnswer, Transfer
from schemas.receipt import ReceiptKind

ANSWER_STEPS: Final[Mapping[ReceiptKind, TransferStep]] = MappingProxyType(
    {
        ReceiptKind.ACKNOWLEDGEMENT: TransferStep.ACKNOWLEDGE,
        ReceiptKind.REJECTION: TransferStep.REJECT_LINES,
        ReceiptKind.DESTRUCTION: TransferStep.DECLARE_DESTRUCTION,
    }
)
ANSWER_LABELS: Final[Mapping[ReceiptKind, str]] = MappingProxyType(
    {
        ReceiptKind.ACKNOWLEDGEMENT: "accusé de réception",
        ReceiptKind.REJECTION: "rejet de lignes",
        ReceiptKind.DESTRUCTION: "déclaration de destruction",
    }
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """An answer that was accepted, and where the transfer stands after it."""

    transfer: Transfer
    label: str
    rejected_lines: int


def require_not_acknowledged(kind: ReceiptKind, answers: Iterable[KeptAnswer]) -> None:
    """Refuse a second acknowledgement, in the states too that admit one late.

    ``answers`` are those that count: what nobody signed never stands in a signed one's way.
    """
    if kind is not ReceiptKind.ACKNOWLEDGEMENT:
        return
    if any(answer.kind is ReceiptKind.ACKNOWLEDGEMENT for answer in answers):
        raise RefusedError(
            "ce paquet a déjà été accusé, un second accusé n'y change rien",
            "rien n'est à faire ; demandez au destinataire ce qu'il a voulu dire",
        )


def record_refused_answer(store: Store[Evidenced], refused: RefusedError) -> None:
    """Leave the evidence that an answer was refused."""
    with store.begin() as work:
        work.evidence.record(
            EventKind.RECEIPT_REFUSED, Outcome.REFUSED, subject="receipt", why=refused.message
        )


def is_unconfirmed(answers: Iterable[KeptAnswer]) -> bool:
    """Tell whether something was answered of which no signed answer says the same."""
    kept = tuple(answers)
    return bool({a.kind for a in kept} - {a.kind for a in kept if a.signed})


def state_by_signatures(transfer: Transfer, answers: Iterable[KeptAnswer]) -> TransferState:
    """Give where the transfer would stand if only what was signed had been answered."""
    state = TransferState.PUBLISHED if transfer.withdrawn_at is None else TransferState.WITHDRAWN
    for answer in answers:
        if answer.signed:
            state = TRANSITIONS.get((state, ANSWER_STEPS[answer.kind]), state)
    return state


def standing(transfer: Transfer, *, is_late: bool = False) -> str:
    """Say in French where a transfer stands, and what is to be known of it."""
    return STATE_LABELS[transfer.state] + marks(transfer, is_late=is_late)


def sent_standing(transfer: Transfer, when: str, *, is_late: bool) -> str:
    """Say of what has left when it did, and where it has come to since: answers have other days."""
    is_answered = transfer.state is not TransferState.PUBLISHED
    since = f" — {STATE_LABELS[transfer.state]}" if is_answered else ""
    return f"envoyé le {when}{since}{marks(transfer, is_late=is_late)}"


def marks(transfer: Transfer, *, is_late: bool) -> str:
    """Say that it is late, that nobody had declared its data ready, or signed its answer."""
    left = transfer.published_at is not None
    said = (
        (is_late, "EN RETARD"),
        (left and transfer.undeclared, "NON DÉCLARÉ"),
        (transfer.unsigned_answer, "réponse NON SIGNÉE"),
    )
    return "".join(f" — {mark}" for applies, mark in said if applies)
