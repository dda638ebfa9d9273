"""Where an answer leads is where it says: schemathesis follows the links, act after act."""

from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.errors import FlakyStrategyDefinition
from hypothesis.stateful import run_state_machine_as_test
from schemathesis.core.failures import FailureGroup

from exchange.accounts import Role
from tests.fakes.callers import bearer, token_at
from tests.fakes.drawn_requests import EXCLUDED, described_service, forget_request_keys
from tests.fakes.situation import Situation

_WALKS = 12
_A_WALK = settings(
    max_examples=4,
    stateful_step_count=10,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
_REFUSED = 400
_ACTS = {"send_what_is_due", "send_again", "call_off", "take_back"}


@pytest.mark.long
def test_what_an_answer_leads_to_is_answered_as_documented(
    application: Flask, sent: Situation
) -> None:
    headers = bearer(token_at(sent.departement, Role.OPERATOR))
    followed: list[tuple[str, int]] = []
    wrong: list[str] = []

    class Walk(described_service(application, sent).as_state_machine()):  # type: ignore[misc]  # schemathesis's own type
        def call(self, case: Any, **_: Any) -> Any:  # noqa: ANN401 - idem
            return case.call(headers=headers)

        def validate_response(self, response: Any, case: Any, *_: Any, **__: Any) -> None:  # noqa: ANN401 - idem
            excluded = EXCLUDED.get(case.operation.label, ())
            try:
                case.validate_response(response, headers=headers, excluded_checks=excluded)
            except FailureGroup as failures:
                wrong.append(str(failures))

        def before_call(self, case: Any) -> None:  # noqa: ANN401 - idem
            if case.method == "POST":
                forget_request_keys(sent)

        def after_call(self, response: Any, case: Any) -> None:  # noqa: ANN401 - idem
            followed.append((case.operation.definition.raw["operationId"], response.status_code))

    for number in range(_WALKS):
        # The service remembers what was done on the walk before: each begins anew, and one that
        # finds another home where it goes again is over.
        with suppress(FlakyStrategyDefinition):
            run_state_machine_as_test(seed(number)(Walk), settings=_A_WALK)

    done = {route for route, status in followed if status < _REFUSED}
    assert wrong == []
    assert done & _ACTS
    assert "show_transfer" in done
