"""A transfer that a deadline asks for, which tests change."""

from datetime import UTC, datetime

from exchange.transfers.lifecycle import TransferState
from exchange.transfers.transfer import Transfer

LEFT_AT = datetime(2023, 1, 31, 9, tzinfo=UTC)


def contractual_transfer(deadline_id: str, recipient_id: str) -> Transfer:
    """Give the first revision, published on 31 January 2023."""
    return Transfer(
        transfer_id=f"spie-99_{deadline_id}_{recipient_id}_r1",
        agreement_id="spie-99",
        deadline_id=deadline_id,
        recipient_id=recipient_id,
        revision=1,
        state=TransferState.PUBLISHED,
        epoch=1,
        agreement_version=1,
        instruction_id="envoyer",
        undeclared=False,
        prepared_at=LEFT_AT,
        published_at=LEFT_AT,
    )
