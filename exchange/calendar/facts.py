"""What has been done under an agreement, as its calendar looks at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from exchange.retention.plan import DestructionPlan
from exchange.retention.purge import Purger
from exchange.transfers.lateness import meets_deadline
from exchange.transfers.transfer import Readiness, ReadinessRows, Transfer, TransferRows
from schemas.agreement import Agreement


class Work(Protocol):
    """A transaction as this module sees it."""

    @property
    def transfers(self) -> TransferRows:
        """The register of transfers."""
        ...

    @property
    def readiness(self) -> ReadinessRows:
        """The declarations of readiness."""
        ...


@dataclass(frozen=True, slots=True)
class Facts:
    """What is done at ``now``.

    ``transfers`` are the last that a (deadline, recipient) was sent for it, ``ready`` the
    declarations by deadline; ``plan`` is what is due for destruction, and
    ``is_destroying`` tells that a destruction waits for its end.
    """

    transfers: Mapping[tuple[str, str], Transfer]
    ready: Mapping[str, Readiness]
    plan: DestructionPlan
    is_destroying: bool
    now: datetime


def facts_of(work: Work, purger: Purger, agreement: Agreement) -> Facts:
    """Look at what is done under an agreement."""
    now = purger.clock.now()
    declared = ((d.id, work.readiness.get(agreement.id, d.id)) for d in agreement.deadlines)
    return Facts(
        transfers={
            (transfer.deadline_id, transfer.recipient_id): transfer
            for transfer in sorted(work.transfers.all(agreement.id), key=lambda t: t.revision)
            if meets_deadline(transfer)
        },
        ready={deadline_id: ready for deadline_id, ready in declared if ready is not None},
        plan=purger.plan(agreement, now),
        is_destroying=purger.interrupted(agreement) is not None,
        now=now,
    )
