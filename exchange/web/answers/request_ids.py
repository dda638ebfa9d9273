"""An id a request: in the answer, in the log, in the evidence.

Always ours: one that a caller chooses could hold anything.
"""

import secrets
from typing import Final

from flask import Flask, Response, g

HEADER: Final = "Request-Id"
_BYTES: Final = 10


def identify_requests(application: Flask) -> None:
    """Give every request its id, and say it in the answer."""
    application.before_request(_identify)
    application.after_request(_say)


def request_id() -> str:
    """Give the id of the request being answered."""
    identifier: str = g.request_id
    return identifier


def new_request_id() -> str:
    """Draw an id, for a request that the application does not see."""
    return secrets.token_hex(_BYTES)


def _identify() -> None:
    g.request_id = new_request_id()


def _say(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    return response
