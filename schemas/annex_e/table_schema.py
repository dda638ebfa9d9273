"""The Table Schema (frictionless) that travels as ``schema.json``: every column is text."""

from typing import Any, Final

from schemas.annex_e.columns import CODE_POSTAL, CONTRACT, Column

_DATES: Final = ("date_naissance", "date_entree")
_DAY: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_REFERENCE: Final = {
    "name": "reference",
    "title": "Référence pseudonyme de la personne, propre au destinataire",
    "type": "string",
    "constraints": {"required": True, "pattern": "[0-9A-Z]{27}"},
}


def table_schema(*, with_reference: bool) -> dict[str, Any]:
    """Describe the outgoing CSV; ``with_reference`` adds the ninth column.

    Postcodes are strings: as numbers they would lose their leading zero.
    """
    fields = [_field(column) for column in CONTRACT]
    return {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "fields": [*fields, _REFERENCE] if with_reference else fields,
        "missingValues": [""],
    }


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if column.is_required else {}
    if column.max_characters is not None:
        constraints["maxLength"] = column.max_characters
    if column.name in _DATES:
        constraints["pattern"] = _DAY
    if column is CODE_POSTAL:
        constraints["pattern"] = "[0-9]{5}"
    described: dict[str, Any] = {"name": column.name, "title": column.title, "type": "string"}
    if column.name in _DATES:
        described |= {"type": "date", "format": "%Y-%m-%d"}
    return {**described, "constraints": constraints} if constraints else described
