"""What every answer tells a browser: to run nothing, frame nothing, guess nothing, keep nothing.

Source: OWASP ASVS 5.0, chapter 3.4; RFC 9111, 5.2.2.5.
"""

from typing import Final

from flask import Flask, Response

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Cache-Control": "no-store",
}


def protect_answers(application: Flask) -> None:
    """Add the headers to every answer that does not say otherwise."""
    application.after_request(_protect)


def _protect(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
