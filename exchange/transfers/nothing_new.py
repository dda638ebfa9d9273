"""What was answered with nothing to send, kept before those it is known from are destroyed.

While people are there, who was sent to a recipient is asked of them; afterwards nothing else
tells a declaration that was the answer from one that somebody was missing for.
"""

from collections.abc import Iterator
from dataclasses import replace

from exchange.clock import Clock
from exchange.transactions import Store
from exchange.transfers.contractual import survey_deadlines
from exchange.transfers.owed import Owing, Work, owed_transfers
from exchange.transfers.transfer import Readiness
from schemas.agreement import Agreement


def keep_nothing_new(store: Store[Work], clock: Clock, agreement: Agreement) -> None:
    """Keep with each declaration the recipients for whom it was the answer."""
    with store.begin() as work:
        for deadline_id, declared in _answered(work, agreement, clock):
            work.readiness.declare(agreement.id, deadline_id, declared)


def _answered(work: Work, agreement: Agreement, clock: Clock) -> Iterator[tuple[str, Readiness]]:
    for deadline in survey_deadlines(agreement):
        declared = work.readiness.get(agreement.id, deadline.id)
        owed = owed_transfers(work, agreement, clock.now(), [deadline])
        names = tuple(o.dispatch.recipient.id for o in owed if o.owing is Owing.NOTHING_NEW)
        if declared is not None and names:
            yield deadline.id, replace(declared, nothing_new_for=names)
