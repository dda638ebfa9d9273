"""Testing a recipient's keys: a package of ten synthetic people, marked ESSAI in every home.

It is a transfer like any other but for its people, who are in no table, and its deadline,
which no agreement has. Nothing of the real data takes part in it.
"""

from typing import Final, Protocol

from exchange.clock import Clock
from exchange.errors import RefusedError
from exchange.instants import local_day
from exchange.transactions import Evidenced, Store
from exchange.transfers.contractual import survey_deadlines
from exchange.transfers.dispatch import Dispatch
from exchange.transfers.exporting import record_refusal
from exchange.transfers.lifecycle import UNDER_WAY
from exchange.transfers.obstacles import standing_obstacles
from exchange.transfers.preview import Preview
from exchange.transfers.publishing import Publisher
from exchange.transfers.specimens import specimens
from exchange.transfers.transfer import SelectionCounts, Transfer, TransferRows
from schemas.agreement import TEST_DEADLINE_ID, Agreement, Deadline, Recipient
from schemas.manifest import TransferKind

_NOBODY_ELSE: Final = (0,) * (len(SelectionCounts.__slots__) - 1)
_LABEL: Final = "Essai de clés, dix personnes inventées"


class Work(Evidenced, Protocol):
    """A transaction as this module sees it."""

    @property
    def transfers(self) -> TransferRows:
        """The register of transfers."""
        ...


def key_test_preview(
    rows: TransferRows, agreement: Agreement, recipient_id: str, clock: Clock
) -> Preview:
    """Say what a test of a recipient's keys would be, and what stands in its way.

    One that was interrupted is taken up again. Raises ``RefusedError`` for a recipient to
    whom the agreement sends nothing.
    """
    recipient, instruction_id = _addressee(agreement, recipient_id)
    deadline = _deadline(agreement, recipient, instruction_id, clock)
    dispatch = Dispatch(
        agreement=agreement,
        deadline=deadline,
        recipient=recipient,
        revision=_revision(rows, agreement, recipient),
        instruction_id=instruction_id,
        undeclared=False,
        kind=TransferKind.TEST,
        specimens=specimens(recipient, agreement.actions.start, deadline.cut_off),
    )
    return Preview(
        dispatch,
        SelectionCounts(len(dispatch.specimens), *_NOBODY_ELSE),
        rows.get(dispatch.transfer_id),
        tuple(standing_obstacles(dispatch, clock.now())),
    )


def send_key_test(
    store: Store[Work], publisher: Publisher, agreement: Agreement, recipient_id: str
) -> Transfer:
    """Send a test; an obstacle is a refusal, left in the evidence."""
    with store.begin() as work:
        entry = key_test_preview(work.transfers, agreement, recipient_id, publisher.clock)
        if entry.obstacles:
            record_refusal(work, entry)
    if entry.obstacles:
        raise RefusedError(entry.obstacles[0].sentence, entry.obstacles[0].hint)
    return publisher.publish(entry.dispatch, lambda _: None)


def _addressee(agreement: Agreement, recipient_id: str) -> tuple[Recipient, str]:
    for deadline in survey_deadlines(agreement):
        if recipient_id in deadline.recipients:
            return agreement.recipient(recipient_id), deadline.instruction
    known = ", ".join(recipient.id for recipient in agreement.recipients)
    raise RefusedError("la convention n'envoie rien à ce destinataire", f"destinataires : {known}")


def _deadline(
    agreement: Agreement, recipient: Recipient, instruction_id: str, clock: Clock
) -> Deadline:
    today = local_day(clock.now())
    return Deadline(
        id=TEST_DEADLINE_ID,
        label=_LABEL,
        kind="survey",
        cut_off=today,
        send_from=agreement.actions.start,
        send_by=today,
        due=today,
        if_undeclared="send",
        instruction=instruction_id,
        recipients=(recipient.id,),
        content="all",
    )


def _revision(rows: TransferRows, agreement: Agreement, recipient: Recipient) -> int:
    earlier = [
        transfer
        for transfer in rows.all(agreement.id)
        if (transfer.deadline_id, transfer.recipient_id) == (TEST_DEADLINE_ID, recipient.id)
    ]
    for transfer in earlier:
        if transfer.state in UNDER_WAY:
            return transfer.revision
    return max((transfer.revision for transfer in earlier), default=0) + 1
