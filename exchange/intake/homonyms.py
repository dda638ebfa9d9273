"""Is it the same person? Names and birth date agree; the contacts tell.

Two people with one name and one birth date are rare, and each of them keeps a telephone, an
address or an e-mail from one file to the next. Who shares none with the person known under
their name is perhaps somebody else: an operator says so, not this module.
"""

from collections.abc import Iterable
from typing import TypeAlias

from exchange.people.indexes import fold
from exchange.people.person import KnownPerson, UnsealedPerson
from schemas.annex_e import Record

Contact: TypeAlias = tuple[str, str]
"""A column and what stands in it, folded."""


def contacts(record: Record) -> frozenset[Contact]:
    """Give the ways to reach a person. What is blank is none: it is shared with nobody.

    An address is one with its postcode: every town has a rue de l'Église.
    """
    street = fold(record.adresse)
    given = (
        ("adresse", f"{street} {record.code_postal}" if street else ""),
        ("courriel", record.courriel.casefold()),
        ("telephone", record.telephone),
    )
    return frozenset(contact for contact in given if contact[1])


def is_same_person(one: UnsealedPerson, other: UnsealedPerson) -> bool:
    """Tell whether two rows are certainly of one person: two of three agree.

    The three are the local key, the names with the birth date, and a contact. Two different
    keys are two people.
    """
    if one.local_key and other.local_key and one.local_key != other.local_key:
        return False
    agreements = (
        one.local_key is not None and one.local_key == other.local_key,
        one.names == other.names,
        bool(contacts(one.record) & contacts(other.record)),
    )
    return sum(agreements) > 1


def whose(record: Record, known: Iterable[tuple[KnownPerson, Record]]) -> KnownPerson | None:
    """Give the known person with whom the record shares most contacts.

    ``None`` when nobody shares any, and when two share as many: then it may be either.
    """
    mine = contacts(record)
    shared = [(len(mine & contacts(theirs)), person) for person, theirs in known]
    most = max((count for count, _ in shared), default=0)
    closest = [person for count, person in shared if count == most]
    return closest[0] if most and len(closest) == 1 else None
