"""The documentation page in a real browser: it lists every route, and breaks no rule of its own."""

import os
import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, sync_playwright

from tests.fakes.http_service import HttpService
from tests.prerequisites import skip_or_fail

_PAGE: Final = "/api/v1/documentation"
_ROUTES: Final = tomllib.loads((Path(__file__).parents[1] / "roles.toml").read_text("utf-8"))
_DESCRIPTION: Final = "GET /api/v1/openapi.json"
# A browser does not isolate its processes for the superuser.
_AS_ROOT: Final = ["--no-sandbox"] if os.geteuid() == 0 else []
_MILLISECONDS: Final = 20_000
_WATCH_VIOLATIONS: Final = """
document.addEventListener("securitypolicyviolation", (violation) => {
  console.error("CSP", violation.violatedDirective, violation.blockedURI);
});
"""


@pytest.fixture(name="page")
def _page() -> Iterator[Page]:
    """A page of a browser without a window."""
    chromium = shutil.which("chromium")
    if chromium is None:
        skip_or_fail("chromium is missing: apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_AS_ROOT)
        page = browser.new_page(locale="fr-FR", viewport={"width": 1280, "height": 1000})
        page.set_default_timeout(_MILLISECONDS)
        page.add_init_script(_WATCH_VIOLATIONS)
        yield page
        browser.close()


@pytest.mark.long
def test_a_browser_lists_every_route_and_loads_nothing_of_another_host(
    serving: HttpService, page: Page
) -> None:
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))

    page.goto(serving.at("/documentation"))
    page.wait_for_selector(".opblock")
    listed = page.eval_on_selector_all(
        ".opblock",
        "them => them.map(one => [one.querySelector('.opblock-summary-method')"
        ".innerText, one.querySelector('.opblock-summary-path').dataset.path])",
    )
    # What is shown of a route when it is opened: one that takes a body has everything.
    page.locator(".opblock-post .opblock-summary-control").first.click()
    page.wait_for_selector(".opblock-body .responses-table")

    routes = {_as_described(route) for route in _ROUTES["routes"] if not _is_part(route)}
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith("data:")}
    assert {f"{method} {path}" for method, path in listed} == routes
    assert complaints == []
    assert hosts == {urlsplit(serving.url).netloc}
    assert page.locator("text=Try it out").count() == 0


@pytest.mark.long
def test_the_browser_tells_when_the_page_breaks_its_policy(
    serving: HttpService, page: Page
) -> None:
    page.goto(serving.at("/documentation"))
    page.evaluate("document.body.append(new Image().cloneNode())")

    with page.expect_console_message(lambda one: one.text.startswith("CSP img-src")):
        page.evaluate(
            "document.querySelector('img:last-of-type').src = 'https://ailleurs.invalid/i'"
        )


def test_the_page_allows_nothing_inline_and_nothing_foreign(client: FlaskClient) -> None:
    answer = client.get(_PAGE)

    policy = answer.headers["Content-Security-Policy"]
    addresses = re.findall(r'(?:src|href)="([^"]+)"', answer.get_data(as_text=True))
    assert "default-src 'none'" in policy
    assert re.findall(r"unsafe|https?:|\*", policy) == []
    assert addresses
    assert [one for one in addresses if "//" in one] == []
    for address in addresses:
        if not address.startswith("data:"):
            assert client.get(f"/api/v1/{address}").status_code == 200, address


def _is_part(route: str) -> bool:
    return route == _DESCRIPTION or f" {_PAGE}/" in route


def _as_described(route: str) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
