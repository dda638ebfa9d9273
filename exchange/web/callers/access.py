"""Who may call: declared on every route, checked before anything of the request is read.

A route that declares nothing is refused to everybody, and fails an architecture test.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from flask import Flask, current_app, g, request
from werkzeug.exceptions import TooManyRequests

from exchange.accounts import Right
from exchange.accounts.authentication import Denial, DeniedError, Identified, authenticate
from exchange.accounts.credentials import Presented, presented_token
from exchange.actors import CALLER_MARK, Actor, Caller, actor_calling
from exchange.audit.events import EventKind, Outcome
from exchange.web.answers.request_ids import request_id
from exchange.web.callers.client_certificates import presented_certificate
from exchange.web.callers.rates import TooOftenError, rates
from exchange.web.process.home_at_hand import home_at_hand
from exchange.web.process.request_counts import request_counts
from exchange.wiring import Service

View = TypeVar("View", bound=Callable[..., Any])

_DECLARED: Final = "declared_access"
_ANYBODY: Final = "anybody"
_BEARER: Final = "bearer"
_OF_WHO_VERIFIES: Final = frozenset(
    {Right.READ_EVIDENCE, Right.READ_CERTIFICATES, Right.READ_METRICS}
)
"""What is asked most when the log disagrees: that keeps nobody out."""


def declare(view: View, right: Right | None) -> View:
    """Declare the right that a route asks for; ``None`` when anybody may call it."""
    setattr(view, _DECLARED, right or _ANYBODY)
    return view


def declared_access(view: Callable[..., Any]) -> Right | None:
    """Give the right a route asks for, ``None`` when it is open. Raises ``LookupError``."""
    declared = getattr(view, _DECLARED, None)
    if declared is None:
        raise LookupError(view.__name__)
    return declared if isinstance(declared, Right) else None


def require_access(application: Flask) -> None:
    """Check every request against what its route declares; denials are in the evidence."""
    application.before_request(_require_declared)


def acting_service() -> Service:
    """Give the opened home, acting for who calls."""
    service: Service = g.service
    return service


def caller() -> Identified:
    """Give who calls."""
    identified: Identified = g.identified
    return identified


def known_caller() -> Identified | None:
    """Give who calls once they were proven, whatever they may; ``None`` before, or for nobody."""
    identified: Identified | None = g.get("identified")
    return identified


def record_denial(error: DeniedError) -> None:
    """Count a denial, and leave the evidence of it, in a transaction of its own.

    Who is denied too often leaves no more, and is answered 429.
    """
    request_counts().count_denial(error.denial)
    known = {
        name: value
        for name, value in (("account", error.account_id), ("credential", error.credential_id))
        if value
    }
    proven = "" if error.denial is Denial.WRONG else error.credential_id
    with _bounded():
        rates().count_denial(proven, request.remote_addr or "")
    with acting_service().database.begin() as work:
        work.evidence.record(
            EventKind.CALLER_DENIED,
            Outcome.REFUSED,
            denial=error.denial,
            route=str(request.endpoint),
            method=request.method,
            **known,
        )


@contextmanager
def _bounded() -> Iterator[None]:
    """Answer 429 to whoever is counted too often meanwhile; the evidence says it once a minute."""
    try:
        yield
    except TooOftenError as error:
        if error.must_be_said:
            with acting_service().database.begin() as work:
                work.evidence.record(
                    EventKind.CALLER_LIMITED,
                    Outcome.REFUSED,
                    limit=error.limit,
                    allowed=error.allowed,
                )
        raise TooManyRequests(retry_after=error.retry_seconds) from None


def _require_declared() -> None:
    if request.endpoint is None:
        return  # no such route: the answer is the same for everybody
    right = declared_access(_view())
    if right is None:
        return
    service = home_at_hand().service(inspecting=right in _OF_WHO_VERIFIES)
    g.service = service.acting_as(_nobody())
    try:
        identified = authenticate(service.database, _shown(), service.clock.now())
        g.identified = identified
        g.service = service.acting_as(actor_calling(_as_caller(identified)))
        with _bounded():
            rates().count_request(identified.credential_id)
        identified.require(right)
    except DeniedError as error:
        record_denial(error)
        raise


def _view() -> Callable[..., Any]:
    return current_app.view_functions[str(request.endpoint)]


def _shown() -> Sequence[Presented]:
    shown = (_token(), presented_certificate())
    return [presented for presented in shown if presented is not None]


def _token() -> Presented | None:
    header = request.headers.get("Authorization", "")
    if not header:
        return None
    scheme, _, credentials = header.partition(" ")
    # However it is written (RFC 9110, 11.1).
    text = credentials if scheme.lower() == _BEARER else ""
    # What is no token of ours is a wrong proof, of an id that none has.
    return presented_token(text) or Presented("-", b"")


def _as_caller(identified: Identified) -> Caller:
    return Caller(
        identified.account.account_id,
        identified.account.role,
        identified.credential_id,
        request_id(),
    )


def _nobody() -> Actor:
    return Actor(os.getuid(), f"?{CALLER_MARK}", caller=Caller("", "", "", request_id()))
