"""What is answered before the application is asked: a request that is none, or never comes whole.

The words and the line in the log are those of the application; nothing of the request is in them.
"""

import json
import logging
from http import HTTPStatus
from typing import Final

from exchange.web.answers.headers import HEADERS
from exchange.web.answers.problem import MEDIA_TYPE, problem_of
from exchange.web.answers.request_ids import HEADER, new_request_id

_LOG: Final = logging.getLogger(__name__)


def early_answer(status: HTTPStatus) -> bytes:
    """Give an answer whole, as it goes over the wire, after which the connection closes."""
    number = new_request_id()
    what = {"request_id": number, "route": "-", "method": "-", "status": status.value}
    _LOG.info("answered", extra=what)
    problem = problem_of(status)
    body = json.dumps(problem.document(number), ensure_ascii=False).encode()
    headers = {
        **HEADERS,
        HEADER: number,
        "Content-Type": MEDIA_TYPE,
        "Content-Length": str(len(body)),
        "Connection": "close",
    }
    lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body
