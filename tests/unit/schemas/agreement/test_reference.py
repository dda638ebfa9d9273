"""docs/agreement-file.md documents every key of the schema, and no other."""

import re
from collections.abc import Iterator
from pathlib import Path

from marshmallow import Schema, fields

from schemas.agreement.tables.agreement import AgreementSchema

_REFERENCE = Path(__file__).parents[4] / "docs" / "agreement-file.md"


def _keys(schema: Schema, prefix: str = "") -> Iterator[str]:
    for name, field in schema.fields.items():
        path = f"{prefix}{field.data_key or name}"
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield from _keys(inner.schema, f"{path}.")
        else:
            yield path


def test_the_reference_documents_every_key_and_no_other() -> None:
    documented = re.findall(r"^\| `([a-z_.]+)` \|", _REFERENCE.read_text("utf-8"), re.MULTILINE)

    assert sorted(documented) == sorted(_keys(AgreementSchema()))
