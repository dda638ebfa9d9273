"""A container that was verified, up to the encrypted member."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final

from exchange.packages.archive import Archive, Member, read_archive
from exchange.packages.asic_manifest import asic_manifest
from exchange.packages.errors import UnacceptablePackageError
from exchange.packages.member_stream import member_stream
from exchange.packages.naming import (
    ASIC_MANIFEST,
    MANIFEST,
    MIMETYPE,
    MIMETYPE_CONTENT,
    SIGNATURE,
    UNLISTED,
    ciphertext_name,
    members_in_order,
    package_stem,
)
from keys.errors import InvalidSignatureError
from keys.seal import Certificate, require_own_form, verify_detached
from schemas.manifest import Ciphertext, Manifest, ManifestError, read_manifest

_DOCUMENT_BYTES: Final = 1_000_000
_CHUNK_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Container:
    """A verified container: what it says of itself, and where its ciphertext lies.

    ``documents`` are the other members, by name, as they were verified: they are not read
    again from a file that may have changed since. ``digest`` is the SHA-256 of the whole
    container in hex: what a receipt names.
    """

    file: BinaryIO
    manifest: Manifest
    ciphertext: Member
    documents: Mapping[str, bytes]
    digest: str

    def open_ciphertext(self) -> BinaryIO:
        """Read the encrypted member; its end raises if it is no longer what was verified.

        Raises ``UnacceptablePackageError``.
        """
        (verified,) = self.manifest.ciphertexts
        return member_stream(self.file, self.ciphertext, verified.sha256)


def verify_container(file: BinaryIO, sender: Certificate) -> Container:
    """Verify everything that can be verified without a key to decrypt.

    Properties that hold when this returns:

    1. the file is the one ZIP encoding of its members (``archive``);
    2. the members are exactly those of a container, in order, and ``mimetype`` is right;
    3. ``META-INF/ASiCManifest.xml`` lists exactly the digests of the members found;
    4. it is signed by the pinned certificate of the sender, in the one form of our writer;
    5. ``manifest.json`` is of the closed form, and speaks of this sender and this ciphertext.

    Raises ``UnacceptablePackageError``; nothing is decrypted here.
    """
    archive = read_archive(file)  # (1)
    ciphertext = _require_members(archive)  # (2)
    documents = {m.name: _document(archive, m) for m in archive.members if m != ciphertext}
    if documents[MIMETYPE] != MIMETYPE_CONTENT:  # (2)
        raise _refused()
    digest = _sha256(archive.chunks(ciphertext))
    _require_listed(documents, ciphertext, digest)  # (3)
    _require_signed(documents, sender)  # (4)
    manifest = _manifest(documents)
    found = Ciphertext(ciphertext.name, digest.hex(), ciphertext.size)
    _require_about(manifest, found, sender)  # (5)
    return Container(file, manifest, ciphertext, documents, _whole_digest(file))


def _require_members(archive: Archive) -> Member:
    names = tuple(member.name for member in archive.members)
    encrypted = names[1] if len(names) > 1 else ""
    if names != members_in_order(encrypted):
        raise _refused()
    return archive.members[1]


def _document(archive: Archive, member: Member) -> bytes:
    if member.size > _DOCUMENT_BYTES:
        raise _refused()
    return b"".join(archive.chunks(member))


def _require_listed(documents: Mapping[str, bytes], ciphertext: Member, digest: bytes) -> None:
    listed = {
        name: hashlib.sha256(content).digest()
        for name, content in documents.items()
        if name not in UNLISTED
    }
    if documents[ASIC_MANIFEST] != asic_manifest({**listed, ciphertext.name: digest}):
        raise _refused()


def _require_signed(documents: Mapping[str, bytes], sender: Certificate) -> None:
    try:
        verified = verify_detached(documents[SIGNATURE], documents[ASIC_MANIFEST], sender)
        require_own_form(documents[SIGNATURE], documents[ASIC_MANIFEST], verified)
    except InvalidSignatureError:
        raise _refused() from None


def _manifest(documents: Mapping[str, bytes]) -> Manifest:
    try:
        return read_manifest(documents[MANIFEST])
    except ManifestError:
        raise _refused() from None


def _require_about(manifest: Manifest, found: Ciphertext, sender: Certificate) -> None:
    stem = package_stem(
        manifest.agreement, manifest.deadline, manifest.recipient, manifest.revision
    )
    if manifest.ciphertexts != (found,) or found.name != ciphertext_name(stem):
        raise _refused()
    if manifest.sender_certificate != sender.fingerprint:
        raise _refused()


def _whole_digest(file: BinaryIO) -> str:
    file.seek(0)
    return _sha256(iter(lambda: file.read(_CHUNK_BYTES), b"")).hex()


def _sha256(chunks: Iterable[bytes]) -> bytes:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.digest()


def _refused() -> UnacceptablePackageError:
    return UnacceptablePackageError(
        "ce paquet est altéré, ou n'est pas signé par l'expéditeur attendu"
    )
