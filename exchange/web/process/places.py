"""Places for who keeps a thread waiting: so many at once, and the other threads are for others."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any, Final

from flask import Flask, Response, current_app, request

from exchange.errors import RetryLaterError
from exchange.web.answers.problem import problem_of_later
from exchange.web.process.capacity import Capacity

_PLACE_SECONDS: Final = 0.1
"""Most bodies and answers are through in less than that."""
_TAKEN_AT_ONCE_BYTES: Final = 32 << 10
"""What the system takes of an answer, whoever reads it or not."""
_EXTENSION: Final = "spie-exchange-places"
_SERVED: Final = "gunicorn.socket"
_ONCE_SENT: Final = "spie-exchange.once-sent"


def limit_places(application: Flask, capacity: Capacity) -> None:
    """Let an application wait for so many clients at once."""
    application.extensions[_EXTENSION] = BoundedSemaphore(capacity.places)
    application.after_request(_placed)


@contextmanager
def place() -> Iterator[None]:
    """Take a place for as long as a body arrives. Raises ``RetryLaterError`` when all are taken."""
    places = _taken()
    try:
        yield
    finally:
        places.release()


def once_sent(environ: dict[str, Any]) -> None:
    """Give back the place of an answer that is sent, or given up."""
    leave: Callable[[], None] | None = environ.pop(_ONCE_SENT, None)
    if leave is not None:
        leave()


def _placed(answer: Response) -> Response:
    """Take a place until an answer is sent, where it may keep a thread waiting.

    Where a server sends it, and somebody only reads: what is done is told whoever waits.
    """
    length = answer.headers.get("Content-Length", type=int)
    is_short = length is not None and length <= _TAKEN_AT_ONCE_BYTES
    if is_short or request.method != "GET" or _SERVED not in request.environ:
        return answer
    try:
        request.environ[_ONCE_SENT] = _taken().release
    except RetryLaterError:
        answer.close()
        return problem_of_later().response()
    return answer


def _taken() -> BoundedSemaphore:
    places: BoundedSemaphore = current_app.extensions.setdefault(_EXTENSION, BoundedSemaphore())
    if not places.acquire(timeout=_PLACE_SECONDS):
        raise RetryLaterError(
            "trop d'appelants lents en même temps", "recommencez dans quelques instants"
        )
    return places
