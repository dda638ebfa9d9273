"""Whose record it is: a known person's, a new one's, or perhaps a homonym's.

A sealed record is opened only where a person of that identity is known with another content.
"""

from collections.abc import Iterator, Mapping, Sequence
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
    """A record sealed for its person, ``known`` or new.

    ``may_be_homonym`` when nothing tells whose it is.
    """

    person: SealedPerson
    known: KnownPerson | None
    may_be_homonym: bool


def recognise(
    people: PersonRows, sealing: PersonSealing, batch: Sequence[UnsealedPerson]
) -> Iterator[Recognised]:
    """Seal each record of a batch for the person it belongs to, in the order given."""
    known = people.known(sealing.agreement_id, [person.identity for person in batch])
    certain = [_certain(person, known.get(person.identity, ())) for person in batch]
    unsure = [one for one, mine in zip(batch, certain, strict=True) if mine is None]
    opened = _open_known(people, sealing, unsure, known)
    for person, found in zip(batch, certain, strict=True):
        same_identity = known.get(person.identity)
        if same_identity is None:
            yield Recognised(sealing.seal(person, new_person_id(), 0), None, may_be_homonym=False)
            continue
        theirs = ((one, opened[one.person_id]) for one in same_identity)
        if mine := found or whose(person.record, theirs):
            sealed = sealing.seal(person, mine.person_id, mine.homonym)
        else:
            sealed = sealing.seal(person, new_person_id(), next_homonym(same_identity))
        yield Recognised(sealed, mine, may_be_homonym=mine is None)


def next_homonym(known: Sequence[KnownPerson]) -> int:
    """Give the number of the next person of an identity; the first has 0."""
    return max((person.homonym for person in known), default=-1) + 1


def _certain(person: UnsealedPerson, known: Sequence[KnownPerson]) -> KnownPerson | None:
    """Give who it is without opening anything: by the local key, or by the same content."""
    for one in known:
        if person.name_index is not None or one.content_tag == person.content_tag:
            return one
    return None


def _open_known(
    people: PersonRows,
    sealing: PersonSealing,
    unsure: Sequence[UnsealedPerson],
    known: Mapping[bytes, Sequence[KnownPerson]],
) -> dict[bytes, Record]:
    ids = {one.person_id for person in unsure for one in known.get(person.identity, ())}
    return {one.person_id: sealing.open(one).record for one in people.sealed(ids)}
