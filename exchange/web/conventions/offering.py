"""All routes offered together, and described (OpenAPI 3.1); what an address may hold."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from flask import Flask
from flask_smorest import Api
from werkzeug.routing import BaseConverter

from exchange.web.callers.access import declare
from exchange.web.callers.proofs import PROOFS
from exchange.web.conventions.body_fields import IDENTIFIER
from exchange.web.conventions.resource import Resource

_DOCUMENT: Final = "api-docs.openapi_json"


class _Identifier(BaseConverter):
    """An id in an address, as ours are: nothing else is looked for in the database."""

    regex = IDENTIFIER


class _Number(BaseConverter):
    """A number in an address, in one writing."""

    regex = r"0|[1-9][0-9]{0,15}"

    def to_python(self, value: str) -> int:
        """Give the number."""
        return int(value)


def offer(application: Flask, prefix: str, resources: Sequence[Resource]) -> None:
    """Let an application answer the routes of resources, and document them (OpenAPI 3.1)."""
    application.config.update(
        API_TITLE="spie-exchange",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=prefix,
        OPENAPI_JSON_PATH="openapi.json",
    )
    application.url_map.converters["id"] = _Identifier
    # The library's own takes the digits of every script, and thousands of them.
    application.url_map.converters["int"] = _Number
    api = Api(application)
    api.register_converter(_Identifier, _described)
    api.register_converter(_Number, lambda _: {"type": "integer", "minimum": 0})
    for name, proof in PROOFS.items():
        api.spec.components.security_scheme(name, proof)
    for resource in resources:
        api.register_blueprint(resource.blueprint, url_prefix=f"{prefix}{resource.prefix}")
    # A method keeps no declaration of its own.
    document = partial(application.view_functions[_DOCUMENT])
    application.view_functions[_DOCUMENT] = declare(document, None)


def _described(identifier: _Identifier) -> dict[str, str]:
    return {"type": "string", "pattern": f"^{identifier.regex}$"}
