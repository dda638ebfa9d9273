"""The transfers that the agreement asks for: one per recipient of each survey deadline."""

from collections.abc import Sequence

from exchange.transfers.dispatch import Dispatch
from exchange.transfers.transfer import CONTRACTUAL_REVISION, Readiness
from schemas.agreement import Agreement, Deadline, Recipient


def contractual(
    agreement: Agreement, deadline: Deadline, recipient: Recipient, readiness: Readiness | None
) -> Dispatch:
    """Give revision 1 of a transfer, the only one that is made unattended."""
    return Dispatch(
        agreement=agreement,
        deadline=deadline,
        recipient=recipient,
        revision=CONTRACTUAL_REVISION,
        instruction_id=deadline.instruction,
        undeclared=readiness is None,
    )


def survey_deadlines(agreement: Agreement) -> Sequence[Deadline]:
    """Give the deadlines that send people's data, in the order they fall due."""
    surveys = (deadline for deadline in agreement.deadlines if deadline.kind == "survey")
    return sorted(surveys, key=lambda deadline: (deadline.due, deadline.id))
