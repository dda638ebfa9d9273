"""Proven recipients: derived from what was sent and answered, with no state of its own.

A recipient is proven when it signed the acknowledgement of a test
(``exchange.transfers.key_tests``) that was sent to the very key, and signed with the very
certificate, that the agreement in force gives it and has given it ever since. A changed key
or certificate takes the proof back, and so does the withdrawal of the test. A former pair
that comes back is tested again: nobody knows what became of it meanwhile.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from exchange.agreements import AgreementRows, StoredAgreement
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


def proves(work: Work, agreement: Agreement, test: Transfer) -> bool:
    """Tell whether the acknowledgement of a test proves the keys that the agreement gives."""
    recipient = agreement.recipient(test.recipient_id)
    return _holds(test, _unchanged_since(work, agreement, recipient))


def _proof(work: Work, agreement: Agreement, recipient: Recipient) -> RecipientProof:
    tests = [
        transfer
        for transfer in work.transfers.all(agreement.id)
        if (transfer.kind, transfer.recipient_id) == (TransferKind.TEST, recipient.id)
    ]
    since = _unchanged_since(work, agreement, recipient) if tests else 0
    proven = [at for test in tests if _holds(test, since) for at in _acknowledged_at(work, test)]
    return RecipientProof(recipient, min(proven, default=None), tests[-1] if tests else None)


def _holds(test: Transfer, unchanged_since: int) -> bool:
    return test.withdrawn_at is None and test.agreement_version >= unchanged_since


def _unchanged_since(work: Work, agreement: Agreement, recipient: Recipient) -> int:
    """Give the first version from which on the recipient has had the keys it has now."""
    stored, since = work.agreements.latest(agreement.id), agreement.version + 1
    while stored is not None and recipient.credentials in _credentials(stored, recipient.id):
        since = stored.version
        stored = work.agreements.before(agreement.id, since)
    return since


def _credentials(stored: StoredAgreement, recipient_id: str) -> list[tuple[str, str]]:
    recipients = stored.agreement.recipients
    return [recipient.credentials for recipient in recipients if recipient.id == recipient_id]


def _acknowledged_at(work: Work, test: Transfer) -> Iterator[datetime]:
    for answer in work.transfers.answers(test.transfer_id):
        if answer.signed and answer.kind is ReceiptKind.ACKNOWLEDGEMENT:
            yield answer.received_at
