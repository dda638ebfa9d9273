"""What is asked of an import and what it answers, as the documentation describes it."""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import Schema, fields, validate

from exchange.intake.delimiter import DELIMITERS
from exchange.intake.encoding import Encoding
from exchange.intake.modes import ImportMode
from exchange.intake.source_kind import SourceKind
from exchange.web.answers.problem import ProblemSchema
from exchange.web.conventions.pages import Cursor
from schemas.annex_e import COLUMNS

_DELIMITERS: Final = tuple("tab" if one == "\t" else one for one in DELIMITERS)
_PERSON: Final = {
    "type": "object",
    "properties": {name: {"type": ["string", "null"]} for name in COLUMNS},
    "required": list(COLUMNS),
    "additionalProperties": False,
}
BODIES: Final[Mapping[SourceKind, Mapping[str, Any] | None]] = {
    SourceKind.CSV: None,
    SourceKind.JSON_LINES: None,
    SourceKind.JSON_ARRAY: {"type": "array", "items": _PERSON, "minItems": 1},
}
"""What is taken, and the schema of it that can be described; names of an agreement aside."""
_LEVELS: Final = ("file", "row", "held", "warning")


class ImportQuerySchema(Schema):
    """How a file is to be loaded: the options of the command, under the same names."""

    dry_run = fields.Boolean(
        load_default=False,
        truthy={"true"},
        falsy={"false"},
        error_messages={"invalid": "écrivez true ou false"},
        metadata={"description": "Tout juger, ne rien garder."},
    )
    attest = fields.Boolean(
        load_default=False,
        truthy={"true"},
        falsy={"false"},
        error_messages={"invalid": "écrivez true ou false"},
        metadata={
            "description": "Déclarer que le fichier ne liste que des bénéficiaires (avenant, 3.4)."
        },
    )
    mode = fields.Enum(
        ImportMode,
        by_value=True,
        load_default=None,
        error_messages={"unknown": "écrivez l'un de : {choices}"},
        metadata={"description": "Ce que liste le fichier ; sinon, ce que dit la convention."},
    )
    encoding = fields.Enum(
        Encoding,
        by_value=True,
        load_default=None,
        error_messages={"unknown": "écrivez l'un de : {choices}"},
        metadata={"description": "Si la détection se trompe."},
    )
    delimiter = fields.String(
        load_default=None,
        validate=validate.OneOf(_DELIMITERS, error="écrivez l'un de : {choices}"),
        metadata={"description": "Si la détection se trompe."},
    )


class FindingSchema(Schema):
    """What is wrong with one row, or with the file; never the value."""

    line = fields.Integer(required=True, metadata={"description": "0 : le fichier entier."})
    column = fields.String(required=True)
    level = fields.String(required=True, metadata={"enum": _LEVELS})
    code = fields.String(required=True)


class VerdictSchema(Schema):
    """What the command says with ``--json``, byte for byte."""

    lines = fields.List(fields.Nested(FindingSchema), required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    source_destroyed = fields.Boolean(required=True)
    mode = fields.Enum(ImportMode, by_value=True, required=True)
    kept = fields.Boolean(required=True)
    rows = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    people = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class RefusedLoadSchema(ProblemSchema):
    """Fields that are wrong; or a refused load, with the verdict as far as it went."""

    lines = fields.List(fields.Nested(FindingSchema))
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    source_destroyed = fields.Boolean()
    mode = fields.Enum(ImportMode, by_value=True)
    kept = fields.Boolean()
    rows = fields.Dict(keys=fields.String(), values=fields.Integer())
    people = fields.Dict(keys=fields.String(), values=fields.Integer())


class RegisteredLoadSchema(Schema):
    """A load that was taken into the base."""

    load_id = fields.String(required=True)
    load_number = fields.Integer(required=True)
    mode = fields.String(required=True)
    begun_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True)
    attested_by = fields.String(required=True, metadata={"description": "Le compte."})
    accepted = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    held = fields.Integer(required=True)
    absent = fields.Integer(required=True)


class LoadPageSchema(Schema):
    """A page of loads, oldest first."""

    items = fields.List(fields.Nested(RegisteredLoadSchema), required=True)
    next = Cursor(required=True, allow_none=True, metadata={"type": ["string", "null"]})
