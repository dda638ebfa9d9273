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


def planned(agreement: Agreement, transfer_id: str) -> Dispatch | None:
    """Find the contractual transfer of that name, whether or not it was ever prepared."""
    dispatches = (
        contractual(agreement, deadline, recipient, None)
        for deadline in survey_deadlines(agreement)
        for recipient in map(agreement.recipient, deadline.recipients)
    )
    return next((one for one in dispatches if one.transfer_id == transfer_id), None)


def survey_deadlines(agreement: Agreement) -> Sequence[Deadline]:
    """Give the deadlines that send people's data, in the order they fall due."""
    surveys = (deadline for deadline in agreement.deadlines if deadline.kind == "survey")
    return sorted(surveys, key=lambda deadline: (deadline.due, deadline.id))
