"""A person as the base keeps them, as a load meets them, and what a load asks of the base."""

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Protocol

from schemas.annex_e import Record

RETENTION_CLASS: Final = "records"
_PERSON_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class SealedPerson:
    """A person as the database keeps them.

    ``person_id``: 16 random bytes. ``identity``: blind index, 32 bytes. ``content_tag``:
    keyed digest of the record, 16 bytes, which tells an unchanged row from a changed one.
    ``name_index``: blind index over names and birth date, 32 bytes, where ``identity`` is
    over a local key. ``homonym``: 0 for the first person of an identity, 1 for the next.
    """

    person_id: bytes
    identity: bytes
    content_tag: bytes
    entry_date: date
    key_version: int
    schema_version: int
    sealed: bytes
    name_index: bytes | None = None
    homonym: int = 0

    @property
    def names(self) -> bytes:
        """The blind index over names and birth date."""
        return self.name_index or self.identity


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """As much of a person in the base as tells whether a row is theirs, and unchanged.

    ``load_number`` is that of the last load that wrote them; the rest as in ``SealedPerson``.
    """

    person_id: bytes
    identity: bytes
    name_index: bytes | None
    homonym: int
    content_tag: bytes
    load_number: int


@dataclass(frozen=True, slots=True)
class UnsealedPerson:
    """An accepted record, before it is known whose it is. Lives in memory only.

    ``identity``, ``name_index`` and ``content_tag`` are those of ``SealedPerson``.
    """

    record: Record = field(repr=False)
    plaintext: bytes = field(repr=False)
    identity: bytes
    name_index: bytes | None
    content_tag: bytes

    @property
    def names(self) -> bytes:
        """The blind index over names and birth date."""
        return self.name_index or self.identity

    @property
    def local_key(self) -> bytes | None:
        """The blind index over the local key, where the row has one."""
        return self.identity if self.name_index is not None else None


@dataclass(frozen=True, slots=True)
class PeopleCounts:
    """The people of an agreement, those who would be sent and the others.

    ``later`` entered after the day asked about. Of the rest, ``absent`` are not in the last
    complete list, and ``objecting`` object, absent or not.
    """

    sendable: int
    absent: int
    objecting: int
    later: int


class PersonRows(Protocol):
    """What this module needs of the database, inside a transaction."""

    def known(
        self, agreement_id: str, identities: Collection[bytes], names: Collection[bytes]
    ) -> Mapping[bytes, Sequence[KnownPerson]]:
        """Give the known people by each of their blind indexes, in the order of their loading.

        Those whose identity is one of ``identities``, or whose names are among ``names``.
        """
        ...

    def sealed(self, person_ids: Collection[bytes]) -> Iterator[SealedPerson]:
        """Stream the people of these ids."""
        ...

    def save(self, agreement_id: str, person: SealedPerson, load_number: int, at: datetime) -> None:
        """Add a person, or replace the whole record of a known one, by a row of a load.

        A row with a local key gives it to the person; one without takes none away.
        """
        ...

    def counts(self, agreement_id: str, entered_by: date) -> PeopleCounts:
        """Count the people of an agreement, and who of them would be sent."""
        ...


def new_person_id() -> bytes:
    """Draw a random id; it says nothing of the person or of the order of intake."""
    return secrets.token_bytes(_PERSON_ID_BYTES)
