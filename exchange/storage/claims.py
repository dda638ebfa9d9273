"""Claims in the database: one row a subject, its epoch never going back."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from exchange.claims import Claim
from exchange.storage.tables import claim
from exchange.storage.upserts import put_row

# Made once: a request that changes anything claims, and whoever claims keeps the others waiting.
_LAST = select(claim).where(claim.c.subject == bindparam("of_subject"))


class ClaimTable:
    """Satisfies ``exchange.claims.ClaimRows`` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def get(self, subject: str) -> Claim | None:
        """Give the last claim on a subject."""
        row = self._connection.execute(_LAST, {"of_subject": subject}).one_or_none()
        return None if row is None else Claim(*row)

    def put(self, taken: Claim) -> bool:
        """Keep a claim in place of one of an earlier epoch; tell whether none later stands."""
        return put_row(self._connection, claim, asdict(taken), rising="epoch")

    def renew(self, held: Claim, until: datetime) -> bool:
        """Lengthen the lease of a claim whose epoch still stands; tell whether it does."""
        mine = (claim.c.subject == held.subject, claim.c.epoch == held.epoch)
        return (
            self._connection.execute(update(claim).where(*mine).values(until=until)).rowcount == 1
        )
