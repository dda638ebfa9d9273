"""Transactions as the domain sees them: where they come from, and that they leave evidence.

Each use case declares the tables it needs on top (its ``Work``); storage satisfies them all
by shape.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

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


@dataclass(frozen=True, slots=True)
class OneTransaction(Generic[Work_co]):
    """A store of one transaction, open already: what is begun here commits with it, or not at all.

    What a use case does in several steps, so that it can be resumed, is then one step.
    """

    work: Work_co

    @contextmanager
    def begin(self) -> Iterator[Work_co]:
        """Give the transaction that is open; it commits when whoever opened it ends well."""
        yield self.work

    def read(self) -> AbstractContextManager[Work_co]:
        """Give the same."""
        return self.begin()
