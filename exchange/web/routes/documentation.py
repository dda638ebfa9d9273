"""The documentation for people: Swagger UI over the description that the service gives of itself.

All of it comes from here: the page may load nothing of another host, and run nothing inline.
"""

from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from flask import Response

from exchange.web.conventions.bodies import Bytes
from exchange.web.conventions.resource import Resource

_OURS: Final = "documentation_page"
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    # The arrows and crosses of Swagger UI are drawn in its own style sheet.
    "img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_KEPT: Final = "public, max-age=3600"
_HTML, _CSS, _SCRIPT = "text/html", "text/css", "text/javascript"

documentation = Resource("documentation", "/documentation", "La documentation, pour qui la lit.")


@documentation.get("", None, Bytes(_HTML, "La page."))
def show_page() -> Response:
    """Cette documentation, dans un navigateur."""
    answer = Response(_ours("page.html").read_bytes(), content_type=f"{_HTML}; charset=utf-8")
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer


@documentation.part("/page.css")
def show_style() -> Response:
    """Give what the page looks like."""
    return _answer(_ours("page.css"), _CSS)


@documentation.part("/page.js")
def show_script() -> Response:
    """Give what fills the page."""
    return _answer(_ours("page.js"), _SCRIPT)


@documentation.part("/swagger-ui.css")
def show_swagger_style() -> Response:
    """Give what Swagger UI looks like."""
    return _answer(_swagger("swagger-ui.css"), _CSS)


@documentation.part("/swagger-ui-bundle.js")
def show_swagger_script() -> Response:
    """Give Swagger UI (Apache-2.0)."""
    return _answer(_swagger("swagger-ui-bundle.js"), _SCRIPT)


def _ours(name: str) -> Traversable:
    return files("exchange.web.routes").joinpath(_OURS, name)


def _swagger(name: str) -> Traversable:
    return files("flask_swagger_ui").joinpath("dist", name)


def _answer(file: Traversable, media_type: str) -> Response:
    answer = Response(file.read_bytes(), content_type=f"{media_type}; charset=utf-8")
    answer.headers["Cache-Control"] = _KEPT
    return answer
