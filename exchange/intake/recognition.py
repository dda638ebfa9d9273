"""Whose record it is: a known person's, a new one's, or nothing tells.

A local key designates one person; without one, or with one that is new, names and birth date
find who it may be. Two of key, names and contact must agree. A sealed record is opened only
where the key and the names, or the content, have not told already.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from exchange.intake.homonyms import whose
from exchange.people.person import (
    KnownPerson,
    PersonRows,
    SealedPerson,
    UnsealedPerson,
    new_person_id,
)
from exchange.people.sealing import PersonSealing
from schemas.annex_e import Record, RuleCode

DOUBTS: Final = (RuleCode.HOMONYME_POSSIBLE, RuleCode.CLE_LOCALE_DOUTEUSE)
"""Why a row is held until an operator says whose it is."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A record sealed for its person, ``known`` or new.

    ``doubt`` is why the row must be held, when nothing tells whose it is.
    """

    person: SealedPerson
    known: KnownPerson | None
    doubt: RuleCode | None


def recognise(
    people: PersonRows, sealing: PersonSealing, batch: Sequence[UnsealedPerson]
) -> Iterator[Recognised]:
    """Seal each record of a batch for the person it belongs to, in the order given."""
    among = candidates(people, sealing.agreement_id, batch)
    certain = [_certain(*pair) for pair in zip(batch, among, strict=True)]
    unsure = [ones for ones, mine in zip(among, certain, strict=True) if mine is None]
    opened = _open_known(people, sealing, unsure)
    for person, ones, found in zip(batch, among, certain, strict=True):
        if not ones:
            yield Recognised(sealing.seal(person, new_person_id(), 0), None, None)
            continue
        mine = found or whose(person.record, [(one, opened[one.person_id]) for one in ones])
        doubt = None if mine else _doubt(person, ones)
        yield Recognised(seal_for(sealing, person, mine, ones), mine, doubt)


def candidates(
    people: PersonRows, agreement_id: str, batch: Sequence[UnsealedPerson]
) -> list[Sequence[KnownPerson]]:
    """Give, for each record, the known people whose it may be, in the order of their loading.

    Under a key that is known it is the person of the key. Under a new one, those of the names
    who have no key. Without a key, all of the names.
    """
    identities = [person.identity for person in batch]
    named = [person.name_index for person in batch if person.name_index is not None]
    keyless = [person.identity for person in batch if person.name_index is None]
    known = people.known(agreement_id, identities + named, keyless)
    return [_candidates(person, known) if known else () for person in batch]


def seal_for(
    sealing: PersonSealing,
    person: UnsealedPerson,
    mine: KnownPerson | None,
    among: Sequence[KnownPerson],
) -> SealedPerson:
    """Seal a record for a known person, or for a new one beside ``among``."""
    same_identity = [one.homonym for one in among if one.identity == person.identity]
    if mine is None:
        return sealing.seal(person, new_person_id(), max(same_identity, default=-1) + 1)
    homonym = mine.homonym if mine.identity == person.identity else 0
    return sealing.seal(person, mine.person_id, homonym)


def is_key_known(person: UnsealedPerson, among: Sequence[KnownPerson]) -> bool:
    """Tell whether the local key of a record is that of a known person."""
    return person.local_key is not None and person.local_key in {one.identity for one in among}


def _candidates(
    person: UnsealedPerson, known: Mapping[bytes, Sequence[KnownPerson]]
) -> Sequence[KnownPerson]:
    if person.local_key is None:
        return known.get(person.names, ())
    if of_key := known.get(person.local_key):
        return of_key
    return [one for one in known.get(person.names, ()) if one.name_index is None]


def _certain(person: UnsealedPerson, among: Sequence[KnownPerson]) -> KnownPerson | None:
    """Give who it is without opening anything: by key and names, or by the same content."""
    for one in among:
        if one.content_tag == person.content_tag or (
            one.identity == person.local_key and one.name_index == person.name_index
        ):
            return one
    return None


def _doubt(person: UnsealedPerson, among: Sequence[KnownPerson]) -> RuleCode:
    if is_key_known(person, among):
        return RuleCode.CLE_LOCALE_DOUTEUSE
    return RuleCode.HOMONYME_POSSIBLE


def _open_known(
    people: PersonRows, sealing: PersonSealing, unsure: Sequence[Sequence[KnownPerson]]
) -> dict[bytes, Record]:
    ids = {one.person_id for among in unsure for one in among}
    return {one.person_id: sealing.open(one).record for one in people.sealed(ids)}
