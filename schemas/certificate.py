"""The destruction certificate: what was destroyed, how, why, and where the proof stands.

Canonical JSON; the signature (CAdES, enveloping) is the affair of whoever issues it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from schemas.canonical_json import decode, encode
from schemas.errors import CanonicalFormError, SchemasError

FORMAT: Final = 1


class CertificateFormError(SchemasError):
    """A document is not a destruction certificate."""


@dataclass(frozen=True, slots=True)
class DestructionCertificate:
    """One destruction.

    ``keys`` names the keys destroyed. ``rule`` is the retention rule of the agreement
    that demanded it, in words. ``exceptions`` lists what is out of the service's reach.
    ``event`` is the outcome leaf's own text, ``proof`` its inclusion (C2SP tlog-proof),
    ``log_key`` the key that verifies its checkpoint. Instants are UTC, ISO 8601.
    """

    certificate_id: str
    trial: bool
    issuer: str
    agreement: str
    agreement_digest: str
    rule: str
    instruction: str
    archives: str
    begun_at: str
    ended_at: str
    people: int
    held_rows: int
    packages: int
    keys: tuple[str, ...]
    scope: tuple[str, ...]
    method: tuple[str, ...]
    exceptions: tuple[str, ...]
    leaf_index: int
    event: str
    proof: str
    log_key: str

    def canonical_bytes(self) -> bytes:
        """Give the bytes that are signed."""
        return encode({"format": FORMAT, **asdict(self)})


def read_certificate(data: bytes) -> DestructionCertificate:
    """Read a certificate whose signature was verified.

    Only the bytes that ``canonical_bytes`` gives back are read. Raises ``CertificateFormError``.
    """
    try:
        document = decode(data)
        if not isinstance(document, dict):
            raise _malformed()
        loaded: Mapping[str, Any] = _CertificateSchema().load(document)
    except (ValidationError, CanonicalFormError):
        raise _malformed() from None
    values = {name: _frozen(loaded[name]) for name in DestructionCertificate.__slots__}
    certificate = DestructionCertificate(**values)
    if certificate.canonical_bytes() != data:  # ``1`` for ``true``, for one
        raise _malformed()
    return certificate


def _malformed() -> CertificateFormError:
    return CertificateFormError("ce document n'est pas un certificat de destruction")


def _frozen(value: Any) -> Any:  # noqa: ANN401 - what JSON holds
    return tuple(value) if isinstance(value, list) else value


class _CertificateSchema(Schema):
    class Meta:
        unknown = RAISE

    format = fields.Integer(required=True, strict=True, validate=validate.Equal(FORMAT))
    certificate_id = fields.String(required=True)
    trial = fields.Boolean(required=True, truthy={True}, falsy={False})
    issuer = fields.String(required=True)
    agreement = fields.String(required=True)
    agreement_digest = fields.String(required=True, validate=validate.Regexp(r"[0-9a-f]{64}\Z"))
    rule = fields.String(required=True)
    instruction = fields.String(required=True)
    archives = fields.String(required=True)
    begun_at = fields.String(required=True)
    ended_at = fields.String(required=True)
    people = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    held_rows = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    packages = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    keys = fields.List(fields.String(), required=True)
    scope = fields.List(fields.String(), required=True)
    method = fields.List(fields.String(), required=True)
    exceptions = fields.List(fields.String(), required=True)
    leaf_index = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    event = fields.String(required=True)
    proof = fields.String(required=True)
    log_key = fields.String(required=True)
