"""Bodies in JSON: what says something else than the schema is refused, and why is said."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

import pytest
from flask import Flask
from marshmallow import fields
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    RequestEntityTooLarge,
    UnprocessableEntity,
    UnsupportedMediaType,
)

from exchange.web.conventions.bodies import Json, given_body
from exchange.web.conventions.body_fields import BodySchema, Truth, identifier


class _Shade(StrEnum):
    LIGHT = "clair"
    DARK = "sombre"


class _AskedSchema(BodySchema):
    name = identifier("Un nom.", required=True)
    shade = fields.Enum(_Shade, by_value=True)
    dry_run = Truth(load_default=False)


_BODY: Final = Json(_AskedSchema, "", largest_bytes=20_000)


def _received(data: bytes, media_type: str = "application/json") -> Mapping[str, Any]:
    given: Any = given_body(lambda body: body, _BODY)
    with Flask(__name__).test_request_context(method="POST", data=data, content_type=media_type):
        found: Mapping[str, Any] = given()
        return found


def _complaints(error: HTTPException) -> Any:  # noqa: ANN401 - as the library nests them
    return error.data["messages"]["json"]  # type: ignore[attr-defined]  # webargs's own way


def test_a_body_is_what_its_schema_loads() -> None:
    assert _received(b'{"name": "a.b", "shade": "clair"}') == {
        "name": "a.b",
        "shade": _Shade.LIGHT,
        "dry_run": False,
    }


@pytest.mark.parametrize(
    ("document", "field", "message"),
    [
        ({}, "name", "ce champ manque"),
        ({"name": None}, "name", "null n'est pas admis"),
        ({"name": 3}, "name", "écrivez un texte"),
        ({"name": "a b"}, "name", "écrivez un identifiant"),
        ({"name": "a\n"}, "name", "écrivez un identifiant"),
        ({"name": "a", "shade": "gris"}, "shade", "écrivez l'un de : clair, sombre"),
        ({"name": "a", "shade": ["clair"]}, "shade", "écrivez l'un de : clair, sombre"),
        ({"name": "a", "dry_run": "true"}, "dry_run", "écrivez true ou false"),
        ({"name": "a", "dry_run": 1}, "dry_run", "écrivez true ou false"),
    ],
)
def test_each_wrong_field_is_named_with_what_to_write(
    document: Mapping[str, object], field: str, message: str
) -> None:
    with pytest.raises(UnprocessableEntity) as refused:
        _received(json.dumps(document).encode())

    assert _complaints(refused.value) == {field: [message]}


@pytest.mark.parametrize("document", [b"[]", b"null", b'"name"', b"3"])
def test_a_body_that_is_no_object_is_refused(document: bytes) -> None:
    with pytest.raises(UnprocessableEntity) as refused:
        _received(document)

    assert _complaints(refused.value) == {"_schema": ["écrivez un objet"]}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "ce n'est pas du JSON : ligne 1, colonne 1"),
        (b'{"name":\n}', "ce n'est pas du JSON : ligne 2, colonne 1"),
        (b'\xef\xbb\xbf{"name": "a"}', "ce n'est pas du JSON : ligne 1, colonne 1"),
        (b'{"name": "\xe9"}', "ce n'est pas du texte en UTF-8"),
        (b'{"name": "a", "name": "b"}', "un nom est écrit deux fois dans le même objet"),
        (b'{"name": NaN}', "NaN et Infinity ne sont pas du JSON"),
        (b'{"name": "\\ud800"}', "un caractère n'est que la moitié d'un caractère"),
        (b'{"\\ud800": 1}', "un caractère n'est que la moitié d'un caractère"),
        (b'{"name": %s}' % (b"1" * 5000), "un nombre est trop long"),
        (b"[" * 17 + b"]" * 17, "plus de 16 niveaux imbriqués"),
        (b"[" * 10_000, "plus de 16 niveaux imbriqués"),
    ],
)
def test_what_two_readers_could_read_differently_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(BadRequest) as refused:
        _received(data)

    assert _complaints(refused.value) == [message]


def test_a_body_of_another_media_type_is_refused() -> None:
    with pytest.raises(UnsupportedMediaType):
        _received(b'{"name": "a"}', "text/plain")


def test_a_body_that_is_too_large_is_refused() -> None:
    with pytest.raises(RequestEntityTooLarge):
        _received(b'{"name": "a"}' + b" " * 20_000)
