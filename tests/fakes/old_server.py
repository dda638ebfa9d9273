"""A server of PostgreSQL of another version, as far as its greeting: it answers nothing else."""

import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_SOCKET = ".s.PGSQL.5432"
# https://www.postgresql.org/docs/current/protocol-message-formats.html
_AUTHENTICATED = b"R\x00\x00\x00\x08\x00\x00\x00\x00"
_READY = b"Z\x00\x00\x00\x05I"
_REFUSAL = b"SFATAL\0VFATAL\0C42704\0Munrecognized configuration parameter\0\0"
_LENGTH_BYTES = 4
# What a server began to know with version 14; one before it ends a session that begins so.
_UNKNOWN_BEFORE_14 = (b"client_connection_check_interval", b"idle_session_timeout")
_SINCE = 14


@contextmanager
def old_server(version: int) -> Iterator[Path]:
    """Listen as a server of a version does; give the folder of the socket to reach it by."""
    # Not beside the tests' files: the name of a socket may not be long.
    folder = Path(tempfile.mkdtemp(prefix="spie-"))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / _SOCKET))
        listener.listen()
        threading.Thread(target=_serve, args=(listener, version), daemon=True).start()
        yield folder
        # Whoever waits for a client is woken up.
        listener.shutdown(socket.SHUT_RDWR)
    shutil.rmtree(folder)


def _serve(listener: socket.socket, version: int) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            with client:
                _greet(client, version)


def _greet(client: socket.socket, version: int) -> None:
    asked = client.recv(1 << 16)
    if version < _SINCE and any(name in asked for name in _UNKNOWN_BEFORE_14):
        client.sendall(_message(b"E", _REFUSAL))
        return
    told = f"server_version\0{version}.9\0".encode()
    client.sendall(_AUTHENTICATED + _message(b"S", told) + _READY)
    # Until the client leaves; one that asks something is left without an answer.
    client.recv(1 << 16)


def _message(kind: bytes, content: bytes) -> bytes:
    return kind + (len(content) + _LENGTH_BYTES).to_bytes(_LENGTH_BYTES) + content
