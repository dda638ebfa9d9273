"""Containers that somebody altered: each named after what was done to it.

The attacker knows every public key, holds a good package or two, and signs with keys of their
own. Members are packed in the one encoding, so that it is not the encoding that gives them away.
"""

import io
import stat
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from exchange.packages.archive import ArchiveWriter, read_archive
from exchange.packages.asic_manifest import asic_manifest
from exchange.packages.naming import (
    ASIC_MANIFEST,
    MANIFEST,
    MIMETYPE,
    NOTICE,
    SIGNATURE,
    TABLE_SCHEMA,
    UNLISTED,
)
from keys.age import EncryptingWriter, parse_recipient
from keys.seal import SealKey, self_signed, sign_detached, sign_enveloping
from tests.fakes.ministry import Ministry
from tests.unit.exchange.packages.specimen import AT, PROVIDER, ROWS, Correspondence, digest_of

_UNIX = 3

Members: TypeAlias = dict[str, bytes]
Alteration: TypeAlias = Callable[["Loot"], bytes]


@dataclass(frozen=True, slots=True)
class Loot:
    """What the attacker holds: a good package, another of the same sender, the reader's key."""

    good: Members
    other: Members
    reader: Ministry
    sender: SealKey

    @property
    def ciphertext(self) -> str:
        """The name of the encrypted member."""
        return next(name for name in self.good if name.endswith(".csv.age"))


def loot(correspondence: Correspondence) -> Loot:
    """Give an attacker what they may hold."""
    other, _ = correspondence.build(PROVIDER, ROWS[:1])
    good = correspondence.package(PROVIDER)
    return Loot(unpack(good), unpack(other), correspondence.provider, correspondence.seal)


def unpack(package: bytes) -> Members:
    """Give the members of a container in order."""
    archive = read_archive(io.BytesIO(package))
    return {member.name: b"".join(archive.chunks(member)) for member in archive.members}


def pack(members: Mapping[str, bytes], *more: tuple[str, bytes]) -> bytes:
    """Write members in the one encoding; ``more`` may repeat a name."""
    file = io.BytesIO()
    writer = ArchiveWriter(file)
    for name, content in (*members.items(), *more):
        writer.add(name, content)
    writer.finish()
    return file.getvalue()


def signed_again(members: Members, seal: SealKey) -> Members:
    """List the members as they are and sign the list."""
    listed = {name: digest_of(members[name]) for name in members if name not in UNLISTED}
    manifest = asic_manifest(listed)
    signature = sign_detached(manifest, seal, AT)
    return {**members, ASIC_MANIFEST: manifest, SIGNATURE: signature}


def forged_rows(reader: Ministry) -> bytes:
    """Encrypt other rows to the reader: anybody can."""
    file = io.BytesIO()
    recipient = parse_recipient(reader.public_keys.encryption_key)
    with EncryptingWriter(file, [recipient]) as writer:
        writer.write(b'"prenom"\r\n"Personne"\r\n')
    return file.getvalue()


def _replaced(name: str, content: bytes) -> Alteration:
    return lambda held: pack({**held.good, name: content})


def _removed(name: str) -> Alteration:
    return lambda held: pack({n: c for n, c in held.good.items() if n != name})


def _added(name: str, content: bytes = b"x") -> Alteration:
    return lambda held: pack(held.good, (name, content))


def _renamed(old: str, new: str) -> Alteration:
    return lambda held: pack({new if n == old else n: c for n, c in held.good.items()})


def _with_forged_rows(held: Loot) -> Members:
    return {**held.good, held.ciphertext: forged_rows(held.reader)}


def _swapped(held: Loot, first: str, second: str) -> bytes:
    good = held.good
    return pack({**good, first: good[second], second: good[first]})


def _signed_by_another(common_name: str) -> Alteration:
    return lambda held: pack(signed_again(_with_forged_rows(held), self_signed(common_name)))


