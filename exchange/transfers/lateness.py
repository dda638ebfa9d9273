"""Whether a deadline was met in time: derived from the register and the clock, kept nowhere."""

from collections.abc import Iterable
from datetime import datetime

from exchange.agreements import AgreementRows, pinned
from exchange.transfers.lifecycle import TransferState
from exchange.transfers.reasons import RevisionReason
from exchange.transfers.transfer import Transfer
from schemas.agreement import Deadline, ends_at
from schemas.manifest import TransferKind


def meets_deadline(transfer: Transfer) -> bool:
    """Tell what a deadline asked for from what came after: corrections, replacements, tests.

    What was called off before it left, and leaves after all, is still what was asked for.
    """
    is_first = transfer.kind is TransferKind.CONTRACTUAL
    return is_first or transfer.reason == RevisionReason.CALLED_OFF


def is_late(transfer: Transfer | None, deadline: Deadline, now: datetime) -> bool:
    """Tell whether the due day was over when the transfer left, or is while it has not left.

    ``None`` is a transfer nobody has prepared yet. What was called off is not late.
    """
    if transfer is None:
        return now >= ends_at(deadline.due)
    if not meets_deadline(transfer) or transfer.state is TransferState.CANCELLED:
        return False
    return (transfer.published_at or now) >= ends_at(deadline.due)


def late_transfers(
    rows: AgreementRows, transfers: Iterable[Transfer], now: datetime
) -> frozenset[str]:
    """Give the ids of the transfers that are late by the version each was made under."""
    made_under = {}
    late = set()
    for transfer in filter(meets_deadline, transfers):
        version = (transfer.agreement_id, transfer.agreement_version)
        if version not in made_under:
            made_under[version] = pinned(rows, *version)
        deadline = made_under[version].deadline(transfer.deadline_id)
        if is_late(transfer, deadline, now):
            late.add(transfer.transfer_id)
    return frozenset(late)
