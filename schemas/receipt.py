"""What comes back: an acknowledgement, rejected lines, or a declared destruction.

Any JSON text that this closed form accepts will do: stock lines make it with ``printf``.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from schemas.annex_e import RuleCode
from schemas.errors import SchemasError

FORMAT: Final = 1
_MAX_BYTES: Final = 10_000_000
_HEX_SHA256: Final = r"[0-9a-f]{64}\Z"
_BASE64_SHA256: Final = r"[A-Za-z0-9+/]{43}=\Z"
_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"
_INSTANT: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z\Z"


class ReceiptError(SchemasError):
    """A receipt is not of the closed form."""


class ReceiptKind(StrEnum):
    """What a recipient says."""

    ACKNOWLEDGEMENT = "acknowledgement"
    REJECTION = "rejection"
    DESTRUCTION = "destruction"


@dataclass(frozen=True, slots=True)
class Rejection:
    """One line the recipient cannot use: by its number (from 1), or by its reference."""

    code: RuleCode
    line: int | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """One answer about one package, named by the SHA-256 (hex) of its container.

    ``checkpoint_size`` and ``checkpoint_root`` (base64) repeat the head of the sender's log
    that the package carried: with them the recipient is its witness. ``at`` is an instant,
    ``destroyed_on`` a day, both ISO. ``opened_digest`` is the SHA-256 (hex) of the rows that
    a test package holds, of synthetic people only: it shows that they were opened.
    """

    kind: ReceiptKind
    package: str
    checkpoint_size: int
    checkpoint_root: str
    at: str
    rejections: tuple[Rejection, ...] = ()
    destroyed_on: str | None = None
    opened_digest: str | None = None

    def json_bytes(self) -> bytes:
        """Give the text that is signed."""
        document: dict[str, Any] = {
            "format": FORMAT,
            "kind": self.kind.value,
            "package": self.package,
            "checkpoint_size": self.checkpoint_size,
            "checkpoint_root": self.checkpoint_root,
            "at": self.at,
        }
        if self.rejections:
            document["rejections"] = [_rejection_document(entry) for entry in self.rejections]
        if self.destroyed_on is not None:
            document["destroyed_on"] = self.destroyed_on
        if self.opened_digest is not None:
            document["opened_digest"] = self.opened_digest
        return json.dumps(document).encode()


def parse_receipt(data: bytes) -> Receipt:
    """Read a receipt whose signature was verified. Raises ``ReceiptError``."""
    if len(data) > _MAX_BYTES:
        raise _malformed()
    try:
        document = json.loads(data.decode("utf-8"), object_pairs_hook=_plain_object)
        loaded: Mapping[str, Any] = _ReceiptSchema().load(document)
    except (ValueError, RecursionError, ValidationError):
        raise _malformed() from None
    return Receipt(
        kind=ReceiptKind(loaded["kind"]),
        package=loaded["package"],
        checkpoint_size=loaded["checkpoint_size"],
        checkpoint_root=loaded["checkpoint_root"],
        at=loaded["at"],
        rejections=tuple(_rejection(entry) for entry in loaded.get("rejections", ())),
        destroyed_on=loaded.get("destroyed_on"),
        opened_digest=loaded.get("opened_digest"),
    )


def _rejection(entry: Mapping[str, Any]) -> Rejection:
    return Rejection(RuleCode[entry["code"]], entry.get("line"), entry.get("reference"))


def _rejection_document(entry: Rejection) -> dict[str, Any]:
    named = {"line": entry.line} if entry.line else {"reference": entry.reference}
    return {**named, "code": entry.code.value}


def _plain_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse what two readers could take for two things: doubled keys, ``true`` for 1."""
    document = dict(pairs)
    if len(document) != len(pairs) or any(isinstance(value, bool) for _, value in pairs):
        raise ValueError("ambiguous object")
    return document


def _malformed() -> ReceiptError:
    return ReceiptError("cette réponse n'a pas la forme attendue")


def _require_real_day(text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValidationError("no such day") from None


class _RejectionSchema(Schema):
    class Meta:
        unknown = RAISE

    line = fields.Integer(strict=True, validate=validate.Range(min=1))
    reference = fields.String(validate=validate.Regexp(r"[0-9A-Z]{27}\Z"))
    code = fields.String(required=True, validate=validate.OneOf([str(c) for c in RuleCode]))

    @validates_schema
    def _names_one_line(self, data: Mapping[str, Any], **_: object) -> None:
        if ("line" in data) == ("reference" in data):
            raise ValidationError("line or reference")


class _ReceiptSchema(Schema):
    class Meta:
        unknown = RAISE

    format = fields.Integer(required=True, strict=True, validate=validate.Equal(FORMAT))
    kind = fields.String(required=True, validate=validate.OneOf([str(k) for k in ReceiptKind]))
    package = fields.String(required=True, validate=validate.Regexp(_HEX_SHA256))
    checkpoint_size = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    checkpoint_root = fields.String(required=True, validate=validate.Regexp(_BASE64_SHA256))
    at = fields.String(required=True, validate=validate.Regexp(_INSTANT))
    rejections = fields.List(fields.Nested(_RejectionSchema), validate=validate.Length(min=1))
    destroyed_on = fields.String(validate=validate.And(validate.Regexp(_DAY), _require_real_day))
    opened_digest = fields.String(validate=validate.Regexp(_HEX_SHA256))

    @validates_schema
    def _carries_what_its_kind_says(self, data: Mapping[str, Any], **_: object) -> None:
        kind = data.get("kind")
        if ("rejections" in data) != (kind == ReceiptKind.REJECTION):
            raise ValidationError("rejections")
        if ("destroyed_on" in data) != (kind == ReceiptKind.DESTRUCTION):
            raise ValidationError("destroyed_on")
        if "opened_digest" in data and kind != ReceiptKind.ACKNOWLEDGEMENT:
            raise ValidationError("opened_digest")

    @validates_schema
    def _says_nothing_twice(self, data: Mapping[str, Any], **_: object) -> None:
        said = [tuple(sorted(entry.items())) for entry in data.get("rejections", ())]
        if len(set(said)) != len(said):
            raise ValidationError("rejections")
