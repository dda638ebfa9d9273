"""What is wrong is named as it was declared; what a caller named otherwise is not repeated."""

from typing import Any, Final

import pytest
from marshmallow import RAISE, Schema, ValidationError, fields

from exchange.web.answers.field_problems import field_problems

_CANARY: Final = "Ornithorynque Zoé"


class _RowSchema(Schema):
    line = fields.Integer(required=True)


class _AskedSchema(Schema):
    first = fields.Integer(data_key="from")
    rows = fields.List(fields.Nested(_RowSchema(unknown=RAISE)))
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())

    class Meta:
        unknown = RAISE


def _said(location: str, document: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as refused:
        _AskedSchema().load(document)
    problems = field_problems({location: refused.value.messages}, _AskedSchema())
    return [(one["field"], one["message"]) for one in problems]


def test_a_field_is_named_by_its_path_as_it_is_written() -> None:
    found = _said("json", {"from": "un", "rows": [{"line": 1}, {}]})

    assert [field for field, _ in found] == ["json.from", "json.rows.1.line"]


def test_a_name_that_nobody_declared_is_not_repeated() -> None:
    assert _said("query", {_CANARY: "1"}) == [
        ("query", "un argument inconnu ; sont admis : counts, from, rows")
    ]


def test_nor_is_one_further_down() -> None:
    found = _said("json", {"rows": [{"line": 1, _CANARY: 2}], "counts": {_CANARY: "trois"}})

    assert found == [
        ("json.rows.0", "un champ inconnu ; sont admis : line"),
        ("json.counts", "un champ inconnu ; sont admis : aucun"),
    ]


def test_what_is_wrong_with_the_whole_is_no_field_s() -> None:
    problems = list(field_problems({"json": {"_schema": ["écrivez un objet"]}}, _AskedSchema()))

    assert problems == [{"field": "json", "message": "écrivez un objet"}]


def test_where_no_schema_looked_nothing_is_named() -> None:
    assert list(field_problems(None, None)) == []
