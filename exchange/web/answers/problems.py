"""What goes wrong, as RFC 9457 says it: a stable code, a French sentence, the way out.

Nothing of the request is repeated but names of fields: a problem may be kept in a log.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from flask import Flask, Response, jsonify, request
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException, InternalServerError

from exchange.accounts.authentication import DeniedError
from exchange.errors import (
    AttentionError,
    ConfigurationError,
    ExchangeError,
    RefusedError,
    RetryLaterError,
    TakenClaimError,
)
from exchange.transfers.approving import SameAccountError
from exchange.web.answers.field_problems import field_problems
from exchange.web.answers.request_ids import request_id
from keys.errors import BusyFileError, KeyringError, KeysError, MasterKeyError
from schemas.errors import SchemasError

MEDIA_TYPE: Final = "application/problem+json"
_TYPES: Final = "/problemes/"
_LOG: Final = logging.getLogger(__name__)
_RETRY: Final = MappingProxyType({"Retry-After": "5"})
_TELL: Final = "signalez le numéro de la demande à l'administrateur du service"
_BUSY: Final = (
    "un autre travail est en cours sur cette convention",
    "recommencez dans quelques instants",
)
_LATER: Final = (
    "plus-tard",
    "Plus tard",
    "le service ne peut pas répondre maintenant",
    "recommencez dans quelques instants ; si cela dure, signalez le numéro de la demande",
)
_TO_MEND: Final = (
    "a-reparer",
    "À réparer",
    "l'installation du service est à réparer : il ne peut pas travailler",
    _TELL,
)
_TO_EXAMINE: Final = (
    "a-examiner",
    "À examiner",
    "le service attend que quelqu'un examine ses données et leurs preuves",
    _TELL,
)


class DoneUntoldError(ConfigurationError):
    """What was asked is done, and its answer cannot be given: who calls is told so."""


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


_OF_HTTP: Final[Mapping[HTTPStatus, tuple[str, str, str, str]]] = {
    HTTPStatus.BAD_REQUEST: (
        "demande-invalide",
        "Demande invalide",
        "la demande ne peut pas être lue",
        "comparez-la à la documentation : /api/v1/openapi.json",
    ),
    HTTPStatus.NOT_FOUND: (
        "introuvable",
        "Introuvable",
        "il n'y a rien à cette adresse, ou rien qui vous soit destiné",
        "vérifiez l'adresse ; ce que le service offre : /api/v1/openapi.json",
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "methode-refusee",
        "Méthode refusée",
        "cette adresse ne se demande pas ainsi",
        "les méthodes admises sont dans l'en-tête Allow",
    ),
    HTTPStatus.REQUEST_TIMEOUT: (
        "trop-lent",
        "Trop lent",
        "la demande n'est pas arrivée entière dans le temps admis",
        "recommencez-la, sur une liaison plus rapide si cela se répète",
    ),
    HTTPStatus.GONE: (
        "n-y-est-plus",
        "N'y est plus",
        "ce paquet n'est plus au dossier d'envoi : retiré, remplacé ou détruit à son terme",
        "l'état du transfert dit pourquoi",
    ),
    HTTPStatus.PRECONDITION_FAILED: (
        "a-change",
        "A changé",
        "ce n'est plus ce que vous aviez lu (If-Match) : rien n'a été fait",
        "relisez, puis décidez de nouveau, avec l'ETag que la lecture donne",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "trop-grand",
        "Trop grand",
        "le corps de la demande dépasse ce qui est admis ici",
        "envoyez-le en plusieurs fois",
    ),
    HTTPStatus.REQUEST_URI_TOO_LONG: (
        "adresse-trop-longue",
        "Adresse trop longue",
        "l'adresse de la demande est trop longue",
        "raccourcissez-la",
    ),
    HTTPStatus.TOO_MANY_REQUESTS: (
        "trop-de-demandes",
        "Trop de demandes",
        "trop de demandes, ou de refus, en une minute",
        "attendez autant de secondes que dit l'en-tête Retry-After",
    ),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: (
        "en-tetes-trop-grands",
        "En-têtes trop grands",
        "les en-têtes de la demande dépassent ce qui est admis",
        "enlevez ceux que la documentation ne demande pas",
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: (
        "genre-refuse",
        "Genre de contenu refusé",
        "ce genre de contenu n'est pas admis ici",
        "les genres admis sont dans la documentation : /api/v1/openapi.json",
    ),
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: (
        "plage-impossible",
        "Plage impossible",
        "ce qui est demandé n'a pas cette plage d'octets",
        "reprenez d'après sa taille : en-tête Content-Range",
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: (
        "champs-invalides",
        "Champs invalides",
        "des champs de la demande manquent ou ne sont pas admis",
        "corrigez chacun des champs nommés",
    ),
}


def problem_of(status: HTTPStatus) -> Problem:
    """Give the problem of a status of HTTP."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _unexpected()
    return Problem(status, *_OF_HTTP.get(status, _OF_HTTP[HTTPStatus.BAD_REQUEST]))


