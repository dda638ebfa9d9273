"""The notice that stands in the place of a package that was taken back.

Canonical JSON; the signature (CAdES, enveloping) is the affair of whoever takes it back.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from schemas.canonical_json import decode, encode
from schemas.errors import CanonicalFormError, SchemasError

FORMAT: Final = 1


class WithdrawalFormError(SchemasError):
    """A document is not a withdrawal notice."""


@dataclass(frozen=True, slots=True)
class WithdrawalNotice:
    """One package taken back: ``package`` is its SHA-256, hex; ``withdrawn_at`` is UTC."""

    agreement: str
    transfer: str
    recipient: str
    package: str
    reason: str
    instruction: str
    withdrawn_at: str
    sender: str
    contact: str
    trial: bool

    def canonical_bytes(self) -> bytes:
        """Give the bytes that are signed."""
        return encode({"format": FORMAT, **asdict(self)})


def read_withdrawal(data: bytes) -> WithdrawalNotice:
    """Read a notice whose signature was verified. Raises ``WithdrawalFormError``."""
    try:
        document = decode(data)
        if not isinstance(document, dict):
            raise _malformed()
        loaded: Mapping[str, Any] = _NoticeSchema().load(document)
    except (CanonicalFormError, ValidationError):
        raise _malformed() from None
    notice = WithdrawalNotice(**{name: loaded[name] for name in WithdrawalNotice.__slots__})
    if notice.canonical_bytes() != data:  # ``true`` for 1, for one
        raise _malformed()
    return notice


def _malformed() -> WithdrawalFormError:
    return WithdrawalFormError("ce document n'est pas un avis de retrait")


class _NoticeSchema(Schema):
    class Meta:
        unknown = RAISE

    format = fields.Integer(required=True, strict=True, validate=validate.Equal(FORMAT))
    agreement = fields.String(required=True)
    transfer = fields.String(required=True, validate=validate.Regexp(r"[A-Za-z0-9._-]{1,140}\Z"))
    recipient = fields.String(required=True)
    package = fields.String(required=True, validate=validate.Regexp(r"[0-9a-f]{64}\Z"))
    reason = fields.String(required=True, validate=validate.Regexp(r"[a-z-]{1,40}\Z"))
    instruction = fields.String(required=True)
    withdrawn_at = fields.String(required=True)
    sender = fields.String(required=True)
    contact = fields.String(required=True)
    trial = fields.Boolean(required=True, truthy={True}, falsy={False})
