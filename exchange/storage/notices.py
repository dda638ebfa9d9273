"""What people were told, in the database."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, delete, select

from exchange.storage.tables import told_notice
from exchange.storage.upserts import put_row


class NoticeTable:
    """The notices that were told, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def told(self, kind: str, subject: str) -> Sequence[tuple[date, datetime]]:
        """Give the occasions on which something was told, and when each was; the oldest first."""
        query = (
            select(told_notice.c.occasion, told_notice.c.told_at)
            .where(told_notice.c.kind == kind, told_notice.c.subject == subject)
            .order_by(told_notice.c.occasion)
        )
        return [(row.occasion, row.told_at) for row in self._connection.execute(query)]

    def mark_told(self, kind: str, subject: str, occasion: date, at: datetime) -> None:
        """Remember that something was told; again, when it was told twice."""
        values = {"kind": kind, "subject": subject, "occasion": occasion, "told_at": at}
        put_row(self._connection, told_notice, values)

    def forget_told_before(self, at: datetime) -> None:
        """Forget what was told before an instant."""
        self._connection.execute(delete(told_notice).where(told_notice.c.told_at < at))