def problem_of_later() -> Problem:
    """Give the problem of what may be asked again in a moment."""
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, *_LATER, headers=_RETRY)


def problem_of_busy(why: str, way_out: str) -> Problem:
    """Give the problem of what somebody works on."""
    return Problem(HTTPStatus.CONFLICT, "occupe", "Occupé", why, way_out, headers=_RETRY)


def answer_with_problems(application: Flask) -> None:
    """Let every error of an application be a problem; a bug says nothing but its number."""
    application.register_error_handler(ExchangeError, lambda error: _known(error).response())
    application.register_error_handler(KeysError, lambda error: _of_keys(error).response())
    application.register_error_handler(SchemasError, lambda error: _unreadable(error).response())
    application.register_error_handler(HTTPException, lambda error: _of_http(error).response())
    application.register_error_handler(Exception, _bug)


def _known(error: ExchangeError) -> Problem:
    if isinstance(error, DeniedError):
        return _denied(error)
    if isinstance(error, TakenClaimError):
        # Who holds it is nobody's to know outside.
        return problem_of_busy(*_BUSY)
    if isinstance(error, RefusedError):
        return _refused(error)
    _log(error)
    return _unavailable(error)


def _unavailable(error: ExchangeError) -> Problem:
    status = HTTPStatus.SERVICE_UNAVAILABLE
    if isinstance(error, DoneUntoldError):
        return _said(error, status, "fait-sans-reponse", "Fait, sans la réponse")
    if isinstance(error, RetryLaterError):
        return problem_of_later()
    if isinstance(error, AttentionError):
        return Problem(status, *_TO_EXAMINE)
    return Problem(status, *_TO_MEND)


def _said(error: ExchangeError, status: HTTPStatus, code: str, title: str) -> Problem:
    return Problem(status, code, title, error.message, error.hint)


def _denied(error: DeniedError) -> Problem:
    if error.is_of_somebody_known:
        return _said(error, HTTPStatus.FORBIDDEN, f"refuse-{error.denial}", "Refusé")
    unproven = _said(error, HTTPStatus.UNAUTHORIZED, "justificatif-refuse", "Qui êtes-vous ?")
    return replace(unproven, headers={"WWW-Authenticate": "Bearer"})


def _refused(error: RefusedError) -> Problem:
    if isinstance(error, SameAccountError):
        return _said(error, HTTPStatus.CONFLICT, "second-compte", "Un second compte est requis")
    return _said(error, HTTPStatus.CONFLICT, "acte-refuse", "Acte refusé")


def _of_keys(error: KeysError) -> Problem:
    if isinstance(error, BusyFileError):
        _log(error)
        return Problem(HTTPStatus.SERVICE_UNAVAILABLE, *_LATER, headers=_RETRY)
    if isinstance(error, MasterKeyError | KeyringError):
        _log(error)
        return Problem(HTTPStatus.SERVICE_UNAVAILABLE, *_TO_MEND)
    return _unreadable(error)


def _unreadable(error: KeysError | SchemasError) -> Problem:
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "document-refuse",
        "Document refusé",
        str(error),
        error.way_out,
    )


def _of_http(error: HTTPException) -> Problem:
    try:
        status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    except ValueError:
        status = HTTPStatus.BAD_REQUEST
    found = getattr(error, "data", {})
    wrong = field_problems(found.get("messages"), found.get("schema"))
    headers = {name: value for name, value in error.get_headers() if name in _KEPT_HEADERS}
    return replace(problem_of(status), fields=tuple(wrong), headers=headers)


_KEPT_HEADERS: Final = frozenset({"Allow", "Content-Range", "Retry-After"})


def _bug(error: Exception) -> Response:
    # Its sentence and its values may be of anybody: the class and the place are enough to look.
    _LOG.error("unexpected error", extra=_place(error))
    return _unexpected().response()


def _log(error: ExchangeError | KeysError) -> None:
    """Tell the administrator what the caller is not told: it may name paths and machines."""
    _LOG.warning("cannot work", extra=_place(error) | {"why": str(error)})


def _place(error: Exception) -> dict[str, object]:
    return {
        "request_id": request_id(),
        "route": request.endpoint,
        "error": type(error).__name__,
    }


def _unexpected() -> Problem:
    return Problem(
        HTTPStatus(InternalServerError.code),
        "defaut",
        "Défaut du service",
        "le service s'est trompé",
        _TELL,
    )
