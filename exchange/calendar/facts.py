"""What has been done under an agreement, as its calendar looks at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from exchange.retention.plan import DestructionPlan
from exchange.retention.purge import Purger
from exchange.transfers.owed import Owed, owed_transfers
from exchange.transfers.register import Register
from exchange.transfers.transfer import Readiness
from schemas.agreement import Agreement


@dataclass(frozen=True, slots=True)
class Facts:
    """What is done at ``now``.

    ``owed`` is what each recipient is owed for each deadline, ``ready`` the declarations by
    deadline; ``plan`` is what is due for destruction, and ``is_destroying`` tells that a
    destruction waits for its end.
    """

    owed: tuple[Owed, ...]
    ready: Mapping[str, Readiness]
    plan: DestructionPlan
    is_destroying: bool
    now: datetime


def facts_of(work: Register, purger: Purger, agreement: Agreement) -> Facts:
    """Look at what is done under an agreement."""
    now = purger.clock.now()
    declared = ((d.id, work.readiness.get(agreement.id, d.id)) for d in agreement.deadlines)
    return Facts(
        owed=owed_transfers(work, agreement, now),
        ready={deadline_id: ready for deadline_id, ready in declared if ready is not None},
        plan=purger.plan(agreement, now),
        is_destroying=purger.interrupted(agreement) is not None,
        now=now,
    )
