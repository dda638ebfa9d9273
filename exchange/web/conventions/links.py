"""Where an answer leads: the links of OpenAPI, for clients that follow them and tests that do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Link:
    """Another route, by the name of its view, and where its parameters are in the answer.

    Each is a runtime expression (OpenAPI 3.1, 4.8.20.4): ``$response.body#/transfer_id``.
    """

    route: str
    parameters: Mapping[str, str]

    def document(self) -> dict[str, Any]:
        """Say it as OpenAPI does."""
        return {"operationId": self.route, "parameters": dict(self.parameters)}


def links_to(routes: tuple[str, ...], **parameters: str) -> dict[str, Link]:
    """Give a link to each of some routes that take the same parameters."""
    return {route: Link(route, parameters) for route in routes}
