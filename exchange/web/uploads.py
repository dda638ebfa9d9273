"""A body that may be larger than memory: it is received in pieces and waits, sealed.

What breaks off before its end is nothing: what had come goes, and nobody has seen it.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from flask import abort, request
from werkzeug.exceptions import ClientDisconnected, HTTPException

from exchange.errors import ConfigurationError
from keys.system_errors import system_sentence, system_way_out
from keys.waiting_file import WaitingFile, waiting_file

_READ_BYTES: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Upload:
    """What a route takes: its media type, what it is in French, how large it may be."""

    media_type: str
    description: str
    largest_bytes: int

    @contextmanager
    def received(self) -> Iterator[WaitingFile]:
        """Receive the body of the request being answered, whole, and let it wait.

        Answers 413 to one that is too large: before reading it when it says its length, else
        as soon as it is; and 400 to one that stops before its end.
        """
        with ExitStack() as waits:
            try:
                waiting = waits.enter_context(waiting_file(self._arriving()))
            except OSError as error:
                raise ConfigurationError(
                    f"ce qui arrive ne peut pas attendre sur le disque : {system_sentence(error)}",
                    system_way_out(error),
                ) from None
            yield waiting

    def _arriving(self) -> Iterator[bytes]:
        if (request.content_length or 0) > self.largest_bytes:
            abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        # One more than is admitted: at its limit, the library refuses to be asked again.
        request.max_content_length = self.largest_bytes + 1
        received = 0
        while data := _read():
            received += len(data)
            if received > self.largest_bytes:
                abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            yield data
        if request.content_length not in {None, received}:
            raise ClientDisconnected


def received_bytes() -> bytes:
    """Receive a body that fits in memory; the application's limit is what it may hold at most.

    Answers 413 to one that is larger, and 400 to one that stops before its end.
    """
    data = b"".join(iter(_read, b""))
    if request.content_length not in {None, len(data)}:
        raise ClientDisconnected
    return data


def _read() -> bytes:
    try:
        return request.stream.read(_READ_BYTES)
    except HTTPException:
        raise
    except Exception:  # noqa: BLE001 - the server has no common error for a body that is none
        raise ClientDisconnected from None
