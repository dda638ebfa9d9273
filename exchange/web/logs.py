"""What the service writes on standard error: fixed words, and a few named values beside them.

A line an answer, as logfmt: when (UTC), which request, which route, who, what came of it. Only
these names are written: no address, no body, no header, nothing that a caller sent.
"""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Final

from flask import Flask, Response, request

from exchange.web.answers.request_ids import request_id
from exchange.web.callers.access import known_caller

_ROOTS: Final = ("jobs", "exchange", "schemas", "keys")
_SHOWN: Final = (
    "request_id",
    "route",
    "method",
    "status",
    "account",
    "credential",
    "error",
    "why",
)
_LOG: Final = logging.getLogger(__name__)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "OPTIONS"})
_BARE: Final = re.compile(r"[A-Za-z0-9._@?-]+")


class NamedValues(logging.Formatter):
    """One line a record, whatever its values hold; traces and arguments are left out."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        words = f"{at} {record.levelname} {record.getMessage()}"
        named = [(name, getattr(record, name)) for name in _SHOWN if hasattr(record, name)]
        return " ".join([words, *(f"{name}={_written(str(value))}" for name, value in named)])


def write_logs() -> None:
    """Let every package of ours write on standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(NamedValues())
    for name in _ROOTS:
        root = logging.getLogger(name)
        root.addHandler(handler)
        root.setLevel(logging.INFO)
        root.propagate = False


def log_answers(application: Flask) -> None:
    """Write a line for every answer of an application, of whoever was proven and of nobody."""
    application.after_request(_log_answer)


def _log_answer(response: Response) -> Response:
    known = known_caller()
    whose = (
        {"account": known.account.account_id, "credential": known.credential_id} if known else {}
    )
    what = {
        "request_id": request_id(),
        "route": request.endpoint or "-",
        "method": request.method if request.method in _METHODS else "-",
        "status": response.status_code,
    }
    _LOG.info("answered", extra=what | whose)
    return response


def _written(value: str) -> str:
    """Write a value so that it neither ends its line nor seems to be another value."""
    if _BARE.fullmatch(value):
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in quoted)
