"""Sendings that were begun and not ended, and whether they may still leave. Decides only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from exchange.transfers.approval import approval_obstacles
from exchange.transfers.contractual import contractual
from exchange.transfers.lifecycle import INTERRUPTED, TO_FINISH, TransferState
from exchange.transfers.obstacles import (
    Obstacle,
    data_obstacles,
    end_obstacles,
    recipient_obstacles,
)
from exchange.transfers.owed import Owing, owed_transfers, would_carry_nobody
from exchange.transfers.proven import proof_obstacles
from exchange.transfers.register import Register
from exchange.transfers.resending import interrupted_obstacles
from exchange.transfers.revision_obstacles import unlisted_obstacles
from exchange.transfers.transfer import Transfer
from schemas.agreement import Agreement, Deadline
from schemas.manifest import TransferKind

_BEGUN: Final = TO_FINISH | {TransferState.AWAITING_APPROVAL}


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A transfer that is neither published nor given up, and what keeps it from leaving.

    ``is_over`` tells that it never may: its agreement has ended, or its recipient has left.
    """

    transfer: Transfer
    obstacles: tuple[Obstacle, ...]
    is_over: bool


def interrupted_transfers(
    work: Register, agreement: Agreement, now: datetime
) -> Iterator[Interrupted]:
    """Give what a killed command left, or a command at work is about to end."""
    for transfer in work.transfers.all(agreement.id):
        if transfer.state in INTERRUPTED:
            yield _looked_at(work, agreement, transfer, now)


def unfinished_revisions(
    work: Register, agreement: Agreement, now: datetime
) -> Iterator[Interrupted]:
    """Give the later revisions that were begun and not ended, those to be approved included."""
    for transfer in work.transfers.all(agreement.id):
        if transfer.follows and transfer.state in _BEGUN:
            yield _looked_at(work, agreement, transfer, now)


def _looked_at(
    work: Register, agreement: Agreement, transfer: Transfer, now: datetime
) -> Interrupted:
    ended = _ended(agreement, transfer, now)
    obstacles = tuple(ended or _obstacles(work, agreement, transfer, now))
    return Interrupted(transfer, obstacles, bool(ended))


def _ended(agreement: Agreement, transfer: Transfer, now: datetime) -> list[Obstacle]:
    recipient = agreement.recipient(transfer.recipient_id)
    found = recipient_obstacles(agreement, recipient, now)
    if transfer.kind is not TransferKind.TEST:
        found += end_obstacles(agreement, now)
    return list(dict.fromkeys(found))


def _obstacles(
    work: Register, agreement: Agreement, transfer: Transfer, now: datetime
) -> list[Obstacle]:
    if transfer.kind is TransferKind.TEST:
        return []
    if transfer.follows:
        return interrupted_obstacles(work, agreement, transfer, now)
    return _contractual_obstacles(work, agreement, transfer, now)


def _contractual_obstacles(
    work: Register, agreement: Agreement, transfer: Transfer, now: datetime
) -> list[Obstacle]:
    deadline = agreement.deadline(transfer.deadline_id)
    owed = owed_transfers(work, agreement, now, [deadline])
    mine = [one for one in owed if one.dispatch.recipient.id == transfer.recipient_id]
    if not mine:
        recipient = agreement.recipient(transfer.recipient_id)
        return unlisted_obstacles(contractual(agreement, deadline, recipient, None))
    [one] = mine
    is_empty = one.owing is Owing.NOTHING_NEW or would_carry_nobody(work, one)
    hindering = [
        *([_nobody_new(deadline)] if is_empty else []),
        *data_obstacles(one.dispatch, now),
        *proof_obstacles(work, agreement, one.dispatch.recipient),
    ]
    return hindering or approval_obstacles(work, one.dispatch)


def _nobody_new(deadline: Deadline) -> Obstacle:
    return Obstacle(
        "il n'y a personne de nouveau à envoyer (not_yet_sent)",
        "s'il manque quelqu'un : spie-exchange import FICHIER --attest, puis spie-exchange "
        f"deadline ready {deadline.id}",
    )
