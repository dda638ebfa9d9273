"""A problem (RFC 9457): a stable code, a French sentence, the way out.

Nothing of the request is repeated but names of fields: a problem may be kept in a log.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from flask import Response, jsonify
from marshmallow import Schema, fields

from exchange.web.answers.request_ids import request_id
from exchange.web.answers.sentences import LATER, OF_HTTP, UNEXPECTED

MEDIA_TYPE: Final = "application/problem+json"
_TYPES: Final = "/problemes/"
_RETRY: Final = MappingProxyType({"Retry-After": "5"})


class FieldProblemSchema(Schema):
    """One field that is wrong."""

    field = fields.String(required=True, metadata={"description": "Le champ, par son chemin."})
    message = fields.String(required=True)


class ProblemSchema(Schema):
    """A problem (RFC 9457)."""

    type = fields.String(required=True, metadata={"description": "Le code, stable."})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    hint = fields.String(required=True, metadata={"description": "Comment en sortir."})
    request_id = fields.String(
        required=True, metadata={"description": "Le numéro de la demande, pour qui la cherche."}
    )
    errors = fields.List(fields.Nested(FieldProblemSchema))


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem before it is an answer."""

    status: HTTPStatus
    code: str
    title: str
    detail: str
    way_out: str
    fields: tuple[Mapping[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self, number: str = "") -> dict[str, Any]:
        """Give what the answer says; ``number`` is of a request that the application never saw."""
        document: dict[str, Any] = {
            "type": f"{_TYPES}{self.code}",
            "title": self.title,
            "status": self.status.value,
            "detail": self.detail,
            "hint": self.way_out,
            "request_id": number or request_id(),
        }
        if self.fields:
            document["errors"] = list(self.fields)
        return document

    def response(self) -> Response:
        """Give the answer that says it."""
        answer = jsonify(self.document())
        answer.status_code = self.status
        answer.content_type = MEDIA_TYPE
        answer.headers.update(self.headers)
        return answer


def problem_of(status: HTTPStatus) -> Problem:
    """Give the problem of a status of HTTP."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, *UNEXPECTED)
    return Problem(status, *OF_HTTP.get(status, OF_HTTP[HTTPStatus.BAD_REQUEST]))


def problem_of_later() -> Problem:
    """Give the problem of what may be asked again in a moment."""
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, *LATER, headers=_RETRY)


def problem_of_busy(why: str, way_out: str) -> Problem:
    """Give the problem of what somebody works on."""
    return Problem(HTTPStatus.CONFLICT, "occupe", "Occupé", why, way_out, headers=_RETRY)
