"""What travels with a package, in clear but signed: ``manifest.json``, canonical JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from schemas.annex_e import COLUMNS
from schemas.canonical_json import decode, encode
from schemas.errors import CanonicalFormError, SchemasError

FORMAT: Final = 1
_HEX_SHA256: Final = r"[0-9a-f]{64}\Z"
_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"
_ID: Final = r"[A-Za-z0-9]([A-Za-z0-9.-]{0,38}[A-Za-z0-9])?\Z"
_COLUMNS: Final = (list(COLUMNS), [*COLUMNS, "reference"])


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

    def canonical_bytes(self) -> bytes:
        """Give the bytes of ``manifest.json``."""
        return encode({"format": FORMAT, **asdict(self)})


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
    values = {name: loaded[name] for name in Manifest.__slots__}
    values["columns"] = tuple(loaded["columns"])
    values["ciphertexts"] = tuple(Ciphertext(**entry) for entry in loaded["ciphertexts"])
    manifest = Manifest(**values)
    if manifest.canonical_bytes() != data:  # ``true`` for 1, for one
        raise _malformed()
    return manifest


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

    format = fields.Integer(required=True, strict=True, validate=validate.Equal(FORMAT))
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
    columns = fields.List(fields.String(), required=True, validate=validate.OneOf(_COLUMNS))
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
