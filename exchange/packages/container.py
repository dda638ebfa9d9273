"""A container that was verified, up to the encrypted member."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO, Final

from exchange.packages.archive import Archive, Member, read_archive
from exchange.packages.asic_manifest import asic_manifest
from exchange.packages.errors import UnacceptablePackageError
from exchange.packages.naming import (
    ASIC_MANIFEST,
    MANIFEST,
    MIMETYPE_CONTENT,
    SIGNATURE,
    UNLISTED,
    ciphertext_name,
    members_in_order,
    package_stem,
)
from keys.errors import InvalidSignatureError
from keys.seal import Certificate, verify_detached
from schemas.manifest import Ciphertext, Manifest, ManifestError, read_manifest

_SMALL_BYTES: Final = 1_000_000
_CHUNK_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Container:
    """A verified container: what it says of itself, and where its ciphertext lies.

    ``digest`` is the SHA-256 of the whole container in hex: what a receipt names.
    """

    archive: Archive
    manifest: Manifest
    ciphertext: Member
    digest: str

    def small(self, name: str) -> bytes:
        """Give a member other than the ciphertext."""
        return _small(self.archive, _member(self.archive, name))


def verify_container(file: BinaryIO, sender: Certificate) -> Container:
    """Verify everything that can be verified without a key to decrypt.

    Properties that hold when this returns:

    1. the file is the one ZIP encoding of its members (``archive``);
    2. the members are exactly those of a container, in order, and ``mimetype`` is right;
    3. ``META-INF/ASiCManifest.xml`` lists exactly the digests of the members found;
    4. it is signed by the pinned certificate of the sender;
    5. ``manifest.json`` is of the closed form, and speaks of this sender and these members.

    Raises ``UnacceptablePackageError``; nothing is decrypted here.
    """
    archive = read_archive(file)  # (1)
    ciphertext = _require_members(archive)  # (2)
    digests = {m.name: _sha256(archive.chunks(m)) for m in archive.members}
    listed = {name: digest for name, digest in digests.items() if name not in UNLISTED}
    signed = _small(archive, _member(archive, ASIC_MANIFEST))
    if signed != asic_manifest(listed):  # (3)
        raise _refused()
    _require_signature(_small(archive, _member(archive, SIGNATURE)), signed, sender)  # (4)
    manifest = _manifest(archive)
    found = Ciphertext(ciphertext.name, digests[ciphertext.name].hex(), ciphertext.size)
    if manifest.ciphertexts != (found,) or ciphertext.name != _expected_name(manifest):  # (5)
        raise _refused()
    if manifest.sender_certificate != sender.fingerprint:
        raise _refused()
    return Container(archive, manifest, ciphertext, _whole_digest(file))


def _require_members(archive: Archive) -> Member:
    names = tuple(member.name for member in archive.members)
    encrypted = names[1] if len(names) > 1 else ""
    if names != members_in_order(encrypted) or not encrypted.endswith(".csv.age"):
        raise _refused()
    if _small(archive, archive.members[0]) != MIMETYPE_CONTENT:
        raise _refused()
    return archive.members[1]


def _require_signature(signature: bytes, signed: bytes, sender: Certificate) -> None:
    try:
        verify_detached(signature, signed, sender)
    except InvalidSignatureError:
        raise _refused() from None


def _manifest(archive: Archive) -> Manifest:
    try:
        return read_manifest(_small(archive, _member(archive, MANIFEST)))
    except ManifestError:
        raise _refused() from None


def _expected_name(manifest: Manifest) -> str:
    return ciphertext_name(
        package_stem(manifest.agreement, manifest.deadline, manifest.recipient, manifest.revision)
    )


def _member(archive: Archive, name: str) -> Member:
    return next(member for member in archive.members if member.name == name)


def _small(archive: Archive, member: Member) -> bytes:
    if member.size > _SMALL_BYTES:
        raise _refused()
    return b"".join(archive.chunks(member))


def _sha256(chunks: Iterable[bytes]) -> bytes:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.digest()


def _whole_digest(file: BinaryIO) -> str:
    file.seek(0)
    return _sha256(iter(lambda: file.read(_CHUNK_BYTES), b"")).hex()


def _refused() -> UnacceptablePackageError:
    return UnacceptablePackageError(
        "ce paquet est altéré, ou n'est pas signé par l'expéditeur attendu"
    )
