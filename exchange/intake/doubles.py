"""Rows of one file under one identity with different contents: a contradiction, or homonyms.

Rows that share a contact speak of one person and contradict each other: none is taken in.
Rows that share none are perhaps different people: each is held until an operator says so.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice
from typing import Final

from exchange.intake.homonyms import Contact, contacts
from exchange.people import PersonSealing, SealedPerson

_MOST_HOMONYMS: Final = 20
"""More rows than this under one identity are no homonyms, and are not held in memory."""


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    homonym: int
    content_tag: bytes
    contacts: frozenset[Contact]


@dataclass(frozen=True, slots=True)
class Doubles:
    """The lines that contradict another one, and those that may be homonyms."""

    contradictory: tuple[int, ...]
    homonyms: tuple[int, ...]


def judge_doubles(
    rows: Iterable[tuple[int, SealedPerson]], sealing: PersonSealing, *, dry_run: bool
) -> Doubles:
    """Judge (line, person) in the order of their identities, those with several contents.

    Rows that were recognised as different people do not contradict each other. A dry run
    names contradictory lines by the file alone: what it says of a line must not tell whether
    somebody is known.
    """
    contradictory: list[int] = []
    homonyms: list[int] = []
    for _, same_identity in groupby(rows, key=lambda row: row[1].identity):
        of_one = iter(same_identity)
        first = list(islice(of_one, _MOST_HOMONYMS))
        beyond = [line for line, _ in of_one]
        if beyond:
            contradictory += chain((line for line, _ in first), beyond)
            continue
        opened = [_open(line, person, sealing) for line, person in first]
        refused = set(_contradictory(opened, dry_run=dry_run))
        contradictory += sorted(refused)
        homonyms += (line for line in _unlike(opened) if line not in refused)
    return Doubles(tuple(sorted(contradictory)), tuple(sorted(homonyms)))


def _open(line: int, person: SealedPerson, sealing: PersonSealing) -> _Row:
    record = sealing.open(person).record
    return _Row(line, person.homonym, person.content_tag, contacts(record))


def _contradictory(rows: Sequence[_Row], *, dry_run: bool) -> Iterator[int]:
    for row in rows:
        of_same_person = (one for one in rows if dry_run or one.homonym == row.homonym)
        if any(
            one.content_tag != row.content_tag and one.contacts & row.contacts
            for one in of_same_person
        ):
            yield row.line


def _unlike(rows: Sequence[_Row]) -> Iterator[int]:
    contents = Counter(homonym for homonym, _ in {(row.homonym, row.content_tag) for row in rows})
    return (row.line for row in rows if contents[row.homonym] > 1)
