"""What travels with a package, in clear but signed: ``manifest.json``, canonical JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from schemas.annex_e import VIEWS
from schemas.canonical_json import decode, encode
from schemas.errors import CanonicalFormError, SchemasError

FORMAT: Final = 2
_FIRST_FORMAT: Final = 1
_HEX_SHA256: Final = r"[0-9a-f]{64}\Z"
_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"
_REASON: Final = r"[a-z-]{0,40}\Z"
_ID: Final = r"[A-Za-z0-9]([A-Za-z0-9.-]{0,38}[A-Za-z0-9])?\Z"
# What format 1 did not have: every package was a contractual one.
_LATER_FIELDS: Final = ("kind", "reason", "follows", "corrected_lines")
MAX_CORRECTED_LINES: Final = 50_000
"""How many lines a correction may have: they are listed, and a manifest stays a short text."""


class ManifestError(SchemasError):
    """The manifest of a package is not of the closed form."""


class TransferKind(StrEnum):
    """What a package is beside those sent before it.

    ``CONTRACTUAL``: the first for its deadline. ``REPLACEMENT``: whole, in the place of
    another. ``CORRECTION``: only the lines of another that changed. ``TEST``: synthetic
    people, to prove that a recipient's keys work.
    """

    CONTRACTUAL = "contractual"
    REPLACEMENT = "replacement"
    CORRECTION = "correction"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Ciphertext:
    """One encrypted member: its SHA-256 (hex) and size (bytes), never those of the plaintext.

    A digest of a small plaintext can be guessed from lists of names.
    """

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything about a package but the people in it.

    ``agreement_digest`` is the SHA-256 of the agreement file, ``sender_certificate`` that of
    the seal's certificate in DER, ``recipient_fingerprint`` as the agreement writes it.
    ``checkpoint`` is the evidence log's signed head (C2SP tlog-checkpoint) and ``log_key``
    the key that verifies it. ``undeclared`` marks data nobody declared complete. Days are
    ISO, ``created_at`` is UTC.

    A package that is not the first of its deadline says the ``reason``, and in ``follows``
    the digest of the package it replaces or corrects, if that one was published. Row k of a
    correction stands for row ``corrected_lines[k - 1]`` of that package. Format 1, which
    packages of the first version have, lacks these four.
    """

    agreement: str
    agreement_version: int
    agreement_digest: str
    instruction: str
    deadline: str
    cut_off: str
    due: str
    revision: int
    sender: str
    sender_certificate: str
    recipient: str
    recipient_name: str
    recipient_fingerprint: str
    view: str
    columns: tuple[str, ...]
    row_count: int
    undeclared: bool
    created_at: str
    destroy_by: str
    ciphertexts: tuple[Ciphertext, ...]
    checkpoint: str
    log_key: str
    trial: bool
    kind: TransferKind = TransferKind.CONTRACTUAL
    reason: str = ""
    follows: str = ""
    corrected_lines: tuple[int, ...] = ()
    format: int = FORMAT

    def canonical_bytes(self) -> bytes:
        """Give the bytes of ``manifest.json``."""
        document = asdict(self)
        if self.format == _FIRST_FORMAT:
            document = {name: document[name] for name in document if name not in _LATER_FIELDS}
        return encode(document)


def read_manifest(data: bytes) -> Manifest:
    """Read ``manifest.json`` of a package whose signature was verified.

    Only the bytes that ``canonical_bytes`` gives back are read. Raises ``ManifestError``.
    """
    try:
        document = decode(data)
        if not isinstance(document, dict):
            raise _malformed()
        loaded: Mapping[str, Any] = _ManifestSchema().load(document)
    except (CanonicalFormError, ValidationError):
        raise _malformed() from None
    manifest = Manifest(**_values(loaded))
    if manifest.canonical_bytes() != data:  # ``true`` for 1, for one; a field of format 2 in 1
        raise _malformed()
    if not _is_consistent(manifest):
        raise _malformed()
    return manifest


def _values(loaded: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: loaded[name] for name in Manifest.__slots__ if name in loaded}
    values["columns"] = tuple(loaded["columns"])
    values["ciphertexts"] = tuple(Ciphertext(**entry) for entry in loaded["ciphertexts"])
    values["kind"] = TransferKind(loaded.get("kind", TransferKind.CONTRACTUAL))
    values["corrected_lines"] = tuple(loaded.get("corrected_lines", ()))
    return values


def _is_consistent(manifest: Manifest) -> bool:
    """Tell whether what a package says of those before it goes with its kind."""
    lines = manifest.corrected_lines
    match manifest.kind:
        case TransferKind.CORRECTION:
            is_rising = all(a < b for a, b in pairwise((0, *lines)))
            return bool(manifest.follows) and len(lines) == manifest.row_count and is_rising
        case TransferKind.REPLACEMENT:
            return not lines
        case TransferKind.TEST:
            return not (lines or manifest.follows) and manifest.trial
        case TransferKind.CONTRACTUAL:
            return not (lines or manifest.follows or manifest.reason)


def _malformed() -> ManifestError:
    return ManifestError("le manifeste du paquet n'a pas la forme attendue")


class _CiphertextSchema(Schema):
    class Meta:
        unknown = RAISE

    name = fields.String(required=True, validate=validate.Regexp(r"[A-Za-z0-9._-]+\.csv\.age\Z"))
    sha256 = fields.String(required=True, validate=validate.Regexp(_HEX_SHA256))
    size = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))


class _ManifestSchema(Schema):
    class Meta:
        unknown = RAISE

    format = fields.Integer(
        required=True, strict=True, validate=validate.OneOf((_FIRST_FORMAT, FORMAT))
    )
    agreement = fields.String(required=True, validate=validate.Regexp(_ID))
    agreement_version = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    agreement_digest = fields.String(required=True, validate=validate.Regexp(_HEX_SHA256))
    instruction = fields.String(required=True, validate=validate.Regexp(_ID))
    deadline = fields.String(required=True, validate=validate.Regexp(_ID))
    cut_off = fields.String(required=True, validate=validate.Regexp(_DAY))
    due = fields.String(required=True, validate=validate.Regexp(_DAY))
    revision = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    sender = fields.String(required=True)
    sender_certificate = fields.String(required=True, validate=validate.Regexp(_HEX_SHA256))
    recipient = fields.String(required=True, validate=validate.Regexp(_ID))
    recipient_name = fields.String(required=True)
    recipient_fingerprint = fields.String(required=True)
    view = fields.String(required=True)
    columns = fields.List(
        fields.String(),
        required=True,
        validate=validate.OneOf([list(columns) for columns in VIEWS]),
    )
    row_count = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    undeclared = fields.Boolean(required=True, truthy={True}, falsy={False})
    created_at = fields.String(required=True)
    destroy_by = fields.String(required=True, validate=validate.Regexp(_DAY))
    ciphertexts = fields.List(
        fields.Nested(_CiphertextSchema), required=True, validate=validate.Length(equal=1)
    )
    checkpoint = fields.String(required=True)
    log_key = fields.String(required=True)
    trial = fields.Boolean(required=True, truthy={True}, falsy={False})
    kind = fields.String(validate=validate.OneOf(list(TransferKind)))
    reason = fields.String(validate=validate.Regexp(_REASON))
    follows = fields.String(validate=validate.Regexp(r"([0-9a-f]{64})?\Z"))
    corrected_lines = fields.List(
        fields.Integer(strict=True, validate=validate.Range(min=1)),
        validate=validate.Length(max=MAX_CORRECTED_LINES),
    )
