"""Where an answer leads is where it says: schemathesis follows the links, act after act."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from exchange.accounts import Role
from tests.fakes.callers import bearer, token_at
from tests.fakes.drawn_requests import EXCLUDED, described_service, forget_request_keys
from tests.fakes.situation import Situation

_WALKS, _STEPS = 25, 6
_REFUSED = 400
_ACTS = {"send_what_is_due", "send_again", "call_off", "take_back"}


@pytest.mark.long
def test_what_an_answer_leads_to_is_answered_as_documented(
    application: Flask, sent: Situation
) -> None:
    headers = bearer(token_at(sent.departement, Role.OPERATOR))
    followed: list[tuple[str, int]] = []

    class Walk(described_service(application, sent).as_state_machine()):  # type: ignore[misc]  # schemathesis's own type
        def call(self, case: Any, **_: Any) -> Any:  # noqa: ANN401 - idem
            return case.call(headers=headers)

        def validate_response(self, response: Any, case: Any, *_: Any, **__: Any) -> None:  # noqa: ANN401 - idem
            case.validate_response(
                response, headers=headers, excluded_checks=EXCLUDED.get(case.operation.label, ())
            )

        def before_call(self, case: Any) -> None:  # noqa: ANN401 - idem
            if case.method == "POST":
                forget_request_keys(sent)

        def after_call(self, response: Any, case: Any) -> None:  # noqa: ANN401 - idem
            followed.append((case.operation.definition.raw["operationId"], response.status_code))

    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=_WALKS,
            stateful_step_count=_STEPS,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )

    done = {route for route, status in followed if status < _REFUSED}
    assert done & _ACTS
    assert "show_transfer" in done
