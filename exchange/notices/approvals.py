"""Transfers that wait for a second account: told when prepared, and as the due day nears.

Once that day is over the notice of its being late says what is missing, every day.
"""

from collections.abc import Iterator
from datetime import date, datetime

from exchange.french_dates import distance, long_day
from exchange.french_numbers import counted
from exchange.instants import local_day
from exchange.notices.notice import Notice, NoticeKind
from exchange.reminders import reminder_reached
from exchange.transfers.approval import Approval
from exchange.transfers.cancelling import calling_off
from exchange.transfers.lifecycle import TransferState
from exchange.transfers.owed import owed_transfers
from exchange.transfers.register import Register
from exchange.transfers.transfer import Transfer
from schemas.agreement import Agreement, Deadline


def approval_notices(work: Register, agreement: Agreement, now: datetime) -> Iterator[Notice]:
    """Say of each transfer of an agreement that waits for an approval that it does."""
    transfers = work.transfers.all(agreement.id)
    awaiting = [t for t in transfers if t.state is TransferState.AWAITING_APPROVAL]
    if not awaiting:
        return
    owed = owed_transfers(work, agreement, now)
    in_time = {one.dispatch.transfer_id for one in owed if one.is_open and not one.is_late}
    for transfer in awaiting:
        approval = work.approvals.get(transfer.transfer_id)
        if approval is None:
            continue
        if transfer.follows:
            # Somebody ordered it: it is said every day, whatever its deadline was.
            yield _awaited(transfer, approval, local_day(now))
        elif transfer.transfer_id in in_time:
            yield _awaited_for(agreement.deadline(transfer.deadline_id), transfer, approval, now)


def _awaited_for(
    deadline: Deadline, transfer: Transfer, approval: Approval, now: datetime
) -> Notice:
    today, asked_on = local_day(now), local_day(approval.asked_at)
    is_alarm = today >= deadline.send_by
    step = reminder_reached(deadline.due, today)
    return _awaited(
        transfer,
        approval,
        today if is_alarm else max(step or asked_on, asked_on),
        due=f" ; c'est à remettre le {long_day(deadline.due)} ({distance(deadline.due, today)})",
        urgent=is_alarm,
        on=deadline.due,
    )


def _awaited(
    transfer: Transfer,
    approval: Approval,
    occasion: date,
    *,
    due: str = "",
    urgent: bool = False,
    on: date | None = None,
) -> Notice:
    lines = counted(transfer.row_count or 0, "ligne")
    return Notice(
        NoticeKind.APPROVAL_AWAITED,
        transfer.transfer_id,
        occasion,
        f"{transfer.transfer_id} est préparé, {lines} pour {transfer.recipient_id}, et attend "
        f"l'approbation d'un second compte{due}",
        f"sous un autre compte que {approval.prepared_by} : spie-exchange transfer approve "
        f"{transfer.transfer_id} ; s'il ne doit pas partir : {calling_off(transfer.transfer_id)}",
        urgent=urgent,
        on=on,
    )
