"""What may be done without anybody asking: the contractual transfers, from their day on.

Decides only, and counts nobody but where a second account approves: it is asked every minute.
What an operator ordered and an interruption left half made, or an approval let go, is part of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from exchange.clock import Clock
from exchange.transfers.approval import approval_obstacles, is_to_be_prepared
from exchange.transfers.contractual import survey_deadlines
from exchange.transfers.dispatch import Dispatch
from exchange.transfers.interrupted import unfinished_revisions
from exchange.transfers.obstacles import Obstacle, data_obstacles
from exchange.transfers.owed import owed_transfers, would_carry_nobody
from exchange.transfers.proven import proof_obstacles
from exchange.transfers.register import Register
from exchange.transfers.resending import dispatch_again
from exchange.transfers.transfer import Transfer
from schemas.agreement import Agreement, Deadline, opens_at


@dataclass(frozen=True, slots=True)
class Takeable:
    """What may leave now and has not; ``revisions`` are the later ones, to be finished.

    ``to_prepare`` is what a second account is to be shown first, or shown anew.
    """

    dispatches: tuple[Dispatch, ...]
    revisions: tuple[Transfer, ...]
    to_prepare: tuple[Dispatch, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be done."""
        return not (self.dispatches or self.revisions or self.to_prepare)


def takeable(work: Register, agreement: Agreement, clock: Clock) -> Takeable:
    """Give what may leave now, or be prepared: the transfers owed first come first.

    A transfer that was called off, or sent, is not taken up; one that was interrupted is. Nor
    is one that would carry nobody since everybody was sent already: there is nothing to try.
    """
    now = clock.now()
    opened = [d for d in survey_deadlines(agreement) if now >= opens_at(d.send_from)]
    owed = list(_owed(work, agreement, opened, now))
    revisions = list(unfinished_revisions(work, agreement, now))
    later = [one.transfer for one in revisions if is_to_be_prepared(one.obstacles)]
    return Takeable(
        dispatches=tuple(dispatch for dispatch, obstacles in owed if not obstacles),
        revisions=tuple(one.transfer for one in revisions if not one.obstacles),
        to_prepare=(
            *(dispatch for dispatch, obstacles in owed if is_to_be_prepared(obstacles)),
            *(_unattended(dispatch_again(work, agreement, revision)) for revision in later),
        ),
    )


def still_takeable(work: Register, dispatch: Dispatch, clock: Clock) -> Dispatch | None:
    """Ask again about one of them, as its turn comes; ``None`` when it may no longer leave."""
    found = _owed(work, dispatch.agreement, [dispatch.deadline], clock.now())
    mine = (one for one, obstacles in found if not obstacles)
    return next((one for one in mine if one.transfer_id == dispatch.transfer_id), None)


def _owed(
    work: Register, agreement: Agreement, deadlines: Sequence[Deadline], now: datetime
) -> Iterator[tuple[Dispatch, list[Obstacle]]]:
    """Give what is owed and nothing hinders, with what a second account has still to do."""
    for owed in owed_transfers(work, agreement, now, deadlines):
        dispatch = _unattended(owed.dispatch)
        if not owed.is_open or data_obstacles(dispatch, now):
            continue
        if proof_obstacles(work, agreement, dispatch.recipient):
            continue
        if would_carry_nobody(work, owed):
            continue
        yield dispatch, approval_obstacles(work, dispatch)


def _unattended(dispatch: Dispatch) -> Dispatch:
    return replace(dispatch, unattended=True)
