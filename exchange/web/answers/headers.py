"""What every answer tells a browser or a proxy: to run, frame, guess and keep nothing of it.

Source: OWASP ASVS 5.0, chapter 3.4; RFC 9111, 5.2.2.5.
"""

from typing import Final

from flask import Flask, Response

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Cache-Control": "no-store",
}
_OF_ANY_FILE: Final = "no-cache"
"""What the library says of a file by itself: it may be kept, and asked about before it is used."""


def protect_answers(application: Flask) -> None:
    """Add the headers to every answer that does not say otherwise."""
    application.after_request(_protect)


def _protect(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if response.headers["Cache-Control"] == _OF_ANY_FILE:
        response.headers["Cache-Control"] = HEADERS["Cache-Control"]
    return response
