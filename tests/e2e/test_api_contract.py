"""Whatever is asked, and by whomever: the answer is one that the documentation promises.

schemathesis draws requests from the description that the service gives of itself, right ones and
wrong ones, and makes every check of its own: no 5xx, no status, media type or document that is not
described, nothing wrong accepted, nothing right refused, no credential done without.
"""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from exchange.accounts import Role
from tests.fakes.callers import Callers, callers_at
from tests.fakes.home_database import ask as ask_database
from tests.fakes.situation import Situation

_SEED = 62
_FEW, _MANY = 4, 40
_DOCUMENT = "/api/v1/openapi.json"
_EXCLUDED = {
    # Who objects obeys the rules of a row (docs/rule-codes.md), which no schema in JSON says.
    "POST /api/v1/agreements/{agreement_id}/objections": [positive_data_acceptance],
}


@pytest.fixture(name="callers")
def _callers(sent: Situation) -> Callers:
    return callers_at(sent.departement)


@schemathesis.serializer("application/pkcs7-mime", "text/csv")
def _as_drawn(_: Any, value: Any) -> bytes:  # noqa: ANN401 - whatever is drawn
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.mark.parametrize(
    ("role", "examples"),
    [
        *(pytest.param(role, _FEW, id=f"{role}-short") for role in (Role.OPERATOR, Role.RECIPIENT)),
        *(
            pytest.param(role, _MANY, id=f"{role or 'nobody'}-long", marks=pytest.mark.long)
            for role in (*Role, None)
        ),
    ],
)
def test_every_request_is_answered_as_documented(
    application: Flask, callers: Callers, sent: Situation, role: Role | None, examples: int
) -> None:
    headers = callers.headers(role) if role else {}
    described = schemathesis.openapi.from_wsgi(_DOCUMENT, application)
    asked = []
    for found in described.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()

        @seed(_SEED)
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:  # noqa: ANN401 - schemathesis's own type
            asked.append(case.operation.label)
            if case.method == "POST":
                # The same key is drawn for other requests: each is to be the first under its own.
                ask_database(sent.departement.home, "DELETE FROM request_key")
            case.validate_response(
                case.call(headers=headers),
                headers=headers,
                excluded_checks=_EXCLUDED.get(case.operation.label, ()),
            )

        ask()

    assert len(asked) >= examples
