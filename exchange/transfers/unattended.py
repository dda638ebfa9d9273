"""What may leave without anybody asking: the contractual transfers, from their day on.

Decides only, and counts nobody: it is asked every minute.
"""

from dataclasses import replace
from datetime import datetime

from exchange.clock import Clock
from exchange.transfers.dispatch import Dispatch
from exchange.transfers.lifecycle import UNDER_WAY
from exchange.transfers.obstacles import data_obstacles
from exchange.transfers.preview import contractual, survey_deadlines
from exchange.transfers.proven import proof_obstacles
from exchange.transfers.register import Register
from schemas.agreement import Agreement, Deadline, Recipient, opens_at


def takeable(work: Register, agreement: Agreement, clock: Clock) -> tuple[Dispatch, ...]:
    """Give what may leave now and has not: the transfers owed first come first.

    A transfer that was called off, or sent, is not taken up; one that was interrupted is.
    """
    now = clock.now()
    expected = (
        (deadline, recipient)
        for deadline in survey_deadlines(agreement)
        if now >= opens_at(deadline.send_from)
        for recipient in map(agreement.recipient, deadline.recipients)
    )
    found = (_takeable(work, agreement, *pair, now) for pair in expected)
    return tuple(dispatch for dispatch in found if dispatch is not None)


def still_takeable(work: Register, dispatch: Dispatch, clock: Clock) -> Dispatch | None:
    """Ask again about one of them, as its turn comes; ``None`` when it may no longer leave."""
    return _takeable(work, dispatch.agreement, dispatch.deadline, dispatch.recipient, clock.now())


def _takeable(
    work: Register, agreement: Agreement, deadline: Deadline, recipient: Recipient, now: datetime
) -> Dispatch | None:
    readiness = work.readiness.get(agreement.id, deadline.id)
    dispatch = replace(contractual(agreement, deadline, recipient, readiness), unattended=True)
    existing = work.transfers.get(dispatch.transfer_id)
    if existing is not None and existing.state not in UNDER_WAY:
        return None
    if data_obstacles(dispatch, now) + proof_obstacles(work, agreement, recipient):
        return None
    return dispatch
