"""The notices of packages taken back, in the database."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from exchange.storage.tables import transfer, withdrawal


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
        """Give the transfers taken back whose package was not removed yet."""
        query = (
            select(withdrawal.c.transfer_id)
            .join(transfer, transfer.c.transfer_id == withdrawal.c.transfer_id)
            .where(transfer.c.agreement_id == agreement_id, transfer.c.package_removed_at.is_(None))
        )
        return tuple(self._connection.execute(query).scalars())

    def mark_removed(self, transfer_id: str, at: datetime) -> None:
        """Record that the package is gone, and touch nothing else of its transfer."""
        one = update(transfer).where(transfer.c.transfer_id == transfer_id)
        self._connection.execute(one.values(package_removed_at=at))
