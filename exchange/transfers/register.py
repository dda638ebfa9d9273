"""A transaction as whoever decides about transfers sees it."""

from typing import Protocol

from exchange.agreements import AgreementRows
from exchange.transactions import Evidenced
from exchange.transfers.approval import ApprovalRows
from exchange.transfers.transfer import ReadinessRows, TransferRows


class Register(Protocol):
    """What was agreed, what was sent, what was declared ready."""

    @property
    def agreements(self) -> AgreementRows:
        """The loaded agreements."""
        ...

    @property
    def transfers(self) -> TransferRows:
        """The register of transfers."""
        ...

    @property
    def approvals(self) -> ApprovalRows:
        """What a second account approved."""
        ...

    @property
    def readiness(self) -> ReadinessRows:
        """The declarations of readiness."""
        ...


class ActingRegister(Register, Evidenced, Protocol):
    """The same, where deciding leaves evidence."""
