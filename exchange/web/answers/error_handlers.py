"""Every error as the problem that is answered; what a caller may not know is logged instead."""

import logging
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

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
from exchange.web.answers.problem import Problem, problem_of, problem_of_busy, problem_of_later
from exchange.web.answers.request_ids import request_id
from exchange.web.answers.sentences import BUSY, TO_EXAMINE, TO_MEND
from keys.errors import BusyFileError, KeyringError, KeysError, MasterKeyError
from schemas.errors import SchemasError

_LOG: Final = logging.getLogger(__name__)


class DoneUntoldError(ConfigurationError):
    """What was asked is done, and its answer cannot be given: who calls is told so."""


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
        return problem_of_busy(*BUSY)
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
        return Problem(status, *TO_EXAMINE)
    return Problem(status, *TO_MEND)


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
        return problem_of_later()
    if isinstance(error, MasterKeyError | KeyringError):
        _log(error)
        return Problem(HTTPStatus.SERVICE_UNAVAILABLE, *TO_MEND)
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
    return problem_of(HTTPStatus.INTERNAL_SERVER_ERROR).response()


def _log(error: ExchangeError | KeysError) -> None:
    """Tell the administrator what the caller is not told: it may name paths and machines."""
    _LOG.warning("cannot work", extra=_place(error) | {"why": str(error)})


def _place(error: Exception) -> dict[str, object]:
    return {
        "request_id": request_id(),
        "route": request.endpoint,
        "error": type(error).__name__,
    }
