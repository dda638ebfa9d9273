"""How a person's record is kept sealed, and opened again."""

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from exchange.errors import RefusedError
from exchange.people.indexes import SEPARATOR, index_of_key, index_of_names
from exchange.people.person import SealedPerson, UnsealedPerson
from keys.keyring import Keyring
from keys.keyring_file import KeyPurpose
from keys.sealing import Binding, RecordSealer
from schemas.annex_e import Record

RECORD_SCHEMA_VERSION: Final = 1
_CONTENT_TAG_BYTES = 16


def content_tag(identity_key: bytes, plaintext: bytes) -> bytes:
    """Give the keyed digest that tells whether a record changed: 16 bytes."""
    return hmac.digest(identity_key, b"content\0" + plaintext, hashlib.sha256)[:_CONTENT_TAG_BYTES]


def encode_record(record: Record) -> bytes:
    """Give the bytes that are sealed: the eight cells in the contract's order."""
    return SEPARATOR.join(record.cells()).encode()


def decode_record(plaintext: bytes) -> Record:
    """Read back what ``encode_record`` gave."""
    return Record.from_cells(tuple(plaintext.decode().split(SEPARATOR)))


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
