"""Proven recipients: derived from what was sent and answered, with no state of its own.

A recipient is proven when it signed the acknowledgement of a test
(``exchange.transfers.key_tests``) that was sent to the very key, and signed with the very
certificate, that the agreement in force gives it. A changed key or certificate therefore
takes the proof back, and an earlier pair brings it back with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from exchange.agreements import AgreementRows, pinned
from exchange.transfers.obstacles import Obstacle
from exchange.transfers.transfer import Transfer, TransferRows
from schemas.agreement import Agreement, Recipient
from schemas.manifest import TransferKind
from schemas.receipt import ReceiptKind


class Work(Protocol):
    """A transaction as this module sees it."""

    @property
    def agreements(self) -> AgreementRows:
        """The loaded agreements."""
        ...

    @property
    def transfers(self) -> TransferRows:
        """The register of transfers."""
        ...


@dataclass(frozen=True, slots=True)
class RecipientProof:
    """A recipient, since when it is proven (``None``: not yet), and its last test."""

    recipient: Recipient
    proven_since: datetime | None
    last_test: Transfer | None


def recipient_proofs(work: Work, agreement: Agreement) -> tuple[RecipientProof, ...]:
    """Say of each recipient of an agreement whether it is proven."""
    return tuple(_proof(work, agreement, recipient) for recipient in agreement.recipients)


def proof_obstacles(work: Work, agreement: Agreement, recipient: Recipient) -> list[Obstacle]:
    """List what forbids real data to a recipient: that its keys were not seen to work."""
    if _proof(work, agreement, recipient).proven_since is not None:
        return []
    return [
        Obstacle(
            f"{recipient.id} n'a pas encore prouvé que sa clé ouvre et que son certificat signe",
            f"envoyez-lui dix personnes inventées : spie-exchange recipient test {recipient.id}",
        )
    ]


def _proof(work: Work, agreement: Agreement, recipient: Recipient) -> RecipientProof:
    tests = [
        transfer
        for transfer in work.transfers.all(agreement.id)
        if (transfer.kind, transfer.recipient_id) == (TransferKind.TEST, recipient.id)
    ]
    proven = [at for test in tests for at in _proven_at(work, agreement, recipient, test)]
    return RecipientProof(recipient, min(proven, default=None), tests[-1] if tests else None)


def _proven_at(
    work: Work, agreement: Agreement, recipient: Recipient, test: Transfer
) -> Iterator[datetime]:
    tested = pinned(work.agreements, agreement.id, test.agreement_version).recipient(recipient.id)
    if tested.credentials != recipient.credentials:
        return
    for answer in work.transfers.answers(test.transfer_id):
        if answer.signed and answer.kind is ReceiptKind.ACKNOWLEDGEMENT:
            yield answer.received_at
