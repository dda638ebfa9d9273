"""The staging of a load: rows wait, sealed, until the whole file is judged.

Two rows of one file can be the same person, and a file with too many refusals must
leave nothing: so rows are staged in short transactions, settled by set operations,
and taken into the base, or dropped, in one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from exchange.people import SealedPerson


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A sealed row and the line it came from; ``held_code`` is empty when it is accepted."""

    line: int
    person: SealedPerson
    held_code: str


@dataclass(frozen=True, slots=True)
class Merged:
    """What taking a load into the base did, in people."""

    created: int
    updated: int
    unchanged: int
    held: int


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A row held until an operator settles it; no value of the person in it."""

    load_id: str
    line: int
    code: str
    loaded_at: datetime


class LoadRows(Protocol):
    """What a load needs of the database, inside a transaction."""

    def begin(self, load_id: str, agreement_id: str, at: datetime) -> None:
        """Record that a load has begun."""
        ...

    def stage(self, load_id: str, rows: Sequence[StagedRow]) -> None:
        """Add rows to the staging."""
        ...

    def drop_contradictory(self, load_id: str) -> Iterator[int]:
        """Drop every row whose person stands there with other values; give their lines."""
        ...

    def drop_identical(self, load_id: str) -> Iterator[int]:
        """Drop all but the first of identical rows; give the lines dropped."""
        ...

    def merge(self, load_id: str, agreement_id: str, at: datetime) -> Merged:
        """Take the staged rows into the base: people created or replaced, rows held."""
        ...

    def forget(self, load_id: str) -> None:
        """Remove a load that took nothing into the base, and its staging."""
        ...

    def end(self, load_id: str, at: datetime, counts: Mapping[str, int], attested_by: str) -> None:
        """Record how a load ended."""
        ...

    def unfinished(self, agreement_id: str) -> Sequence[str]:
        """Give the loads that neither ended nor were swept."""
        ...

    def last_ended_at(self, agreement_id: str) -> datetime | None:
        """Give when the last load of an agreement was taken into the base."""
        ...


class HeldRows(Protocol):
    """What settling a held row needs of the database, inside a transaction."""

    def all(self, agreement_id: str) -> Sequence[HeldRow]:
        """Give the held rows of an agreement, newest load first."""
        ...

    def take(self, agreement_id: str, load_id: str, line: int) -> SealedPerson | None:
        """Remove one held row and give what was sealed in it, or ``None``."""
        ...
