"""Entity tags: who acts may say which version they have read (RFC 9110, 8.8.3 and 13.1.1).

A tag is a digest of what is answered: it changes with whatever a caller could have seen.
"""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final, TypeVar, cast

from flask import Response, abort, request
from marshmallow import Schema, fields
from werkzeug.http import quote_etag

View = TypeVar("View", bound=Callable[..., Any])

_HEADER: Final = "If-Match"


class VersionSchema(Schema):
    """The version that the caller has read."""

    tag = fields.String(
        data_key=_HEADER,
        metadata={
            "description": "L'« ETag » de ce que vous avez lu : si cela a changé depuis, rien "
            "n'est fait (412)."
        },
    )


def tag_of(schema: type[Schema], item: object) -> str:
    """Give the tag of something as a schema answers it."""
    text = json.dumps(schema().dump(item), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def with_tag(view: View, schema: type[Schema]) -> View:
    """Give what a view answers its tag; 304 to who has that version already."""

    @wraps(view)
    def answering(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - the view's own types
        item = view(*arguments, **named)
        tag = tag_of(schema, item)
        headers = {"ETag": quote_etag(tag)}
        if request.if_none_match.contains_weak(tag):
            return Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        return item, HTTPStatus.OK, headers

    return cast("View", answering)


def require_version(tag: str | None) -> None:
    """Answer 412 when the caller has read another version than the one of this tag.

    To be asked while nobody else can write. ``None`` stands for what does not exist yet.
    """
    if _HEADER not in request.headers:
        return
    if tag is None or not request.if_match.contains(tag):
        abort(HTTPStatus.PRECONDITION_FAILED)


def on_version(view: View) -> View:
    """Do without what ``VersionSchema`` reads: a view asks ``require_version`` when it can."""

    @wraps(view)
    def acting(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - the view's own types
        return view(*arguments[:-1], **named)

    return cast("View", acting)
