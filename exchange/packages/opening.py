"""Opening a package: everything is verified before anything is decrypted or released."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from exchange.packages.container import Container, verify_container
from exchange.packages.csv_rows import count_rows
from exchange.packages.errors import UnacceptablePackageError
from exchange.packages.naming import MANIFEST, NOTICE, TABLE_SCHEMA
from exchange.packages.register import Register
from exchange.scratch import scratch_file
from keys.age import Identity, open_for_reading
from keys.durable_files import sync_folder, write_new
from keys.errors import AgeError
from keys.seal import Certificate
from schemas.agreement import recipient_fingerprint
from schemas.manifest import Manifest

_RELEASED: Final = (MANIFEST, TABLE_SCHEMA, NOTICE)


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a verified package says of itself; ``digest`` is the container's SHA-256 in hex."""

    manifest: Manifest
    digest: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A package that was opened, and where its lines are now, in clear."""

    manifest: Manifest
    digest: str
    csv_path: Path


def inspect(file: BinaryIO, sender: Certificate) -> Inspected:
    """Verify a package without a key. Raises ``UnacceptablePackageError``."""
    container = verify_container(file, sender)
    return Inspected(container.manifest, container.digest)


def open_package(
    file: BinaryIO,
    identities: Sequence[Identity],
    sender: Certificate,
    out: Path,
    *,
    accept_trial: bool,
    agreement_id: str | None = None,
    register: Register | None = None,
) -> Opened:
    """Open a package into the folder ``out``; ``agreement_id`` is the one expected, if any.

    ``register`` is what this reader has opened before; the opening is not noted in it here.

    Properties that hold before a line is released under its name:

    1. the container is verified (``verify_container``: form, members, signature, manifest);
    2. the manifest names a recipient key that one of ``identities`` is, and the agreement
       expected;
    3. a package marked ESSAI is opened only when that is asked for;
    4. nothing that is already in ``out`` is replaced;
    5. neither was it taken back, nor the one that replaces it opened before;
    6. the whole ciphertext is authentic and still the one verified, and has the columns and
       rows the manifest says.

    Raises ``UnacceptablePackageError``.
    """
    container = verify_container(file, sender)  # (1)
    _require_addressed(container.manifest, identities)  # (2)
    _require_expected(container.manifest, agreement_id)  # (2)
    _require_wanted(container.manifest, accept_trial=accept_trial)  # (3)
    csv_path = out / container.ciphertext.name.removesuffix(".age")
    _require_free(out, csv_path)  # (4)
    if register is not None:
        register.require_current(container.manifest, container.digest)  # (5)
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _decrypted(container, identities, out) as waiting:  # (6)
        for name in _RELEASED:
            write_new(out / name, container.documents[name])
        waiting.replace(csv_path)
        sync_folder(out)
    return Opened(container.manifest, container.digest, csv_path)


def _require_addressed(manifest: Manifest, identities: Iterable[Identity]) -> None:
    mine = {recipient_fingerprint(str(identity.recipient)) for identity in identities}
    if manifest.recipient_fingerprint not in mine:
        raise UnacceptablePackageError(
            "ce paquet est adressé à un autre destinataire, ou à une autre de vos clés",
            "essayez avec la clé dont l'empreinte est dans la convention",
        )


def _require_expected(manifest: Manifest, agreement_id: str | None) -> None:
    if agreement_id not in {None, manifest.agreement}:
        raise UnacceptablePackageError(
            f"ce paquet est de la convention {manifest.agreement}, pas de {agreement_id}",
            "vérifiez avec le Département de quelle convention vous attendez un paquet",
        )


def _require_wanted(manifest: Manifest, *, accept_trial: bool) -> None:
    if manifest.trial and not accept_trial:
        raise UnacceptablePackageError(
            "ce paquet est un ESSAI : ses lignes ne sont pas de vraies personnes",
            "pour l'ouvrir quand même, ajoutez --accept-trial",
        )


def _require_free(out: Path, csv_path: Path) -> None:
    taken = [path for path in (csv_path, *(out / name for name in _RELEASED)) if path.exists()]
    if taken:
        raise UnacceptablePackageError(
            f"{taken[0]} existe déjà : ce paquet a déjà été ouvert là",
            "donnez un autre dossier à --out",
        )


@contextmanager
def _decrypted(
    container: Container, identities: Sequence[Identity], folder: Path
) -> Iterator[Path]:
    """Decrypt to a nameless place that goes if the file is not released from it."""
    with scratch_file(folder, ".ouverture-") as (waiting, file):
        _write_rows(container, identities, file)
        yield waiting


def _write_rows(container: Container, identities: Sequence[Identity], file: BinaryIO) -> None:
    manifest = container.manifest
    try:
        plaintext = open_for_reading(container.open_ciphertext(), identities)
        found = count_rows(manifest.columns, _copied(plaintext, file))
    except AgeError:
        raise UnacceptablePackageError("ce paquet ne se déchiffre pas avec cette clé") from None
    if found != manifest.row_count:
        raise UnacceptablePackageError("ce paquet n'a pas le nombre de lignes qu'il annonce")
    file.flush()
    os.fsync(file.fileno())


def _copied(chunks: Iterable[bytes], file: BinaryIO) -> Iterator[bytes]:
    for chunk in chunks:
        file.write(chunk)
        yield chunk
