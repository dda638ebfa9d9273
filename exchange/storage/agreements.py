"""Agreements in the database: every loaded version, whole."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, select

from exchange.agreements import StoredAgreement
from exchange.storage.tables import agreement

# Made once: every request reads the agreement that it is about.
_LATEST = (
    select(agreement)
    .where(agreement.c.agreement_id == bindparam("of_agreement"))
    .order_by(agreement.c.version.desc())
    .limit(1)
)
_VERSION = _LATEST.where(agreement.c.version == bindparam("of_version"))
_BEFORE = _LATEST.where(agreement.c.version < bindparam("of_version"))
_IDS = select(agreement.c.agreement_id).distinct().order_by(agreement.c.agreement_id)


class AgreementTable:
    """Satisfies ``exchange.agreements.AgreementRows`` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def latest(self, agreement_id: str) -> StoredAgreement | None:
        """Give the version in force."""
        return self._newest(_LATEST, of_agreement=agreement_id)

    def version(self, agreement_id: str, version: int) -> StoredAgreement | None:
        """Give one version, which a transfer may have pinned."""
        return self._newest(_VERSION, of_agreement=agreement_id, of_version=version)

    def before(self, agreement_id: str, version: int) -> StoredAgreement | None:
        """Give the version that was in force before one."""
        return self._newest(_BEFORE, of_agreement=agreement_id, of_version=version)

    def ids(self) -> Sequence[str]:
        """Give the ids of every agreement that was ever loaded."""
        return self._connection.execute(_IDS).scalars().all()

    def add(self, stored: StoredAgreement) -> None:
        """Keep a new version."""
        self._connection.execute(insert(agreement).values(asdict(stored)))

    def _newest(self, query: Select[Any], **which: str | int) -> StoredAgreement | None:
        row = self._connection.execute(query, which).mappings().one_or_none()
        return None if row is None else StoredAgreement(**row)
