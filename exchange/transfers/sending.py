"""Sending all that may leave: contractual transfers, then revisions that were interrupted."""

from collections.abc import Callable
from dataclasses import dataclass

from exchange.transactions import Store
from exchange.transfers.exporting import Exported, export
from exchange.transfers.preview import Preview
from exchange.transfers.publishing import Publisher
from exchange.transfers.register import ActingRegister
from exchange.transfers.resending import (
    FinishedRevisions,
    finish_interrupted,
    interrupted_revisions,
)
from exchange.transfers.transfer import Transfer
from schemas.agreement import Agreement


@dataclass(frozen=True, slots=True)
class Sent:
    """What a sending did: with the contractual transfers, and with interrupted revisions."""

    exported: Exported
    revisions: FinishedRevisions

    @property
    def published(self) -> tuple[Transfer, ...]:
        """What left."""
        return (*self.exported.published, *self.revisions.published)


def send(
    store: Store[ActingRegister],
    publisher: Publisher,
    agreement: Agreement,
    deadline_id: str | None,
    *,
    started: Callable[[Preview], Callable[[int], None]],
) -> Sent:
    """Publish everything that may leave now; with ``deadline_id``, for that deadline only.

    An obstacle of a deadline that is named is a refusal, left in the evidence; of the others
    it is only told. ``started`` is told of each contractual transfer and gives back what
    wants to know its progress in lines.
    """
    exported = export(store, publisher, agreement, deadline_id, started=started)
    if deadline_id is not None:
        return Sent(exported, FinishedRevisions((), ()))
    with store.read() as work:
        interrupted = interrupted_revisions(work.transfers, agreement)
    return Sent(exported, finish_interrupted(store, publisher, agreement, interrupted))
