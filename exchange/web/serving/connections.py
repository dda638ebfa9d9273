"""A connection of the server's, whose client may say nothing, or take its time.

Time is counted in what a thread waits for the client, never in what the service takes to work.
"""

import time
from contextlib import suppress
from http import HTTPStatus
from ssl import SSLWantReadError
from typing import Any, Final

from gunicorn.http import get_parser
from gunicorn.http.unreader import SocketUnreader
from gunicorn.sock import ssl_wrap_socket
from gunicorn.workers.gthread import TConn

from exchange.web.answers.early_answers import early_answer

HEAD_SECONDS: Final = 10
"""How long the head of a request may take to come, whole."""
LARGEST_HEAD_BYTES: Final = 32 << 10
SLOWEST_BYTES_A_SECOND: Final = 8 << 10
"""How fast a body comes at the slowest: a load of ten thousand people in two minutes."""
SILENCE_SECONDS: Final = 15
"""How long a body may say nothing."""
_READ_BYTES: Final = 8 << 10
_HEAD_ENDS: Final = b"\r\n\r\n"
_EMPTY_LINE: Final = b"\r\n"


class HeadTooLargeError(Exception):
    """The head of a request is larger than any of ours."""


class PacedUnreader(SocketUnreader):  # type: ignore[misc]  # the library ships no types
    """What a client sends: without a thread while it is a head, at a pace once it is a body."""

    def __init__(self, sock: Any) -> None:  # noqa: ANN401 - a socket, of TLS or none
        super().__init__(sock)
        self._patience = float(SILENCE_SECONDS)

    def begin(self) -> None:
        """Be as patient with a new request as with the first."""
        self._patience = float(SILENCE_SECONDS)

    def take(self) -> None:
        """Take what has come, without waiting. Raises ``OSError`` when nothing more will."""
        data = self.sock.recv(_READ_BYTES)
        if not data:
            raise ConnectionResetError
        self.buf.seek(0, 2)
        self.buf.write(data)

    def has_begun(self) -> bool:
        """Tell whether anything of a request has come."""
        return bool(self.buf.getbuffer().nbytes)

    def has_head(self) -> bool:
        """Tell whether the head of a request has come whole. Raises ``HeadTooLargeError``."""
        held = self.buf.getvalue()
        # One empty line may come before it (RFC 9112, 2.2).
        if _HEAD_ENDS in held.removeprefix(_EMPTY_LINE):
            return True
        if len(held) > LARGEST_HEAD_BYTES:
            raise HeadTooLargeError
        return False

    def chunk(self, size_hint: int | None = None) -> bytes:
        """Wait for some of a body. Raises ``TimeoutError`` when it comes too slowly."""
        admitted = self.sock.gettimeout()
        self.sock.settimeout(max(0.001, min(self._patience, admitted or self._patience)))
        began = time.monotonic()
        try:
            data: bytes = super().chunk(size_hint)
        finally:
            self.sock.settimeout(admitted)
        waited = time.monotonic() - began
        earned = len(data) / SLOWEST_BYTES_A_SECOND
        self._patience = min(SILENCE_SECONDS, self._patience - waited + earned)
        return data


class Connection(TConn):  # type: ignore[misc]  # idem
    """A connection that no thread holds until the head of a request is there.

    ``timeout`` is when whatever is waited for has taken too long.
    """

    sock: Any

    def begin(self) -> None:
        """Make ready to read, without waiting. Raises ``OSError``."""
        if self.cfg.is_ssl:
            self.sock = ssl_wrap_socket(self.sock, self.cfg)
        self.parser = get_parser(self.cfg, self.sock, self.client)
        self.parser.unreader = PacedUnreader(self.sock)
        self.initialized = True
        self.expect_head()

    def expect_head(self) -> None:
        """Count the time of a head from now on."""
        self.timeout = time.monotonic() + HEAD_SECONDS

    def head_came(self) -> bool:
        """Take what has come, and tell whether it makes a head.

        Raises ``HeadTooLargeError``, and ``OSError`` when the client is gone.
        """
        self.sock.settimeout(0)
        unreader = self.parser.unreader
        with suppress(BlockingIOError, SSLWantReadError):
            while not unreader.has_head():
                unreader.take()
        came: bool = unreader.has_head()
        return came

    def refuse(self, status: HTTPStatus) -> None:
        """Say why nothing more is heard, if it can be said at once."""
        with suppress(OSError):
            self.sock.send(early_answer(status))
