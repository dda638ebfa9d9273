"""What a route takes besides its address: bytes, a document in JSON, or what has to wait."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, ClassVar, Final, NoReturn, TypeAlias, TypeVar, cast

from flask import abort, request
from marshmallow import ValidationError
from werkzeug.exceptions import BadRequest, HTTPException, UnprocessableEntity

from exchange.web.conventions.body_fields import BodySchema
from exchange.web.conventions.strict_json import UnreadableJsonError, read_json
from exchange.web.conventions.uploads import Upload, received_bytes

View = TypeVar("View", bound=Callable[..., Any])

BINARY: Final = {"type": "string", "format": "binary"}
"""The schema of bytes."""
_LOCATION: Final = "json"


@dataclass(frozen=True, slots=True)
class Bytes:
    """An answer, or a body, that is no JSON: its media type, and what it is in French."""

    media_type: str
    description: str


@dataclass(frozen=True, slots=True)
class Json:
    """A body in JSON: its schema, what it is in French, how large it may be."""

    schema: type[BodySchema]
    description: str
    largest_bytes: int = 1 << 14

    media_type: ClassVar[str] = "application/json"

    def received(self) -> Mapping[str, Any]:
        """Receive the body of the request being answered, as its schema loads it.

        Answers 413 to one that is too large, 400 to one that cannot be read, and 422 to one
        that says something else: each field is named, and what to write there.
        """
        schema = self.schema()
        try:
            loaded = schema.load(read_json(received_bytes(self.largest_bytes)))  # type: ignore[arg-type]  # a wrong type is its business
        except UnreadableJsonError as error:
            _refuse(BadRequest(), [str(error)], schema)
        except ValidationError as error:
            _refuse(UnprocessableEntity(), error.messages, schema)
        return cast("Mapping[str, Any]", loaded)


Body: TypeAlias = Bytes | Json | Upload


def problems_of_body(body: Body | None) -> Sequence[HTTPStatus]:
    """List the problems that a route may answer because of its body."""
    if body is None:
        return (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.UNPROCESSABLE_ENTITY)
    return (
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    )


def given_body(view: View, body: Body) -> View:
    """Give a view its body, of its media type only, as its first argument."""

    @wraps(view)
    def given(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - the view's own types
        if request.mimetype not in _content_of(body):
            abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        return view(_received(body), *arguments, **named)

    return cast("View", given)


def without_body(view: View) -> View:
    """Refuse a body where none is taken: what it asks for would not be done."""

    @wraps(view)
    def bare(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - the view's own types
        if request.content_length or "Transfer-Encoding" in request.headers:
            abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        return view(*arguments, **named)

    return cast("View", bare)


def described_body(body: Body) -> dict[str, Any]:
    """Say a body as OpenAPI does."""
    return {"required": True, "description": body.description, "content": _content_of(body)}


def _content_of(body: Body) -> dict[str, Any]:
    if isinstance(body, Upload):
        return {name: {"schema": schema or BINARY} for name, schema in body.media_types.items()}
    return {body.media_type: {"schema": body.schema if isinstance(body, Json) else BINARY}}


def _received(body: Body) -> object:
    if isinstance(body, Upload):
        return body
    return body.received() if isinstance(body, Json) else received_bytes()


def _refuse(error: HTTPException, messages: object, schema: BodySchema) -> NoReturn:
    """Name the fields where the library that reads the query names them too."""
    error.data = {"messages": {_LOCATION: messages}, "schema": schema}  # type: ignore[attr-defined]  # webargs's own way
    raise error
