"""Transactions as the domain sees them: where they come from, and that they leave evidence.

Each use case declares the tables it needs on top (its ``Work``); storage satisfies them all
by shape.
"""

from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from exchange.audit.recording import Evidence

Work_co = TypeVar("Work_co", covariant=True)


class Evidenced(Protocol):
    """A transaction that leaves evidence of its act."""

    @property
    def evidence(self) -> Evidence:
        """The evidence of this act; it commits with it."""
        ...


class Store(Protocol[Work_co]):
    """Where transactions come from."""

    def begin(self) -> AbstractContextManager[Work_co]:
        """Open a transaction that commits when it ends well."""
        ...

    def read(self) -> AbstractContextManager[Work_co]:
        """Open a transaction that only reads: one moment of the database."""
        ...
