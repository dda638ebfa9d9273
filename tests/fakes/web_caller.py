"""Somebody who calls a home over HTTP, in the test's own process."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from exchange.accounts import Role
from exchange.settings import settings_from
from exchange.web.application import new_application
from tests.fakes.callers import bearer, token_at
from tests.fakes.situation import DGEFP, Situation


@dataclass(frozen=True, slots=True)
class WebCaller:
    """A client, and the headers that say who calls."""

    client: FlaskClient
    headers: Mapping[str, str]

    def get(self, path: str, **headers: str) -> TestResponse:
        """Read a path of the API."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(f"/api/v1{path}", headers={**self.headers, **named})

    def post(self, path: str, document: Any, **headers: str) -> TestResponse:  # noqa: ANN401 - JSON
        """Send a document in JSON to a path of the API."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(f"/api/v1{path}", json=document, headers={**self.headers, **named})


def web_caller(
    situation: Situation, role: Role, recipient_id: str = DGEFP, *, account_id: str = ""
) -> WebCaller:
    """Make an account of a role at a home, and who calls it with that account's token."""
    application = new_application(settings_from(situation.departement.environment()))
    token = token_at(situation.departement, role, recipient_id, account_id=account_id)
    return WebCaller(application.test_client(), bearer(token))
