"""What was asked of a second account, and approved by it, in the database."""

from dataclasses import asdict

from sqlalchemy import Connection, select

from exchange.storage.tables import transfer_approval
from exchange.storage.upserts import put_row
from exchange.transfers.approval import Approval


class ApprovalTable:
    """Satisfies ``exchange.transfers.approval.ApprovalRows`` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def get(self, transfer_id: str) -> Approval | None:
        """Give what was asked of a transfer, approved or not."""
        query = select(transfer_approval).where(transfer_approval.c.transfer_id == transfer_id)
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else Approval(**row)

    def put(self, approval: Approval) -> None:
        """Keep what is asked or approved, replacing what was asked before."""
        put_row(self._connection, transfer_approval, asdict(approval))
