"""The Table Schema (frictionless) that travels as `schema.json`: the columns as sent."""

from collections.abc import Sequence
from typing import Any, Final

from schemas.annex_e.columns import (
    CODE_POSTAL,
    CONTRACT,
    COURRIEL,
    DATE_ENTREE,
    DATE_NAISSANCE,
    TELEPHONE,
    Column,
)
from schemas.annex_e.pseudonymised import REFERENCE, pseudonymised_fields

_DATES: Final = (DATE_NAISSANCE, DATE_ENTREE)
_PATTERNS: Final = {CODE_POSTAL.name: "[0-9]{5}", TELEPHONE.name: r"\+[1-9][0-9]{3,14}"}
_REFERENCE: Final = {
    "name": REFERENCE,
    "title": "Référence pseudonyme de la personne, propre au destinataire",
    "type": "string",
    "constraints": {"required": True, "pattern": "[0-9A-Z]{27}"},
}


def table_schema(columns: Sequence[str]) -> dict[str, Any]:
    """Describe an outgoing CSV of these columns, those of one of the views.

    Postcodes are strings: as numbers they would lose their leading zero.
    """
    described = [*map(_field, CONTRACT), _REFERENCE, *pseudonymised_fields()]
    by_name = {field["name"]: field for field in described}
    return {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "fields": [by_name[name] for name in columns],
        "missingValues": [""],
    }


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if column.is_required else {}
    if column.max_characters is not None:
        constraints["maxLength"] = column.max_characters
    if column.name in _PATTERNS:
        constraints["pattern"] = _PATTERNS[column.name]
    described = {"name": column.name, "title": column.title, **_kind(column)}
    return {**described, "constraints": constraints} if constraints else described


def _kind(column: Column) -> dict[str, Any]:
    if column in _DATES:
        return {"type": "date", "format": "%Y-%m-%d"}
    if column is COURRIEL:
        return {"type": "string", "format": "email"}
    return {"type": "string"}
