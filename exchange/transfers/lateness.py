"""Whether what left was late: by the due day of the version of the agreement it left under.

Derived from the register, kept nowhere. What has not left: ``exchange.transfers.owed``.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from exchange.agreements import AgreementRows, pinned
from exchange.transfers.reasons import RevisionReason
from exchange.transfers.transfer import Transfer
from schemas.agreement import Agreement, ends_at
from schemas.manifest import TransferKind


def meets_deadline(transfer: Transfer) -> bool:
    """Tell what a deadline asked for from what came after: corrections, replacements, tests.

    What was called off before it left, and leaves after all, is still what was asked for.
    """
    is_first = transfer.kind is TransferKind.CONTRACTUAL
    return is_first or transfer.reason == RevisionReason.CALLED_OFF


def due_days(
    rows: AgreementRows, agreement: Agreement, transfers: Sequence[Transfer]
) -> Mapping[str, date]:
    """Give, by its id, the day each was due that left to meet a deadline of the agreement."""
    versions = {agreement.version: agreement}
    found = {}
    for transfer in transfers:
        if transfer.published_at is None or not meets_deadline(transfer):
            continue
        number = transfer.agreement_version
        if number not in versions:
            versions[number] = pinned(rows, agreement.id, number)
        found[transfer.transfer_id] = versions[number].deadline(transfer.deadline_id).due
    return found


def late_departures(
    rows: AgreementRows, agreement: Agreement, transfers: Sequence[Transfer]
) -> Mapping[str, date]:
    """Give, by its id, the day each was due that left once that day was over."""
    left = {t.transfer_id: t.published_at for t in transfers if t.published_at is not None}
    days = due_days(rows, agreement, transfers)
    return {name: due for name, due in days.items() if is_over(due, left[name])}


def is_over(due: date, at: datetime) -> bool:
    """Tell whether the day something was due was over at an instant."""
    return at >= ends_at(due)
