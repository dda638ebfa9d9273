"""A process of the server: its threads are for requests that are there, whoever calls.

Properties that hold:

1. A connection that says nothing, or not the whole head of a request, holds no thread: the
   loop that accepts connections waits for it, ten seconds, and TLS is agreed on meanwhile.
2. A body that comes more slowly than it may, and an answer that is not taken, end their request.
3. Whoever does not close after an answer holds neither a thread nor the loop.
4. Nothing of a request is written on standard error, and nothing of it is answered.
"""

import sys
import time
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from selectors import EVENT_READ
from socket import SHUT_WR
from ssl import SSLError
from typing import Any, Final

from gunicorn.glogging import Logger
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.workers.gthread import ThreadWorker

from exchange.web.answers.early_answers import early_answer
from exchange.web.serving.connections import Connection, HeadTooLargeError

_ANSWER_SECONDS: Final = 30
"""How long an answer, or a piece of it, may be left where it is."""
_LINGER_SECONDS: Final = 2
"""How long what a client still sends is thrown away, so that it can read the answer."""
_REST_OF_BODY_SECONDS: Final = 0.2
_READ_BYTES: Final = 64 << 10


class Worker(ThreadWorker):  # type: ignore[misc]  # the library ships no types
    """gunicorn's threads, given to whoever has asked something."""

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - the library's own
        super().__init__(*arguments, **named)
        self._leaving: set[Connection] = set()

    def accept(self, listener: Any) -> None:  # noqa: ANN401 - a socket, or what is used as one
        """Take a connection, and wait for what it asks."""
        with suppress(BlockingIOError, ConnectionAbortedError):
            sock, client = listener.accept()
            self.nr_conns += 1
            connection = Connection(self.cfg, sock, client, listener.getsockname())
            try:
                connection.begin()
            except OSError:
                self._drop(connection)
            else:
                self.enqueue_req(connection)

    def enqueue_req(self, connection: Connection) -> None:
        """Give a connection to a thread once the head of a request is there (1)."""
        try:
            came = connection.head_came()
        except HeadTooLargeError:
            self._refuse(connection, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        except OSError:
            self._drop(connection)
        else:
            if came:
                super().enqueue_req(connection)
            else:
                self._await(connection)

    def on_client_socket_readable(self, connection: Connection, client: Any) -> None:  # noqa: ANN401 - idem
        """Begin to count the time of another request on the same connection."""
        connection.expect_head()
        super().on_client_socket_readable(connection, client)

    def murder_pending(self) -> None:
        """Give up whoever has taken too long."""
        now = time.monotonic()
        for connection in [one for one in self.pending_conns if one.timeout <= now]:
            self.poller.unregister(connection.sock)
            self.pending_conns.remove(connection)
            if connection.parser.unreader.has_begun():
                self._refuse(connection, HTTPStatus.REQUEST_TIMEOUT)
            else:
                self._drop(connection)
        for connection in [one for one in self._leaving if one.timeout <= now]:
            self._let_go(connection)

    def handle_request(self, request: Any, connection: Connection) -> bool:  # noqa: ANN401 - idem
        """Answer a request, unless its client is too slow (2)."""
        connection.parser.unreader.begin()
        connection.sock.settimeout(_ANSWER_SECONDS)
        try:
            kept: bool = super().handle_request(request, connection)
        except TimeoutError:
            return False
        return kept

    def finish_request(self, connection: Connection, future: "Future[Any]") -> None:
        """Keep a connection for another request, or end it without waiting for its client (3)."""
        if future.cancelled() or future.exception() is not None or future.result():
            connection.expect_head()
            super().finish_request(connection, future)
        else:
            self._linger(connection)

    def handle_error(self, request: Any, client: Any, address: Any, error: Exception) -> None:  # noqa: ANN401, ARG002 - idem
        """Answer what is no request, and write nothing of it (4)."""
        status = _status_of(error)
        if status is HTTPStatus.INTERNAL_SERVER_ERROR:
            self.log.error("unexpected error: %s", _name(error))
        with suppress(OSError):
            client.settimeout(_ANSWER_SECONDS)
            client.sendall(early_answer(status))

    def _keepalive_after(self, connection: Connection, kept: bool) -> bool:  # noqa: FBT001 - idem
        """Keep a connection whose request was read to its end, or nearly.

        What is left of a body that nobody wanted is not waited for: a thread would be.
        """
        deadline = time.monotonic() + _REST_OF_BODY_SECONDS
        return kept and bool(connection.parser.finish_body(deadline=deadline))

    def _await(self, connection: Connection) -> None:
        self.pending_conns.append(connection)
        when_readable = partial(self.on_pending_socket_readable, connection)
        self.poller.register(connection.sock, EVENT_READ, when_readable)

    def _refuse(self, connection: Connection, status: HTTPStatus) -> None:
        connection.refuse(status)
        self._linger(connection)

    def _linger(self, connection: Connection) -> None:
        """Say that nothing more comes; what the client still sends is thrown away (3).

        Closing at once would take back what it has not read yet (RFC 9112, 9.6).
        """
        connection.timeout = time.monotonic() + _LINGER_SECONDS
        try:
            connection.sock.settimeout(0)
            connection.sock.shutdown(SHUT_WR)
            self.poller.register(connection.sock, EVENT_READ, partial(self._discard, connection))
        except (OSError, ValueError):
            self._drop(connection)
        else:
            self._leaving.add(connection)

    def _discard(self, connection: Connection, sock: Any) -> None:  # noqa: ANN401 - idem
        try:
            is_over = not sock.recv(_READ_BYTES)
        except BlockingIOError:
            is_over = False
        except OSError:
            is_over = True
        if is_over:
            self._let_go(connection)

    def _let_go(self, connection: Connection) -> None:
        self.poller.unregister(connection.sock)
        self._leaving.discard(connection)
        self._drop(connection)

    def _drop(self, connection: Connection) -> None:
        self.nr_conns -= 1
        connection.close()


class QuietLogger(Logger):  # type: ignore[misc]  # idem
    """gunicorn's log, without the words of an error: they may be of a request (4)."""

    def exception(self, message: str, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - idem
        """Write what went wrong by its name."""
        del arguments, named
        self.error_log.error("%s (%s)", message.partition("%")[0].strip(), _name(sys.exception()))


def _status_of(error: Exception) -> HTTPStatus:
    if isinstance(error, LimitRequestLine):
        return HTTPStatus.REQUEST_URI_TOO_LONG
    if isinstance(error, LimitRequestHeaders):
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    if isinstance(error, ParseException | SSLError):
        return HTTPStatus.BAD_REQUEST
    return HTTPStatus.INTERNAL_SERVER_ERROR


def _name(error: BaseException | None) -> str:
    return type(error).__name__
