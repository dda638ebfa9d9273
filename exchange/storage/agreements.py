"""Agreements in the database: every loaded version, whole."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import ColumnElement, Connection, insert, select

from exchange.agreements import StoredAgreement
from exchange.storage.tables import agreement


class AgreementTable:
    """Satisfies ``exchange.agreements.AgreementRows`` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def latest(self, agreement_id: str) -> StoredAgreement | None:
        """Give the version in force."""
        return self._newest(agreement.c.agreement_id == agreement_id)

    def version(self, agreement_id: str, version: int) -> StoredAgreement | None:
        """Give one version, which a transfer may have pinned."""
        return self._newest(
            agreement.c.agreement_id == agreement_id, agreement.c.version == version
        )

    def before(self, agreement_id: str, version: int) -> StoredAgreement | None:
        """Give the version that was in force before one."""
        return self._newest(agreement.c.agreement_id == agreement_id, agreement.c.version < version)

    def ids(self) -> Sequence[str]:
        """Give the ids of every agreement that was ever loaded."""
        query = select(agreement.c.agreement_id).distinct().order_by(agreement.c.agreement_id)
        return self._connection.execute(query).scalars().all()

    def add(self, stored: StoredAgreement) -> None:
        """Keep a new version."""
        self._connection.execute(insert(agreement).values(asdict(stored)))

    def _newest(self, *conditions: ColumnElement[bool]) -> StoredAgreement | None:
        query = select(agreement).where(*conditions).order_by(agreement.c.version.desc()).limit(1)
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else StoredAgreement(**row)
