"""Rows that wait for an operator, and of which a later file says more.

A row that waits goes when a later file has a row of the same person: that one was taken in, or
waits in its turn. How many went is counted and in the evidence of the load.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from exchange.intake.homonyms import is_same_person
from exchange.intake.staging import WaitingRow
from exchange.people.person import SealedPerson, UnsealedPerson
from exchange.people.sealing import PersonSealing


def superseded(
    waiting: Iterable[WaitingRow], later: Iterable[SealedPerson], sealing: PersonSealing
) -> list[WaitingRow]:
    """Give the waiting rows of whom a row of a later file certainly speaks.

    ``later`` are the rows of the file that share a blind index with one that waits.
    """
    by_index: dict[bytes, list[UnsealedPerson]] = defaultdict(list)
    for sealed in later:
        person = sealing.open(sealed)
        for index in {person.identity, person.names}:
            by_index[index].append(person)
    if not by_index:
        return []  # those who wait, thousands perhaps, are not read at every push
    return [row for row in waiting if _is_said_again(row, by_index, sealing)]


def _is_said_again(
    row: WaitingRow, by_index: dict[bytes, list[UnsealedPerson]], sealing: PersonSealing
) -> bool:
    same_index: Sequence[UnsealedPerson] = [
        one for index in {row.person.identity, row.person.names} for one in by_index.get(index, ())
    ]
    if not same_index:
        return False
    person = sealing.open(row.person)
    return any(is_same_person(person, one) for one in same_index)
