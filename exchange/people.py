"""Who is the same person, and how a person's record is kept sealed."""

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Protocol

from exchange.errors import RefusedError
from keys.keyring import Keyring
from keys.keyring_file import KeyPurpose
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


class Named(Protocol):
    """What has the names and the birth date of a person, in their normal forms."""

    @property
    def nom(self) -> str:
        """Last name."""
        ...

    @property
    def prenom(self) -> str:
        """First name."""
        ...

    @property
    def date_naissance(self) -> str:
        """Birth date, ISO."""
        ...


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


def fold_identity(person: Named) -> str:
    """Fold last name, first name and birth date so that spellings of one person meet.

    Case, accents, hyphens, apostrophes and spaces do not count: ``LE GUILLOÜ`` and
    ``Le-Guillou`` are one name.
    """
    return _SEPARATOR.join((fold(person.nom), fold(person.prenom), person.date_naissance))


def index_of_names(identity_key: bytes, person: Named) -> bytes:
    """Give a person's blind index over names and birth date: 32 bytes."""
    return identity_index(identity_key, fold_identity(person))


def index_of_key(identity_key: bytes, local_key: str) -> bytes:
    """Give a person's blind index over the local system's key: 32 bytes.

    The local key is used here and forgotten: never stored, shown or sent.
    """
    return identity_index(identity_key, f"local{_SEPARATOR}{local_key}")


def fold(text: str) -> str:
    """Give the letters and digits of a text, without case or accents."""
    # An accent, taken apart from its letter, is no letter: it goes with spaces and hyphens.
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return _NOT_A_LETTER_OR_DIGIT.sub("", decomposed.replace("œ", "oe").replace("æ", "ae"))


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
    """What seals and opens the people of one agreement.

    ``sealer`` has the key in use, ``sealers`` those of every version of it.
    """

    agreement_id: str
    identity_key: bytes = field(repr=False)
    sealer: RecordSealer = field(repr=False)
    sealers: Mapping[int, RecordSealer] = field(repr=False)

    def prepare(self, record: Record, local_key: str) -> UnsealedPerson:
        """Index a record: over the local key where the agreement names one and the row has it."""
        by_name = index_of_names(self.identity_key, record)
        plaintext = encode_record(record)
        return UnsealedPerson(
            record=record,
            plaintext=plaintext,
            identity=index_of_key(self.identity_key, local_key) if local_key else by_name,
            name_index=by_name if local_key else None,
            content_tag=content_tag(self.identity_key, plaintext),
        )

    def seal(self, person: UnsealedPerson, person_id: bytes, homonym: int) -> SealedPerson:
        """Seal a record for the person it belongs to."""
        bound = binding(self.agreement_id, person_id, RECORD_SCHEMA_VERSION)
        return SealedPerson(
            person_id=person_id,
            identity=person.identity,
            content_tag=person.content_tag,
            entry_date=date.fromisoformat(person.record.date_entree),
            key_version=self.sealer.key_id.version,
            schema_version=RECORD_SCHEMA_VERSION,
            sealed=self.sealer.seal(person.plaintext, bound),
            name_index=person.name_index,
            homonym=homonym,
        )

    def open(self, person: SealedPerson) -> UnsealedPerson:
        """Open a person's record. Raises ``UnsealingError``."""
        bound = binding(self.agreement_id, person.person_id, person.schema_version)
        plaintext = self.sealers[person.key_version].open(person.sealed, bound)
        return UnsealedPerson(
            record=decode_record(plaintext),
            plaintext=plaintext,
            identity=person.identity,
            name_index=person.name_index,
            content_tag=person.content_tag,
        )


def person_sealing(keyring: Keyring, agreement_id: str) -> PersonSealing:
    """Give what seals an agreement's people. Raises ``RefusedError`` once its keys are gone."""
    sealers = record_sealers(keyring, agreement_id)
    if not sealers:
        raise RefusedError(
            "les données de cette convention ont été détruites",
            "rien ne peut plus être chargé sous cette convention",
        )
    identity_key = keyring.current(KeyPurpose.IDENTITY, agreement_id)
    return PersonSealing(agreement_id, identity_key, sealers[max(sealers)], sealers)


def record_sealers(keyring: Keyring, agreement_id: str) -> dict[int, RecordSealer]:
    """Give a sealer for each version of an agreement's data key."""
    ids = [entry.key_id for entry in keyring.entries()]
    mine = [k for k in ids if (k.purpose, k.scope) == (KeyPurpose.RECORDS, agreement_id)]
    return {key_id.version: RecordSealer(key_id, keyring.material(key_id)) for key_id in mine}


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