def _bringing_its_certificate(name: str) -> Alteration:
    def alter(held: Loot) -> bytes:
        own = self_signed("Département d'essai")
        members = {**_with_forged_rows(held), name: own.certificate.pem}
        return pack(signed_again(members, own))

    return alter


def _listed_anew(held: Loot) -> bytes:
    members = _with_forged_rows(held)
    listed = {name: digest_of(members[name]) for name in members if name not in UNLISTED}
    return pack({**members, ASIC_MANIFEST: asic_manifest(listed)})


def _list_of_another(held: Loot) -> bytes:
    taken = {name: held.other[name] for name in (ASIC_MANIFEST, SIGNATURE)}
    return pack({**held.good, **taken})


def _signature_around_another_text(held: Loot) -> bytes:
    certificate = sign_enveloping(b'{"format":1}', held.sender, AT)
    return pack({**_with_forged_rows(held), SIGNATURE: certificate})


def _notice_linked_to_the_key(held: Loot) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in held.good.items():
            member = zipfile.ZipInfo(name)
            if name == NOTICE:
                member.create_system = _UNIX
                member.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(member, b"../identity.txt" if name == NOTICE else content)
    return file.getvalue()


HOSTILE: dict[str, Alteration] = {
    "mimetype replaced": _replaced(MIMETYPE, b"application/zip"),
    "manifest replaced": _replaced(MANIFEST, b"{}"),
    "schema replaced": _replaced(TABLE_SCHEMA, b"{}"),
    "notice replaced": _replaced(NOTICE, b"Appelez plutot le 01 23 45 67 89"),
    "notice replaced by a link to a key": _notice_linked_to_the_key,
    "list replaced": _replaced(ASIC_MANIFEST, b"<x/>"),
    "signature replaced": _replaced(SIGNATURE, b"0"),
    "rows replaced": lambda held: pack(_with_forged_rows(held)),
    "rows replaced by those of another package": lambda held: pack(
        {**held.good, held.ciphertext: held.other[held.ciphertext]}
    ),
    "rows replaced and listed anew": _listed_anew,
    "list and signature of another package": _list_of_another,
    "mimetype removed": _removed(MIMETYPE),
    "rows removed": lambda held: _removed(held.ciphertext)(held),
    "manifest removed": _removed(MANIFEST),
    "schema removed": _removed(TABLE_SCHEMA),
    "notice removed": _removed(NOTICE),
    "list removed": _removed(ASIC_MANIFEST),
    "signature removed": _removed(SIGNATURE),
    "member added": _added("annexe.txt"),
    "hidden member added": _added(".profil"),
    "member added beside the signature": _added("META-INF/annexe.xml"),
    "empty folder added": _added("annexe/", b""),
    "second rows added before the first": lambda held: pack(
        {"a.csv.age": forged_rows(held.reader), **held.good}
    ),
    "rows added under the same name": lambda held: pack(
        held.good, (held.ciphertext, forged_rows(held.reader))
    ),
    "member added with a line break in its name": _added("LISEZMOI.txt\nschema.json"),
    "member added above the folder": _added("../dept.pem"),
    "rows renamed": lambda held: _renamed(held.ciphertext, "autre.csv.age")(held),
    "schema renamed": _renamed(TABLE_SCHEMA, "Schema.json"),
    "notice renamed": _renamed(NOTICE, "LISEZMOI.html"),
    "schema and notice swapped": lambda held: _swapped(held, TABLE_SCHEMA, NOTICE),
    "rows and notice swapped": lambda held: _swapped(held, held.ciphertext, NOTICE),
    "manifest and list swapped": lambda held: _swapped(held, MANIFEST, ASIC_MANIFEST),
    "signed again by a stranger": _signed_by_another("Inconnu"),
    "signed again under the sender's name": _signed_by_another("Département d'essai"),
    "bringing its own certificate": _bringing_its_certificate("dept.pem"),
    "bringing its own certificate above the folder": _bringing_its_certificate("../dept.pem"),
    "signature around another text of the sender": _signature_around_another_text,
}
