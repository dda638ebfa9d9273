"""What a recipient has opened, and what it was told to leave alone: a file beside its key.

One line of canonical JSON a package. Without it nobody would notice that a package was
opened twice, or opened after the one that replaces it.
"""

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from exchange.audit.events import instant_text
from exchange.packages.errors import UnacceptablePackageError
from exchange.packages.naming import package_stem
from keys.durable_files import sync_folder
from schemas.canonical_json import decode, encode
from schemas.errors import CanonicalFormError
from schemas.manifest import Manifest, TransferKind

REGISTER_NAME: Final = "paquets-ouverts.jsonl"
_WITHDRAWAL: Final = "withdrawal"
_OWNER_ONLY: Final = 0o600


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One package opened, or taken back by its sender.

    ``what`` is its kind, or ``withdrawal``; ``package`` is its SHA-256 in hex, ``follows``
    that of the package it replaces or corrects, or empty; ``at`` is UTC; ``folder`` is where
    its rows were written, empty for a withdrawal.
    """

    what: str
    transfer: str
    package: str
    follows: str
    at: str
    folder: str


@dataclass(frozen=True, slots=True)
class Register:
    """The file: read whole, only ever added to."""

    path: Path

    def entries(self) -> tuple[RegisterEntry, ...]:
        """Give every entry. Raises ``UnacceptablePackageError`` when the file is damaged."""
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return ()
        try:
            return tuple(_entry(line) for line in lines)
        except (CanonicalFormError, ValidationError):
            raise UnacceptablePackageError(
                f"le registre des paquets ouverts est abîmé : {self.path}",
                "mettez ce fichier de côté, puis recommencez : un nouveau sera commencé",
            ) from None

    def require_current(self, manifest: Manifest, digest: str) -> None:
        """Refuse a package that was taken back, or comes after one that replaces it.

        A replacement opened here stands for every earlier revision, corrections included.
        Raises ``UnacceptablePackageError``.
        """
        for entry in self.entries():
            if entry.what == _WITHDRAWAL and entry.package == digest:
                raise _withdrawn("ce paquet")
            is_part = manifest.kind is TransferKind.CORRECTION
            if entry.what == _WITHDRAWAL and is_part and entry.package == manifest.follows:
                raise _withdrawn("le paquet que celui-ci corrige")
            if entry.what == TransferKind.REPLACEMENT and _is_before(manifest, entry):
                raise UnacceptablePackageError(
                    f"ce paquet est remplacé par {entry.transfer}, que vous avez déjà ouvert",
                    "servez-vous de celui-là, et détruisez celui-ci",
                )

    def opened(self, digest: str) -> RegisterEntry | None:
        """Find when a package was last opened."""
        return next((e for e in reversed(self.entries()) if _is_opening_of(e, digest)), None)

    def add_opened(self, manifest: Manifest, digest: str, folder: Path, at: datetime) -> None:
        """Note that a package was opened."""
        stem, text = _stem(manifest, manifest.revision), instant_text(at)
        # A folder's name may be no text; the register is.
        place = os.fsencode(folder.absolute()).decode("utf-8", "backslashreplace")
        self._add(RegisterEntry(manifest.kind, stem, digest, manifest.follows, text, place))

    def add_withdrawn(self, transfer_id: str, digest: str, at: datetime) -> None:
        """Note that a package was taken back by its sender."""
        entry = RegisterEntry(_WITHDRAWAL, transfer_id, digest, "", instant_text(at), "")
        self._add(entry)

    def _add(self, entry: RegisterEntry) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        with os.fdopen(os.open(self.path, flags, _OWNER_ONLY), "ab") as file:
            file.write(encode(asdict(entry)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        sync_folder(self.path.parent)


def place_among_others(manifest: Manifest, digest: str, register: Register) -> Iterator[str]:
    """Say in French what a package about to be opened is beside those opened before."""
    before = register.opened(digest)
    if before is not None:
        yield f"Déjà ouvert le {before.at}, dans {before.folder} : détruisez l'une des copies."
    followed = register.opened(manifest.follows) if manifest.follows else None
    known = (
        f"{followed.transfer}, ouvert dans {followed.folder}"
        if followed
        else (f"le paquet de SHA-256 {manifest.follows}, que vous n'avez pas ouvert ici")
    )
    if manifest.kind is TransferKind.REPLACEMENT and manifest.follows:
        yield f"Remplace en entier {known} : détruisez celui-là et ce que vous en avez tiré."
    if manifest.kind is TransferKind.CORRECTION:
        yield (
            f"Corrige {known} : chaque ligne prend la place de celle que manifest.json désigne "
            "(corrected_lines), les autres ne changent pas."
        )


def _withdrawn(what: str) -> UnacceptablePackageError:
    return UnacceptablePackageError(
        f"le Département a retiré {what}",
        "ne l'ouvrez pas : détruisez-le, puis déclarez-le (declare-destruction)",
    )


def _is_before(manifest: Manifest, entry: RegisterEntry) -> bool:
    """Tell whether an entry is of a later revision of the same transfer."""
    prefix, _, revision = entry.transfer.rpartition("_r")
    return prefix == _stem(manifest, 0).removesuffix("_r0") and manifest.revision < int(revision)


def _stem(manifest: Manifest, revision: int) -> str:
    return package_stem(manifest.agreement, manifest.deadline, manifest.recipient, revision)


def _is_opening_of(entry: RegisterEntry, digest: str) -> bool:
    return entry.what != _WITHDRAWAL and entry.package == digest


def _entry(line: bytes) -> RegisterEntry:
    loaded: Any = _EntrySchema().load(decode(line))  # type: ignore[arg-type]  # a list is refused by the schema
    return RegisterEntry(**loaded)


class _EntrySchema(Schema):
    class Meta:
        unknown = RAISE

    what = fields.String(required=True, validate=validate.OneOf([*TransferKind, _WITHDRAWAL]))
    transfer = fields.String(required=True, validate=validate.Regexp(r".+_r[0-9]{1,9}\Z"))
    package = fields.String(required=True)
    follows = fields.String(required=True)
    at = fields.String(required=True)
    folder = fields.String(required=True)
