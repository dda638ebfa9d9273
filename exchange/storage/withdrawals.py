"""The notices of packages taken back, in the database."""

from sqlalchemy import Connection, insert, select

from exchange.storage.tables import transfer, withdrawal
from exchange.transfers.lifecycle import TransferState


class WithdrawalTable:
    """Satisfies ``exchange.transfers.withdrawing.WithdrawalRows`` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def add(self, transfer_id: str, notice: bytes) -> None:
        """Keep the signed notice of a withdrawal."""
        self._connection.execute(insert(withdrawal).values(transfer_id=transfer_id, notice=notice))

    def notice(self, transfer_id: str) -> bytes:
        """Give the signed notice of a transfer that was withdrawn."""
        query = select(withdrawal.c.notice).where(withdrawal.c.transfer_id == transfer_id)
        notice: bytes = self._connection.execute(query).scalar_one()
        return notice

    def unfinished(self, agreement_id: str) -> tuple[str, ...]:
        """Give the withdrawn transfers whose package was not removed yet."""
        query = select(transfer.c.transfer_id).where(
            transfer.c.agreement_id == agreement_id,
            transfer.c.state == TransferState.WITHDRAWN,
            transfer.c.package_removed_at.is_(None),
        )
        return tuple(self._connection.execute(query).scalars())
