"""Which fields of a request are wrong, and what to write there.

A field is named as it was declared. What a caller called one that nobody declared is not repeated:
it could be anything, a person's name for one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from marshmallow import Schema, fields
from marshmallow.exceptions import SCHEMA

_FieldProblem: TypeAlias = Mapping[str, str]
_IN_JSON: Final = "json"


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in a request, what is declared there, and how something else is called."""

    path: str
    schema: Schema | None
    stranger: str

    def at(self, name: str | int, schema: Schema | None) -> "_Place":
        """Give a place in this one."""
        return replace(self, path=f"{self.path}.{name}", schema=schema)

    def declared(self) -> Mapping[str, fields.Field[Any]]:
        """Give the fields that may be there, by the names they have there."""
        found = self.schema.load_fields.items() if self.schema else ()
        return {field.data_key or name: field for name, field in found}

    def problem(self, message: str) -> _FieldProblem:
        """Say what is wrong here."""
        return {"field": self.path, "message": message}


def field_problems(messages: object, schema: Schema | None) -> Iterator[_FieldProblem]:
    """Say what a schema found wrong: where in the request it looked, then field by field."""
    if not isinstance(messages, Mapping):
        return
    for location, below in messages.items():
        stranger = "un champ inconnu" if location == _IN_JSON else "un argument inconnu"
        yield from _problems(below, _Place(location, schema, stranger))


def _problems(messages: object, place: _Place) -> Iterator[_FieldProblem]:
    if isinstance(messages, Mapping):
        for name, below in messages.items():
            yield from _problems_of(name, below, place)
    elif isinstance(messages, list):
        for message in messages:
            yield from _problems(message, place)
    else:
        yield place.problem(str(messages))


def _problems_of(name: str | int, below: object, place: _Place) -> Iterator[_FieldProblem]:
    declared = place.declared()
    if name == SCHEMA:
        # What is wrong with the whole is no field's.
        yield from _problems(below, place)
    elif isinstance(name, int):
        yield from _problems(below, place.at(name, place.schema))
    elif name in declared:
        yield from _problems(below, place.at(name, _schema_of(declared[name])))
    else:
        admitted = ", ".join(sorted(declared)) or "aucun"
        yield place.problem(f"{place.stranger} ; sont admis : {admitted}")


def _schema_of(field: fields.Field[Any]) -> Schema | None:
    if isinstance(field, fields.List):
        return _schema_of(field.inner)
    return field.schema if isinstance(field, fields.Nested) else None
