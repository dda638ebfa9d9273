"""Whose record it is: a known person's, a new one's, or perhaps a homonym's.

A sealed record is opened only where a person of that identity is known with another content.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from exchange.intake.homonyms import whose
from exchange.people import (
    KnownPerson,
    PersonRows,
    PersonSealing,
    SealedPerson,
    UnsealedPerson,
    new_person_id,
)
from schemas.annex_e import Record


@dataclass(frozen=True, slots=True)
class Recognised:
    """A record sealed for its person; ``may_be_homonym`` when nothing tells whose it is."""

    person: SealedPerson
    may_be_homonym: bool


def recognise(
    people: PersonRows, sealing: PersonSealing, batch: Sequence[UnsealedPerson]
) -> Iterator[Recognised]:
    """Seal each record of a batch for the person it belongs to, in the order given."""
    known = people.known(sealing.agreement_id, [person.identity for person in batch])
    opened = _open_known(people, sealing, batch, known)
    for person in batch:
        same_identity = known.get(person.identity)
        if same_identity is None:
            yield Recognised(sealing.seal(person, new_person_id(), 0), may_be_homonym=False)
        elif mine := _known_person(person, same_identity, opened):
            yield Recognised(
                sealing.seal(person, mine.person_id, mine.homonym), may_be_homonym=False
            )
        else:
            homonym = next_homonym(same_identity)
            yield Recognised(sealing.seal(person, new_person_id(), homonym), may_be_homonym=True)


def next_homonym(known: Sequence[KnownPerson]) -> int:
    """Give the number of the next person of an identity; the first has 0."""
    return max((person.homonym for person in known), default=-1) + 1


def _known_person(
    person: UnsealedPerson, known: Sequence[KnownPerson], opened: Mapping[bytes, Record]
) -> KnownPerson | None:
    if certain := _certain(person, known):
        return certain
    return whose(person.record, ((one, opened[one.person_id]) for one in known))


def _certain(person: UnsealedPerson, known: Iterable[KnownPerson]) -> KnownPerson | None:
    """Give who it is without opening anything: by the local key, or by the same content."""
    is_by_local_key = person.name_index is not None
    return next(
        (one for one in known if is_by_local_key or one.content_tag == person.content_tag), None
    )


def _open_known(
    people: PersonRows,
    sealing: PersonSealing,
    batch: Sequence[UnsealedPerson],
    known: Mapping[bytes, Sequence[KnownPerson]],
) -> dict[bytes, Record]:
    doubtful = {
        one.person_id
        for person in batch
        if (same := known.get(person.identity)) and _certain(person, same) is None
        for one in same
    }
    return {one.person_id: sealing.open(one).record for one in people.sealed(doubtful)}
