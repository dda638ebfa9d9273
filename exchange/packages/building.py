"""Building a container in one stream, and reading it again from disk before it may leave."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from exchange.audit.events import instant_text
from exchange.packages.archive import ArchiveWriter, MemberSink
from exchange.packages.asic_manifest import asic_manifest
from exchange.packages.container import verify_container
from exchange.packages.csv_rows import count_rows, csv_chunks
from exchange.packages.errors import UnacceptablePackageError, UnfaithfulPackageError
from exchange.packages.naming import (
    ASIC_MANIFEST,
    MANIFEST,
    MIMETYPE,
    MIMETYPE_CONTENT,
    NOTICE,
    SIGNATURE,
    TABLE_SCHEMA,
    ciphertext_name,
    package_stem,
)
from exchange.packages.notice import notice_text
from keys.age import EncryptingWriter, FileKey, open_with_file_key, parse_recipient
from keys.errors import AgeError
from keys.seal import Certificate, SealKey, sign_detached
from schemas.agreement import Agreement, Deadline, Recipient, packages_end
from schemas.annex_e import table_schema, view_columns
from schemas.manifest import Ciphertext, Manifest, TransferKind


@dataclass(frozen=True, slots=True)
class PackagePlan:
    """What a container is about, decided before it is built.

    ``instruction`` is the id of the one it leaves under. ``follows`` is the digest of the
    package that it replaces or corrects, row k of a correction standing for row
    ``corrected_lines[k - 1]`` there. ``checkpoint`` is the signed head of the log,
    ``checkpoint_key`` the key that verifies it.
    """

    agreement: Agreement
    deadline: Deadline
    recipient: Recipient
    instruction: str
    revision: int
    undeclared: bool
    trial: bool
    at: datetime
    checkpoint: str
    checkpoint_key: str
    kind: TransferKind = TransferKind.CONTRACTUAL
    reason: str = ""
    follows: str = ""
    corrected_lines: tuple[int, ...] = ()

    @property
    def stem(self) -> str:
        """The name of the transfer."""
        return package_stem(self.agreement.id, self.deadline.id, self.recipient.id, self.revision)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that travel; a ninth, or another view, under its own instruction."""
        return package_columns(self.recipient)


def package_columns(recipient: Recipient) -> tuple[str, ...]:
    """Give the columns that travel to a recipient."""
    referenced = recipient.reference_instruction is not None
    return view_columns(recipient.view, referenced=referenced)


@dataclass(frozen=True, slots=True)
class Built:
    """A container as written: the file key, to read it once more, and its manifest."""

    file_key: FileKey
    manifest: Manifest
    row_count: int


def build(
    file: BinaryIO,
    rows: Iterable[Sequence[str]],
    plan: PackagePlan,
    seal: SealKey,
    progress: Callable[[int], None],
) -> Built:
    """Write a container to an empty, seekable file; ``progress`` is told the rows written."""
    archive = ArchiveWriter(file)
    archive.add(MIMETYPE, MIMETYPE_CONTENT)
    name = ciphertext_name(plan.stem)
    sink = _DigestingSink(archive.begin(name))
    file_key, row_count = _encrypt(sink, rows, plan, progress)
    encrypted = Ciphertext(name, sink.digest.hexdigest(), sink.size)
    manifest = _manifest(plan, seal.certificate, encrypted, row_count)
    schema = json.dumps(table_schema(plan.columns), ensure_ascii=False, indent=1)
    contents = {
        MANIFEST: manifest.canonical_bytes(),
        TABLE_SCHEMA: schema.encode(),
        NOTICE: notice_text(manifest, plan.agreement).encode(),
    }
    for member, content in contents.items():
        archive.add(member, content)
    digests = {member: hashlib.sha256(content).digest() for member, content in contents.items()}
    listed = asic_manifest({**digests, name: sink.digest.digest()})
    archive.add(ASIC_MANIFEST, listed)
    archive.add(SIGNATURE, sign_detached(listed, seal, plan.at))
    archive.finish()
    return Built(file_key, manifest, row_count)


def verify_built(file: BinaryIO, built: Built, sender: Certificate) -> str:
    """Read a container again, down to its row count; give its SHA-256 in hex.

    Properties that hold when this returns:

    1. everything that a recipient checks holds (``verify_container``);
    2. the manifest is the one that was meant;
    3. the ciphertext decrypts to its end with the file key that is still at hand;
    4. the plaintext has the columns and the number of rows that were written.

    Raises ``UnfaithfulPackageError``.
    """
    try:
        container = verify_container(file, sender)  # (1)
        plaintext = open_with_file_key(container.open_ciphertext(), built.file_key)  # (3)
        found = count_rows(built.manifest.columns, plaintext)  # (3) (4)
    except (UnacceptablePackageError, AgeError):
        raise UnfaithfulPackageError("le paquet écrit ne se relit pas") from None
    if container.manifest != built.manifest:  # (2)
        raise UnfaithfulPackageError("le paquet relu n'est pas celui qui a été écrit")
    if found != built.row_count:  # (4)
        raise UnfaithfulPackageError("le paquet relu n'a pas toutes ses lignes")
    return container.digest


def _encrypt(
    sink: "_DigestingSink",
    rows: Iterable[Sequence[str]],
    plan: PackagePlan,
    progress: Callable[[int], None],
) -> tuple[FileKey, int]:
    recipient = parse_recipient(plan.recipient.encryption_key)
    written = 0
    with EncryptingWriter(sink, [recipient]) as writer:
        for chunk, written in csv_chunks(plan.columns, rows):
            writer.write(chunk)
            progress(written)
    sink.close()
    return writer.file_key, written


def _manifest(
    plan: PackagePlan, certificate: Certificate, encrypted: Ciphertext, row_count: int
) -> Manifest:
    return Manifest(
        agreement=plan.agreement.id,
        agreement_version=plan.agreement.version,
        agreement_digest=plan.agreement.digest,
        instruction=plan.instruction,
        deadline=plan.deadline.id,
        cut_off=plan.deadline.cut_off.isoformat(),
        due=plan.deadline.due.isoformat(),
        revision=plan.revision,
        sender=plan.agreement.sender.name,
        sender_certificate=certificate.fingerprint,
        recipient=plan.recipient.id,
        recipient_name=plan.recipient.name,
        recipient_fingerprint=plan.recipient.fingerprint,
        view=plan.recipient.view,
        columns=plan.columns,
        row_count=row_count,
        undeclared=plan.undeclared,
        created_at=instant_text(plan.at),
        destroy_by=packages_end(plan.agreement).isoformat(),
        ciphertexts=(encrypted,),
        checkpoint=plan.checkpoint,
        log_key=plan.checkpoint_key,
        trial=plan.trial,
        kind=plan.kind,
        reason=plan.reason,
        follows=plan.follows,
        corrected_lines=plan.corrected_lines,
    )


class _DigestingSink:
    """Hands bytes to a member and keeps their digest and size."""

    def __init__(self, sink: MemberSink) -> None:
        self._sink = sink
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes | memoryview) -> int:
        self.digest.update(data)
        self.size += len(data)
        return self._sink.write(data)

    def close(self) -> None:
        self._sink.close()
