"""Whatever is asked, and by whomever: the answer is one that the documentation promises.

schemathesis draws requests from the description that the service gives of itself, right ones and
wrong ones, and makes every check of its own: no 5xx, no status, media type or document that is not
described, nothing wrong accepted, nothing right refused, no credential done without.
"""

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.core.result import Ok

from exchange.accounts import Role
from tests.fakes.callers import Callers, callers_at
from tests.fakes.drawn_requests import EXCLUDED, described_service, forget_request_keys
from tests.fakes.situation import Situation

_SEED = 62
_FEW, _MANY = 4, 14


@pytest.fixture(name="callers")
def _callers(sent: Situation) -> Callers:
    return callers_at(sent.departement)


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
    described = described_service(application, sent)
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
                forget_request_keys(sent)
            case.validate_response(
                case.call(headers=headers),
                headers=headers,
                excluded_checks=EXCLUDED.get(case.operation.label, ()),
            )

        ask()

    assert len(asked) >= examples
