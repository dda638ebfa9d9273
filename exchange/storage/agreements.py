"""Agreements in the database: every loaded version, whole."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, insert, select

from exchange.agreements import StoredAgreement
from exchange.storage.tables import agreement


class AgreementTable:
    """Satisfies ``exchange.agreements.AgreementRows`` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def latest(self, agreement_id: str) -> StoredAgreement | None:
        """Give the version in force."""
        query = (
            select(agreement)
            .where(agreement.c.agreement_id == agreement_id)
            .order_by(agreement.c.version.desc())
            .limit(1)
        )
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else StoredAgreement(**row)

    def version(self, agreement_id: str, version: int) -> StoredAgreement | None:
        """Give one version, which a transfer may have pinned."""
        query = select(agreement).where(
            agreement.c.agreement_id == agreement_id, agreement.c.version == version
        )
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else StoredAgreement(**row)

    def ids(self) -> Sequence[str]:
        """Give the ids of every agreement that was ever loaded."""
        query = select(agreement.c.agreement_id).distinct().order_by(agreement.c.agreement_id)
        return self._connection.execute(query).scalars().all()

    def add(self, stored: StoredAgreement) -> None:
        """Keep a new version."""
        self._connection.execute(insert(agreement).values(asdict(stored)))
