"""The certificate that a caller showed on its connection, as the proxy passes it on.

The proxy ended TLS: it alone saw the caller prove that the key is its own. Its word is one header,
which it writes over whatever the caller sent; and it is believed

1. only where the administrator declared that a proxy does so (``serve --client-certificates``);
2. only over a Unix socket, which the system opens to the proxy alone: over TCP, whoever reaches the
   port would be whomever it likes, since a certificate is no secret.

Everywhere else the header is taken off before anything reads the request.
"""

import socket
import ssl
from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, request

from exchange.accounts.credentials import Presented, certificate_digest

HEADER: Final = "X-Client-Certificate"
"""Its value is the PEM, percent-encoded: what nginx calls ``$ssl_client_escaped_cert``."""

_VARIABLE: Final = "HTTP_X_CLIENT_CERTIFICATE"
_SOCKET: Final = "gunicorn.socket"
_OF_NOBODY: Final = Presented("", b"")


def believe_certificates(application: Flask, *, declared: bool) -> None:
    """Take the header off every request to an application, but where it is believed."""
    answer = application.wsgi_app

    def believing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not (declared and _came_by_unix_socket(environ)):  # (1, 2)
            environ.pop(_VARIABLE, None)
        return answer(environ, start_response)

    application.wsgi_app = believing  # type: ignore[method-assign]  # as Flask wants it done


def presented_certificate() -> Presented | None:
    """Give the certificate the caller showed; ``None`` where none is, or none is believed."""
    text = request.headers.get(HEADER, "")
    if not text:
        return None
    try:
        der = ssl.PEM_cert_to_DER_cert(unquote(text))
    except ValueError:
        return _OF_NOBODY
    return Presented("", certificate_digest(der))


def _came_by_unix_socket(environ: WSGIEnvironment) -> bool:
    # Under this name stands the connection itself: no header of a request is named so.
    connection = environ.get(_SOCKET)
    return isinstance(connection, socket.socket) and connection.family == socket.AF_UNIX
