"""``Idempotency-Key`` on every POST: sent again, a request is answered again and acts once.

The header is optional, and a request without it is not looked at. The key is an sf-string
(RFC 8941) or the same text bare; it is the account's, for a day.

Source: draft-ietf-httpapi-idempotency-key-header-07.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import wraps
from http import HTTPStatus
from typing import Any, Final, TypeVar, cast

from flask import Response, current_app, request
from marshmallow import Schema, fields, validate

from exchange.errors import ExchangeError, TakenClaimError
from exchange.idempotency import (
    FirstAnswer,
    KeyedRequest,
    ReusedKeyError,
    UnkeptAnswerError,
)
from exchange.web.answers.problem import Problem, problem_of_busy
from exchange.web.answers.request_ids import request_id
from exchange.web.callers.access import acting_service, caller
from exchange.web.conventions.uploads import KEY_HEADER, Upload, body_digest
from keys.keyring import Keyring
from keys.keyring_file import KeyPurpose
from keys.requests import key_digest, request_fingerprint

View = TypeVar("View", bound=Callable[..., Any])

REPLAYED: Final = "Idempotency-Replayed"
_LONGEST_ANSWER_BYTES: Final = 1 << 20
"""A longer one is not kept: only the log remembers that the request was acted on."""
_QUOTE: Final = '"'
# A bare key has the letters of a token (RFC 9110, 5.6.2), of base64 and of a URN: a comma would
# be two headers made one.
_FORM: Final = r'^("([ !#-\[\]-~]|\\["\\]){1,255}"|[A-Za-z0-9!#$%&\'*+.^_`|~:/=-]{1,255})$'
_DENYING: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
"""Looked at again each time: every denial is in the log, and what was absent may come."""
_DESCRIBING: Final = ("Content-Type", "ETag", "Location")
_SCOPE: Final = "api"


class IdempotencyKeySchema(Schema):
    """The key of a request that may have to be sent again."""

    key = fields.String(
        data_key=KEY_HEADER,
        load_default="",
        validate=validate.Regexp(
            _FORM,
            error="1 à 255 caractères ASCII, par exemple un UUID, entre guillemets ou non",
        ),
        metadata={
            "description": "Tirée au hasard pour cette demande : envoyée de nouveau avec la même "
            "clé, elle reçoit la première réponse et n'est pas refaite.",
        },
    )


def answered_once(view: View) -> View:
    """Let a view act once under a key; it is given what ``IdempotencyKeySchema`` reads last."""

    @wraps(view)
    def answered(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - the view's own types
        *given, headers = arguments
        if not headers["key"]:
            return view(*given, **named)
        with _arrived(given) as arrived:
            asked = _keyed_request(headers["key"])
            return _first_answer(asked, lambda: view(*arrived, **named))

    return cast("View", answered)


@contextmanager
def _arrived(given: list[Any]) -> Iterator[list[Any]]:
    """Receive a body that was still to come; give all that the view takes."""
    if not (given and isinstance(given[0], Upload)):
        yield given
        return
    with given[0].received() as waiting:
        yield [replace(given[0], arrived=waiting), *given[1:]]


def _keyed_request(text: str) -> KeyedRequest:
    secret = _secret(acting_service().keyring)
    query = request.query_string.decode("ascii", "replace")
    version = request.headers.get("If-Match", "")
    parts = (request.method, request.path, query, request.mimetype, version, body_digest())
    return KeyedRequest(
        account_id=caller().account.account_id,
        key_digest=key_digest(secret, _unquoted(text)),
        fingerprint=request_fingerprint(secret, parts),
        request_id=request_id(),
    )


def _secret(keyring: Keyring) -> bytes:
    keyring.obtain(KeyPurpose.REQUESTS, _SCOPE, acting_service().clock.now())
    # The oldest: of two processes that make the first one at once, each makes one.
    return keyring.material(keyring.entries_for(KeyPurpose.REQUESTS)[0].key_id)


def _unquoted(text: str) -> str:
    if not text.startswith(_QUOTE):
        return text
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def _first_answer(asked: KeyedRequest, act: Callable[[], Any]) -> Response:
    keys = acting_service().request_keys()
    try:
        with keys.claimed(asked) as first:
            if first is not None:
                return _again(first)
            answer = _answer_of(act)
            if (kept := _to_keep(answer)) is not None:
                # What was done is done: that it cannot be said again is no reason not to say it.
                with suppress(ExchangeError):
                    keys.keep(asked, kept)
            return answer
    except TakenClaimError as error:
        # Of the claim alone: what the view raises is an answer by then.
        return problem_of_busy(error.message, error.hint).response()
    except ReusedKeyError as error:
        status, code, title = HTTPStatus.UNPROCESSABLE_ENTITY, "cle-reprise", "Clé déjà utilisée"
        return Problem(status, code, title, error.message, error.hint).response()
    except UnkeptAnswerError as error:
        status, code, title = HTTPStatus.CONFLICT, "deja-fait", "Déjà fait"
        return Problem(status, code, title, error.message, error.hint).response()


def _answer_of(act: Callable[[], Any]) -> Response:
    """Give the answer of a view, whether it gives or raises it."""
    try:
        return current_app.make_response(act())
    except Exception as error:  # noqa: BLE001 - what it answers is the application's to say
        return current_app.make_response(current_app.handle_user_exception(error))


def _to_keep(answer: Response) -> FirstAnswer | None:
    """Give what is to be answered again.

    ``None`` for what denies, asks to be sent again, or is long.
    """
    asks_again = "Retry-After" in answer.headers
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or asks_again:
        return None
    if answer.status_code in _DENYING:
        return None
    said = answer.content_length if answer.is_streamed else answer.calculate_content_length()
    if said is None or said > _LONGEST_ANSWER_BYTES:
        return None
    headers = {name: answer.headers[name] for name in _DESCRIBING if name in answer.headers}
    return FirstAnswer(answer.status_code, headers, answer.get_data())


def _again(first: FirstAnswer) -> Response:
    answer = Response(first.body, first.status)
    answer.headers.update(first.headers)
    answer.headers[REPLAYED] = "true"
    return answer
