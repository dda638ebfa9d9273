"""Requests that schemathesis draws from the description that the service gives of itself.

Most name what is at the home: an id at random would only ever be told that it is none.
"""

from contextlib import closing
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import strategies
from schemathesis.specs.openapi.checks import positive_data_acceptance
from werkzeug.wsgi import ClosingIterator

from tests.fakes.home_database import ask
from tests.fakes.local_exports import write_clean_export
from tests.fakes.situation import AGREEMENT, DEADLINE, DGEFP, PROVIDER, Situation

_DOCUMENT = "/api/v1/openapi.json"
_MOSTLY = 0.7
_KNOWN = {
    "agreement_id": ("path", "body"),
    "deadline_id": ("path", "body", "query"),
    "transfer_id": ("path",),
    "instruction_id": ("body",),
    "If-Match": ("header",),
}
EXCLUDED = {
    # So does each row of a file of people.
    "POST /api/v1/agreements/{agreement_id}/imports": [positive_data_acceptance],
    # Who objects obeys the rules of a row (docs/rule-codes.md), which no schema in JSON says.
    "POST /api/v1/agreements/{agreement_id}/objections": [positive_data_acceptance],
}
"""The checks that are left out, each with its reason."""
# A version that was drawn is an old one: nothing else is wrong with the request.
_TO_WHAT_IS_RIGHT = ["2xx", "3xx", 401, 403, 404, 409, 412, 429, "5xx"]


def described_service(application: Flask, sent: Situation) -> Any:  # noqa: ANN401 - schemathesis's own type
    """Give the description that a service at a home gives of itself, to draw requests from."""
    values = {
        "agreement_id": [AGREEMENT],
        "deadline_id": [DEADLINE, "enquete-2"],
        "transfer_id": [sent.transfer_id(DGEFP), sent.transfer_id(PROVIDER)],
        "instruction_id": ["instruction-1"],
        "If-Match": ["*"],
    }
    config = {
        "dictionaries": {name: {"values": known} for name, known in values.items()},
        "parameters": {
            f"{place}.{name}": {"dictionary": name, "probability": _MOSTLY}
            for name, places in _KNOWN.items()
            for place in places
        },
        "checks": {"positive_data_acceptance": {"expected-statuses": _TO_WHAT_IS_RIGHT}},
    }
    export = sent.folder / "drawn.csv"
    write_clean_export(export, 5)
    schemathesis.openapi.media_type("text/csv", strategies.just(export.read_bytes()))
    parsed = schemathesis.Config.from_dict(config)
    application.wsgi_app = _at_once(application.wsgi_app)  # type: ignore[method-assign]  # as Flask says to
    return schemathesis.openapi.from_wsgi(_DOCUMENT, application, config=parsed)


def forget_request_keys(sent: Situation) -> None:
    """Let each request be the first under its ``Idempotency-Key``: keys are drawn again."""
    ask(sent.departement.home, "DELETE FROM request_key")


def _at_once(application: Any) -> Any:  # noqa: ANN401 - WSGI
    """Give each answer whole: schemathesis does not close what is streamed from a file."""

    def answer(environ: Any, start: Any) -> list[bytes]:  # noqa: ANN401 - WSGI
        with closing(ClosingIterator(application(environ, start))) as streamed:
            return [b"".join(streamed)]

    return answer


@schemathesis.serializer("application/pkcs7-mime", "text/csv", "application/x-ndjson")
def _as_drawn(_: Any, value: Any) -> bytes:  # noqa: ANN401 - whatever is drawn
    return value if isinstance(value, bytes) else str(value).encode()
