"""A pooler of connections between a client and a server of PostgreSQL, as PgBouncer is one.

It lends the sessions of the server, and gives its clients a number of session of its own.
"""

import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_SOCKET = ".s.PGSQL.5432"
# BackendKeyData: https://www.postgresql.org/docs/current/protocol-message-formats.html
_KEY_DATA = b"K\x00\x00\x00\x0c"
_NUMBER_BYTES = 4


@contextmanager
def pooler(folder_of_server: Path) -> Iterator[Path]:
    """Stand before a server's socket; give the folder of the socket to reach it by."""
    # Not beside the tests' files: the name of a socket may not be long.
    folder = Path(tempfile.mkdtemp(prefix="spie-"))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / _SOCKET))
        listener.listen()
        threading.Thread(target=_serve, args=(listener, folder_of_server), daemon=True).start()
        yield folder
        # Whoever waits for a client is woken up.
        listener.shutdown(socket.SHUT_RDWR)
    shutil.rmtree(folder)


def _serve(listener: socket.socket, folder_of_server: Path) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(folder_of_server / _SOCKET))
            for pair in ((client, server), (server, client)):
                threading.Thread(target=_pass_on, args=pair, daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError), source:
        while data := source.recv(1 << 16):
            before, found, after = data.partition(_KEY_DATA)
            lent = b"\x00" * _NUMBER_BYTES + after[_NUMBER_BYTES:] if found else b""
            target.sendall(before + found + lent)
        target.shutdown(socket.SHUT_WR)
