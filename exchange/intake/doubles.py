"""Rows of one file under one name with different contents: a contradiction, or homonyms.

Rows that share a contact, or a local key, speak of one person and contradict each other: none
is taken in. Rows that share none are perhaps different people: each is held until an operator
says so. Two local keys are two people.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice
from typing import Final

from exchange.intake.homonyms import Contact, contacts
from exchange.intake.staging import DifferingRow
from exchange.people.sealing import PersonSealing

_MOST_HOMONYMS: Final = 20
"""More rows than this under one name are no homonyms, and are not held in memory."""


@dataclass(frozen=True, slots=True)
class _Row:
    """``whose`` is the known person whose it is, ``None`` when nobody was recognised."""

    line: int
    local_key: bytes | None
    whose: bytes | None
    content_tag: bytes
    contacts: frozenset[Contact]


@dataclass(frozen=True, slots=True)
class Doubles:
    """The lines that contradict another one, and those that may be homonyms."""

    contradictory: tuple[int, ...]
    homonyms: tuple[int, ...]


def judge_doubles(
    rows: Iterable[DifferingRow], sealing: PersonSealing, *, dry_run: bool
) -> Doubles:
    """Judge rows in the order of their names, those with several contents or local keys.

    Rows that were recognised as different people do not contradict each other. A dry run
    names contradictory lines by the file alone: what it says of a line must not tell whether
    somebody is known.
    """
    contradictory: list[int] = []
    homonyms: list[int] = []
    for _, same_names in groupby(rows, key=lambda row: row.person.names):
        of_one = iter(same_names)
        first = list(islice(of_one, _MOST_HOMONYMS))
        beyond = [row.line for row in of_one]
        if beyond:
            contradictory += chain((row.line for row in first), beyond)
            continue
        opened = [_open(row, sealing) for row in first]
        refused = set(_contradictory(opened, dry_run=dry_run))
        contradictory += sorted(refused)
        homonyms += (line for line in _unlike(opened) if line not in refused)
    return Doubles(tuple(sorted(contradictory)), tuple(sorted(homonyms)))


def _open(row: DifferingRow, sealing: PersonSealing) -> _Row:
    person = sealing.open(row.person)
    return _Row(
        line=row.line,
        local_key=person.local_key,
        whose=row.person.person_id if row.is_known else None,
        content_tag=person.content_tag,
        contacts=contacts(person.record),
    )


def _contradictory(rows: Sequence[_Row], *, dry_run: bool) -> Iterator[int]:
    for row in rows:
        of_same_person = (one for one in rows if dry_run or one.whose == row.whose)
        if any(_differ(one, row) and one.contacts & row.contacts for one in of_same_person):
            yield row.line


def _unlike(rows: Sequence[_Row]) -> Iterator[int]:
    return (
        row.line
        for row in rows
        if any(one.whose == row.whose and _differ(one, row) for one in rows)
    )


def _differ(one: _Row, other: _Row) -> bool:
    """Tell whether two rows say different things of what may be one person."""
    if one.local_key and other.local_key:
        return False
    return (one.content_tag, one.local_key) != (other.content_tag, other.local_key)
