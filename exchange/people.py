"""Who is the same person, and how a person's record is kept sealed."""

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Protocol

from keys.pseudonyms import identity_index
from keys.sealing import Binding, RecordSealer
from schemas.annex_e import Record

RECORD_SCHEMA_VERSION: Final = 1
RETENTION_CLASS: Final = "records"
_PERSON_ID_BYTES = 16
_CONTENT_TAG_BYTES = 16
# A record's normal form holds no control character (CARACTERE_INTERDIT), so this never
# occurs inside a cell.
_SEPARATOR = "\x1f"
_NOT_A_LETTER_OR_DIGIT = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class SealedPerson:
    """A person as the database keeps them.

    ``person_id``: 16 random bytes. ``identity``: blind index, 32 bytes. ``content_tag``:
    keyed digest of the record, 16 bytes, which tells an unchanged row from a changed one.
    """

    person_id: bytes
    identity: bytes
    content_tag: bytes
    entry_date: date
    key_version: int
    schema_version: int
    sealed: bytes


class PersonRows(Protocol):
    """What this module needs of the database, inside a transaction."""

    def known_ids(self, agreement_id: str, identities: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Give the person id of each blind index that is already known."""
        ...

    def save(self, agreement_id: str, person: SealedPerson, at: datetime) -> None:
        """Add a person, or replace the whole record of a known one."""
        ...

    def count(self, agreement_id: str) -> int:
        """Count the people of an agreement."""
        ...


def new_person_id() -> bytes:
    """Draw a random id; it says nothing of the person or of the order of intake."""
    return secrets.token_bytes(_PERSON_ID_BYTES)


def fold_identity(record: Record) -> str:
    """Fold last name, first name and birth date so that spellings of one person meet.

    Case, accents, hyphens, apostrophes and spaces do not count: ``LE GUILLOÜ`` and
    ``Le-Guillou`` are one name.
    """
    return _SEPARATOR.join((_fold(record.nom), _fold(record.prenom), record.date_naissance))


def index_of(identity_key: bytes, record: Record, local_key: str) -> bytes:
    """Give a person's blind index: over the local key where the agreement names one.

    The local key is used here and forgotten: never stored, shown or sent.
    """
    folded = f"local{_SEPARATOR}{local_key}" if local_key else fold_identity(record)
    return identity_index(identity_key, folded)


def content_tag(identity_key: bytes, plaintext: bytes) -> bytes:
    """Give the keyed digest that tells whether a record changed: 16 bytes."""
    return hmac.digest(identity_key, b"content\0" + plaintext, hashlib.sha256)[:_CONTENT_TAG_BYTES]


def encode_record(record: Record) -> bytes:
    """Give the bytes that are sealed: the eight cells in the contract's order."""
    return _SEPARATOR.join(record.cells()).encode()


def decode_record(plaintext: bytes) -> Record:
    """Read back what ``encode_record`` gave."""
    return Record.from_cells(tuple(plaintext.decode().split(_SEPARATOR)))


def binding(agreement_id: str, person_id: bytes, schema_version: int) -> Binding:
    """Say what a sealed record belongs to."""
    return Binding(agreement_id, person_id, schema_version)


@dataclass(frozen=True, slots=True)
class PersonSealing:
    """What seals the people of one agreement."""

    agreement_id: str
    identity_key: bytes = field(repr=False)
    sealer: RecordSealer = field(repr=False)

    def seal(self, person_id: bytes, identity: bytes, record: Record) -> SealedPerson:
        """Seal an accepted record for the person it belongs to."""
        plaintext = encode_record(record)
        bound = binding(self.agreement_id, person_id, RECORD_SCHEMA_VERSION)
        return SealedPerson(
            person_id=person_id,
            identity=identity,
            content_tag=content_tag(self.identity_key, plaintext),
            entry_date=date.fromisoformat(record.date_entree),
            key_version=self.sealer.key_id.version,
            schema_version=RECORD_SCHEMA_VERSION,
            sealed=self.sealer.seal(plaintext, bound),
        )


def open_people(
    agreement_id: str, people: Iterable[SealedPerson], sealers: Mapping[int, RecordSealer]
) -> Iterator[tuple[bytes, Record]]:
    """Open sealed people one by one: (person id, record). Raises ``UnsealingError``."""
    for person in people:
        bound = binding(agreement_id, person.person_id, person.schema_version)
        yield (
            person.person_id,
            decode_record(sealers[person.key_version].open(person.sealed, bound)),
        )


def _fold(name: str) -> str:
    # An accent, taken apart from its letter, is no letter: it goes with spaces and hyphens.
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return _NOT_A_LETTER_OR_DIGIT.sub("", decomposed.replace("œ", "oe").replace("æ", "ae"))
