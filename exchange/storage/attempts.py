"""Attempts that did not end well, in the database."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, select

from exchange.attempts import Attempt, JobName
from exchange.storage.tables import attempt
from exchange.storage.upserts import put_row


class AttemptTable:
    """Satisfies ``exchange.attempts.AttemptRows`` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def get(self, job: JobName, subject: str, machine: str = "") -> Attempt | None:
        """Give what is known of an attempt; ``None`` when the last one ended well."""
        query = select(attempt).where(*_keys(job, subject, machine))
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _attempt(row)

    def all(self) -> tuple[Attempt, ...]:
        """Give every attempt that did not end well, the oldest first."""
        query = select(attempt).order_by(attempt.c.first_at, attempt.c.job, attempt.c.subject)
        return tuple(_attempt(row) for row in self._connection.execute(query))

    def put(self, made: Attempt) -> None:
        """Keep an attempt in place of what was known of it."""
        put_row(self._connection, attempt, asdict(made))

    def drop(self, job: JobName, subject: str, machine: str = "") -> None:
        """Forget an attempt: it ended well, or is no longer to be made."""
        self._connection.execute(delete(attempt).where(*_keys(job, subject, machine)))


def _keys(job: JobName, subject: str, machine: str) -> tuple[ColumnElement[bool], ...]:
    return attempt.c.job == job, attempt.c.subject == subject, attempt.c.machine == machine


def _attempt(row: Row[Any]) -> Attempt:
    values = row._asdict()
    job = JobName(values.pop("job"))  # type: ignore[call-arg]  # by its value: the label comes with it
    return Attempt(job=job, **values)
