"""What may leave without anybody asking: the contractual transfers, from their day on.

Decides only, and counts nobody: it is asked every minute.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from exchange.clock import Clock
from exchange.transfers.contractual import survey_deadlines
from exchange.transfers.dispatch import Dispatch
from exchange.transfers.obstacles import data_obstacles
from exchange.transfers.owed import owed_transfers, would_carry_nobody
from exchange.transfers.proven import proof_obstacles
from exchange.transfers.register import Register
from schemas.agreement import Agreement, Deadline, opens_at


def takeable(work: Register, agreement: Agreement, clock: Clock) -> tuple[Dispatch, ...]:
    """Give what may leave now and has not: the transfers owed first come first.

    A transfer that was called off, or sent, is not taken up; one that was interrupted is. Nor
    is one that would carry nobody since everybody was sent already: there is nothing to try.
    """
    now = clock.now()
    opened = [d for d in survey_deadlines(agreement) if now >= opens_at(d.send_from)]
    return tuple(_takeable(work, agreement, opened, now))


def still_takeable(work: Register, dispatch: Dispatch, clock: Clock) -> Dispatch | None:
    """Ask again about one of them, as its turn comes; ``None`` when it may no longer leave."""
    found = _takeable(work, dispatch.agreement, [dispatch.deadline], clock.now())
    return next((one for one in found if one.transfer_id == dispatch.transfer_id), None)


def _takeable(
    work: Register, agreement: Agreement, deadlines: Sequence[Deadline], now: datetime
) -> Iterator[Dispatch]:
    for owed in owed_transfers(work, agreement, now, deadlines):
        dispatch = replace(owed.dispatch, unattended=True)
        if not owed.is_open or data_obstacles(dispatch, now):
            continue
        if proof_obstacles(work, agreement, dispatch.recipient):
            continue
        if would_carry_nobody(work, owed):
            continue
        yield dispatch
