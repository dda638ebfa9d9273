"""The dead man's ping: an address that is called while all goes well.

Whoever is called warns people when the calls stop, which no process that died can do. Nothing
is said there but that the call came, and nothing is followed or read but the status.
"""

import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

from exchange.errors import ConfigurationError, RetryLaterError
from schemas.notices import Ping

_SECONDS: Final = 10.0
_SUCCESS: Final = range(200, 300)


def call(ping: Ping) -> None:
    """Call the address. Raises ``RetryLaterError``, ``ConfigurationError`` for its certificate."""
    parts = urlsplit(ping.address)
    host = parts.hostname or ""
    connection: HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = HTTPSConnection(host, parts.port, timeout=_SECONDS, context=context)
    else:
        connection = HTTPConnection(host, parts.port, timeout=_SECONDS)
    target = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    try:
        connection.request("GET", target, headers={"User-Agent": "spie-exchange"})
        status = connection.getresponse().status
    except ssl.SSLCertVerificationError:
        raise ConfigurationError(
            "le certificat de l'adresse de surveillance n'est pas reconnu", _WAY_OUT
        ) from None
    except (OSError, HTTPException) as error:
        raise RetryLaterError(
            f"l'adresse de surveillance ne répond pas ({type(error).__name__})", _WAY_OUT
        ) from None
    finally:
        connection.close()
    if status not in _SUCCESS:
        raise RetryLaterError(f"l'adresse de surveillance répond {status}", _WAY_OUT)


_WAY_OUT: Final = "vérifiez [ping] dans notices.toml, et que le pare-feu laisse passer"
