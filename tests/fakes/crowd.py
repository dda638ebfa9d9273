"""Many clients that hold their connections open, and say little or nothing."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from tests.fakes.http_service import HttpService

_SECONDS = 30


@contextmanager
def crowd(serving: HttpService, how_many: int, said: bytes = b"") -> Iterator[list[socket.socket]]:
    """Open connections, say the same on each, and hold them."""
    with ExitStack() as held:
        clients = [held.enter_context(connected(serving)) for _ in range(how_many)]
        for client in clients:
            client.sendall(said)
        yield clients


def connected(serving: HttpService) -> socket.socket:
    """Connect, and say nothing."""
    address = urlsplit(serving.url)
    return socket.create_connection((str(address.hostname), address.port), _SECONDS)
