"""Accounts and their credentials in the database."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, bindparam, select, update

from exchange.accounts.account import Account, Role
from exchange.accounts.credentials import Credential, CredentialKind
from exchange.accounts.rights import Right
from exchange.storage.tables import account, credential
from exchange.storage.upserts import add_row

# Made once: they are carried out at every request.
_ACCOUNT = select(account).where(account.c.account_id == bindparam("of_account"))
_CREDENTIAL = select(credential).where(credential.c.credential_id == bindparam("of_credential"))
_WITH_DIGEST = select(credential).where(credential.c.digest == bindparam("of_digest"))


class AccountTable:
    """Satisfies ``exchange.accounts.register.AccountRows`` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def get(self, account_id: str) -> Account | None:
        """Give an account."""
        row = self._connection.execute(_ACCOUNT, {"of_account": account_id}).one_or_none()
        return None if row is None else _account(row)

    def all(self) -> Sequence[Account]:
        """Give the accounts, by id."""
        query = select(account).order_by(account.c.account_id)
        return [_account(row) for row in self._connection.execute(query)]

    def add(self, added: Account) -> bool:
        """Keep a new account; tell whether its id was free."""
        return add_row(self._connection, account, asdict(added))

    def change(self, changed: Account) -> bool:
        """Keep what became of an account; tell whether it had not ended."""
        one = (account.c.account_id == changed.account_id) & account.c.ended_at.is_(None)
        values = asdict(changed)
        return self._connection.execute(update(account).where(one).values(values)).rowcount == 1


class CredentialTable:
    """Satisfies ``exchange.accounts.register.CredentialRows`` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def get(self, credential_id: str) -> Credential | None:
        """Give a credential."""
        found = self._connection.execute(_CREDENTIAL, {"of_credential": credential_id})
        return _only(found.one_or_none())

    def with_digest(self, digest: bytes) -> Credential | None:
        """Give the credential that has a digest."""
        found = self._connection.execute(_WITH_DIGEST, {"of_digest": digest})
        return _only(found.one_or_none())

    def of(self, account_id: str) -> Sequence[Credential]:
        """Give the credentials of an account, oldest first."""
        theirs = select(credential).where(credential.c.account_id == account_id)
        rows = self._connection.execute(theirs.order_by(credential.c.created_at))
        return [_credential(row) for row in rows]

    def add(self, added: Credential) -> bool:
        """Keep a new credential; tell whether its digest was nobody's."""
        return add_row(self._connection, credential, asdict(added) | _rights(added))

    def prolong(self, prolonged: Credential) -> None:
        """Keep until when a credential holds from now on, and with which rights."""
        self._set(prolonged.credential_id, expires_at=prolonged.expires_at, **_rights(prolonged))

    def revoke(self, credential_id: str, at: datetime) -> None:
        """Mark a credential as revoked, unless it is already."""
        one = _with_id(credential_id) & credential.c.revoked_at.is_(None)
        self._connection.execute(update(credential).where(one).values(revoked_at=at))

    def count_failure(self, credential_id: str) -> int:
        """Count one more wrong proof; give how many there are since the last right one."""
        counted = update(credential).where(_with_id(credential_id))
        counted = counted.values(failures=credential.c.failures + 1)
        failures: int = self._connection.execute(
            counted.returning(credential.c.failures)
        ).scalar_one()
        return failures

    def lock(self, credential_id: str, until: datetime) -> None:
        """Take no proof until then, and count anew."""
        self._set(credential_id, failures=0, locked_until=until)

    def note_use(self, credential_id: str, at: datetime) -> None:
        """Keep when a credential was last used; no wrong proof counts any longer."""
        self._set(credential_id, failures=0, last_used_at=at)

    def _set(self, credential_id: str, **values: object) -> None:
        self._connection.execute(update(credential).where(_with_id(credential_id)).values(**values))


def _with_id(credential_id: str) -> ColumnElement[bool]:
    return credential.c.credential_id == credential_id


def _rights(kept: Credential) -> dict[str, str]:
    return {"rights": json.dumps(sorted(kept.rights))}


def _account(row: Row[tuple[object, ...]]) -> Account:
    values = row._asdict()
    return Account(**values | {"role": Role(values["role"])})


def _only(row: Row[tuple[object, ...]] | None) -> Credential | None:
    return None if row is None else _credential(row)


def _credential(row: Row[tuple[object, ...]]) -> Credential:
    values = row._asdict()
    rights = frozenset(Right(name) for name in json.loads(values["rights"]))
    return Credential(**values | {"kind": CredentialKind(values["kind"]), "rights": rights})
