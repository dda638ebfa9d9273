"""The staging of a load: rows wait, sealed, until the whole file is judged.

Two rows of one file can be the same person, and a file with too many refusals must
leave nothing: so rows are staged in short transactions, settled by set operations,
and taken into the base, or dropped, in one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from exchange.people.person import SealedPerson


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A sealed row and the line it came from; ``held_code`` is empty when it is accepted."""

    line: int
    person: SealedPerson
    held_code: str


@dataclass(frozen=True, slots=True)
class UntakenRow:
    """A row that is not taken in, and the blind indexes that say whose it is."""

    line: int
    identity: bytes
    name_index: bytes | None


@dataclass(frozen=True, slots=True)
class DifferingRow:
    """A staged row whose names other rows of the file have too, with something else."""

    line: int
    person: SealedPerson
    is_known: bool


@dataclass(frozen=True, slots=True)
class Merged:
    """What taking a load into the base did, or would do, in people.

    Three are rows: ``held``, those ``objecting``, left out because their people object, and
    ``superseded``, which had waited since an earlier load and went for a later row of the
    same person. ``absent`` are people who were in the base and present until now, and are
    not in a file that lists everybody.
    """

    created: int
    updated: int
    unchanged: int
    held: int
    objecting: int = 0
    absent: int = 0
    superseded: int = 0


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A row held until an operator settles it; no value of the person in it.

    ``load_number`` orders the loads of an agreement, whatever the clock says.
    """

    load_id: str
    line: int
    code: str
    loaded_at: datetime
    load_number: int


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A held row with what is sealed in it."""

    load_id: str
    line: int
    person: SealedPerson


class LoadRows(Protocol):
    """The register of loads, inside a transaction."""

    def begin(self, load_id: str, agreement_id: str, mode: str, at: datetime) -> None:
        """Record that a load has begun, and give it the next number of its agreement."""
        ...

    def forget(self, load_id: str) -> None:
        """Remove a load that took nothing into the base, and its staging."""
        ...

    def end(self, load_id: str, at: datetime, counts: Mapping[str, int], attested_by: str) -> None:
        """Record how a load ended, and empty its staging; ``counts`` by its columns' names."""
        ...

    def unfinished(self, agreement_id: str) -> Sequence[str]:
        """Give the loads that neither ended nor were swept."""
        ...

    def last_of_mode(self, agreement_id: str, mode: str) -> int:
        """Give the number of the last load of a mode taken into the base; 0 for none."""
        ...

    def last_ended_at(self, agreement_id: str) -> datetime | None:
        """Give when the last load of an agreement was taken into the base."""
        ...


class StagedRows(Protocol):
    """The staging, inside a transaction."""

    def stage(self, load_id: str, rows: Sequence[StagedRow]) -> None:
        """Add rows to the staging."""
        ...

    def keep_present(self, load_id: str, rows: Sequence[UntakenRow]) -> None:
        """Remember rows that are not taken in: their people are in the file."""
        ...

    def differing(self, load_id: str) -> Iterator[DifferingRow]:
        """Stream the rows of the names with several contents or identities, name by name."""
        ...

    def under_one_key(self, load_id: str) -> Sequence[int]:
        """Give the lines of the local keys that have several contents."""
        ...

    def claiming_one_person(self, load_id: str) -> Sequence[int]:
        """Give the lines of accepted rows of which several are of one known person."""
        ...

    def set_aside(self, load_id: str, lines: Sequence[int]) -> None:
        """Take rows out of the staging; their people are in the file all the same."""
        ...

    def hold(self, load_id: str, lines: Sequence[int], code: str) -> None:
        """Hold staged rows that are not held yet."""
        ...

    def drop_identical(self, load_id: str) -> Iterator[int]:
        """Drop all but the first of identical rows; give the lines dropped."""
        ...

    def set_aside_objecting(self, load_id: str, agreement_id: str) -> int:
        """Take the rows of people who object out of the staging; give how many."""
        ...

    def held_lines(self, load_id: str, code: str) -> Sequence[int]:
        """Give the lines of the staged rows that are held for one code."""
        ...


class Merging(Protocol):
    """What takes the staging into the base, inside a transaction."""

    def would_merge(self, load_id: str) -> Merged:
        """Count what ``merge`` would do, and do nothing."""
        ...

    def merge(self, load_id: str, agreement_id: str, at: datetime) -> Merged:
        """Take the staged rows into the base: people created or replaced, rows held."""
        ...

    def said_again(self, load_id: str, agreement_id: str) -> Iterator[SealedPerson]:
        """Stream the staged rows that share a blind index with a row that waits."""
        ...

    def count_absent(self, load_id: str, agreement_id: str) -> int:
        """Count the people, present until now, who are nowhere in the file."""
        ...

    def mark_absent(self, load_id: str, agreement_id: str, at: datetime) -> None:
        """Mark those whom ``count_absent`` counts: they leave the next transfers."""
        ...


class HeldRows(Protocol):
    """What settling a held row needs of the database, inside a transaction."""

    def all(self, agreement_id: str) -> Sequence[HeldRow]:
        """Give the held rows of an agreement, newest load first."""
        ...

    def waiting(self, agreement_id: str) -> Iterator[WaitingRow]:
        """Stream the held rows of an agreement with what is sealed in them."""
        ...

    def get(self, agreement_id: str, load_id: str, line: int) -> SealedPerson | None:
        """Give what is sealed in one held row, or ``None``."""
        ...

    def remove(self, agreement_id: str, load_id: str, line: int) -> None:
        """Remove one held row."""
        ...

    def hold_for(self, agreement_id: str, load_id: str, line: int, code: str) -> None:
        """Hold a row for another reason than it was."""
        ...
