"""Keys of requests in the database, and what was answered under them."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, select, update

from exchange.idempotency import ClaimedKey, FirstAnswer, KeyedRequest
from exchange.storage.tables import request_key
from exchange.storage.upserts import add_row


class RequestKeyTable:
    """Satisfies ``exchange.idempotency.KeyRows`` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def get(self, account_id: str, key_digest: bytes) -> ClaimedKey | None:
        """Give how a key is in use, if it is."""
        query = select(request_key).where(*_key(account_id, key_digest))
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _claimed(row)

    def claim(self, claimed: ClaimedKey, *, after: str) -> bool:
        """Keep a claim, in place of that of the request ``after`` unless it is empty.

        Tells whether that was still to be had.
        """
        request = claimed.request
        values = asdict(request) | {"claimed_at": claimed.claimed_at, "leaf": claimed.leaf}
        if not after:
            return add_row(self._connection, request_key, values)
        left = request_key.c.request_id == after, request_key.c.status.is_(None)
        taken = update(request_key).where(*_key(request.account_id, request.key_digest), *left)
        return self._connection.execute(taken.values(values)).rowcount == 1

    def keep(self, request: KeyedRequest, answer: FirstAnswer) -> None:
        """Keep the answer to a request whose claim still stands."""
        mine = (
            *_key(request.account_id, request.key_digest),
            request_key.c.request_id == request.request_id,
        )
        values = {
            "status": answer.status,
            "headers": json.dumps(dict(answer.headers)),
            "body": answer.body,
        }
        self._connection.execute(update(request_key).where(*mine).values(values))

    def forget(self, until: datetime) -> Sequence[str]:
        """Drop what was claimed until then; give the ids of the requests without an answer."""
        old = delete(request_key).where(request_key.c.claimed_at <= until)
        gone = self._connection.execute(
            old.returning(request_key.c.request_id, request_key.c.status)
        )
        return [request_id for request_id, status in gone if status is None]


def _key(account_id: str, key_digest: bytes) -> tuple[ColumnElement[bool], ...]:
    return request_key.c.account_id == account_id, request_key.c.key_digest == key_digest


def _claimed(row: Row[Any]) -> ClaimedKey:
    request = KeyedRequest(row.account_id, row.key_digest, row.fingerprint, row.request_id)
    answer = None
    if row.status is not None:
        answer = FirstAnswer(row.status, json.loads(row.headers), row.body)
    return ClaimedKey(request, row.claimed_at, row.leaf, answer)
