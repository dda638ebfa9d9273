"""A body that may be larger than memory: it is received in pieces and waits, sealed.

What breaks off before its end is nothing: what had come goes, and nobody has seen it. Where the
request has a key (``idempotency``), what arrives is hashed as it comes.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from flask import abort, g, request
from werkzeug.exceptions import ClientDisconnected, HTTPException

from exchange.errors import ConfigurationError
from exchange.web.process.places import place
from keys.system_errors import system_sentence, system_way_out
from keys.waiting_file import WaitingFile, waiting_file

KEY_HEADER: Final = "Idempotency-Key"
_READ_BYTES: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Upload:
    """What a route takes: its media types, what it is in French, how large it may be.

    ``media_types`` gives the schema that the documentation has of each; ``None`` for bytes.
    ``arrived`` is the body of the request being answered, once somebody has received it.
    """

    media_types: Mapping[str, Mapping[str, Any] | None]
    description: str
    largest_bytes: int
    arrived: WaitingFile | None = None

    @contextmanager
    def received(self) -> Iterator[WaitingFile]:
        """Receive the body of the request being answered, whole, and let it wait.

        Answers 413 to one that is too large: before reading it when it says its length, else
        as soon as it is; 400 to one that stops before its end, and 408 to one that
        comes too slowly.
        """
        if self.arrived is not None:
            yield self.arrived
            return
        with ExitStack() as waits:
            try:
                waiting = waits.enter_context(waiting_file(_arriving(self.largest_bytes)))
            except OSError as error:
                raise ConfigurationError(
                    f"ce qui arrive ne peut pas attendre sur le disque : {system_sentence(error)}",
                    system_way_out(error),
                ) from None
            yield waiting


def received_bytes(largest_bytes: int | None = None) -> bytes:
    """Receive a body that fits in memory; without its own limit, the application's is.

    Answers 413 to one that is larger, and 400 to one that stops before its end.
    """
    return b"".join(_arriving(largest_bytes or request.max_content_length or 0))


def body_digest() -> str:
    """Give the SHA-256, in hex, of the body of a request that has a key, once it has arrived."""
    digest: hashlib._Hash | None = g.get("body_digest")
    return (digest or hashlib.sha256()).hexdigest()


def _arriving(largest_bytes: int) -> Iterator[bytes]:
    if (request.content_length or 0) > largest_bytes:
        abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    # One more than is admitted: at its limit, the library refuses to be asked again.
    request.max_content_length = largest_bytes + 1
    received = 0
    digest = g.body_digest = hashlib.sha256() if KEY_HEADER in request.headers else None
    with place():
        while data := _read():
            received += len(data)
            if received > largest_bytes:
                abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            if digest is not None:
                digest.update(data)
            yield data
    if request.content_length not in {None, received}:
        raise ClientDisconnected


def _read() -> bytes:
    try:
        return request.stream.read(_READ_BYTES)
    except HTTPException as error:
        # Whatever the server says went wrong, the library says that the client is gone.
        if isinstance(error.__context__, TimeoutError):
            abort(HTTPStatus.REQUEST_TIMEOUT)
        raise
    except TimeoutError:
        abort(HTTPStatus.REQUEST_TIMEOUT)
    except Exception:  # noqa: BLE001 - the server has no common error for a body that is none
        raise ClientDisconnected from None
