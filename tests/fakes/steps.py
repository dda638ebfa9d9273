"""Every step that a command takes on disk or in the database, with a stop before and after it.

A step is a file made, written to, cut, synced, renamed or removed, a folder made, a statement
that changes the database, of either kind, a commit. ``Stops`` counts the stops, two a step; at
one of them the process sends itself a signal (it is killed, or it stands still), the disk fails,
the server ends its connections, or what it answered is lost.

To be installed in a process of its own: it replaces what everybody calls.
"""

import builtins
import errno
import io
import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import psycopg

from tests.fakes.server_steps import step_server

_CHANGING = (
    "BEGIN IMMEDIATE",
    "INSERT",
    "UPDATE",
    "DELETE",
    "VACUUM",
    "PRAGMA wal_checkpoint",
    "SELECT pg_try_advisory_lock",
    "CHECKPOINT",
    "COMMIT",
)
_RANDOM = re.compile("[0-9a-f]{32}|(?<=rapport-)[^.]+")


@dataclass(slots=True)
class Stops:
    """Counts the stops of this process; at the one numbered ``at``, ``act`` is called."""

    at: int
    act: Callable[[], None]
    names: list[str] = field(default_factory=list)

    @contextmanager
    def around(self, step: str) -> Iterator[None]:
        """Stop before and after a step."""
        self._stop(f"before {step}")
        yield
        self._stop(f"after {step}")

    def _stop(self, name: str) -> None:
        self.names.append(name)
        if len(self.names) == self.at:
            self.act()


def send(signal: int) -> None:
    """Send this process a signal."""
    os.kill(os.getpid(), signal)


def fail() -> None:
    """Let the disk fail."""
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def lose_the_answer() -> None:
    """Let what was asked of a server be done, and its answer be lost."""
    raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))


def install(stops: Stops) -> None:
    """Put the stops around every step of this process."""
    for name in ("replace", "rename", "unlink", "remove", "mkdir"):
        setattr(os, name, _stepped(stops, name, getattr(os, name)))
    os.fsync = _stepped(stops, "fsync", os.fsync)
    os.open = _making(stops, os.open)
    opened = _opening(stops, io.open)
    io.open = builtins.open = opened
    sqlite3.dbapi2.connect = _connecting(stops, sqlite3.dbapi2.connect)
    step_server(lambda statement: _around_statement(stops, statement, _server_failed()))


def _stepped(stops: Stops, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def stepped(target: Any, *rest: Any, **named: Any) -> Any:
        with stops.around(f"{name} {_shown(target)}"):
            return real(target, *rest, **named)

    return stepped


def _making(stops: Stops, real: Callable[..., int]) -> Callable[..., int]:
    def making(path: Any, flags: int, *rest: Any, **named: Any) -> int:
        if not flags & os.O_CREAT:
            return real(path, flags, *rest, **named)
        with stops.around(f"create {_shown(path)}"):
            return real(path, flags, *rest, **named)

    return making


def _opening(stops: Stops, real: Callable[..., Any]) -> Callable[..., Any]:
    def opening(file: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
        if not set(mode) & set("wax+"):
            return real(file, mode, *rest, **named)
        raw_mode = mode.replace("b", "").replace("t", "")
        if isinstance(file, int):
            raw: _SteppedFile = _SteppedFile(stops, file, raw_mode, **_opener(named))
        else:
            with stops.around(f"open {_shown(file)}"):
                raw = _SteppedFile(stops, file, raw_mode, **_opener(named))
        buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        text = {key: named[key] for key in ("encoding", "errors", "newline") if key in named}
        return buffered if "b" in mode else io.TextIOWrapper(buffered, **text)

    return opening


def _opener(named: dict[str, Any]) -> dict[str, Any]:
    return {key: named[key] for key in ("opener", "closefd") if key in named}


class _SteppedFile(io.FileIO):
    def __init__(self, stops: Stops, file: Any, mode: str, **named: Any) -> None:
        super().__init__(file, mode, **named)
        self._stops = stops

    def write(self, data: Any) -> int:
        with self._stops.around(f"write {_shown(self.fileno())}"):
            return super().write(data)

    def truncate(self, size: int | None = None) -> int:
        with self._stops.around(f"truncate {_shown(self.fileno())}"):
            return super().truncate(size)


def _connecting(stops: Stops, real: Callable[..., Any]) -> Callable[..., Any]:
    class SteppedCursor(sqlite3.Cursor):
        def execute(self, statement: str, values: Any = (), /) -> Self:
            with _around_statement(stops, statement, _file_failed()):
                return super().execute(statement, values)

        def executemany(self, statement: str, rows: Iterable[Any], /) -> Self:
            with _around_statement(stops, statement, _file_failed()):
                return super().executemany(statement, rows)

    class SteppedConnection(sqlite3.Connection):
        def cursor(self, factory: Any = SteppedCursor) -> Any:
            return super().cursor(factory)

        def commit(self) -> None:
            with self._around_commit():
                super().commit()

        def _around_commit(self) -> AbstractContextManager[None]:
            if not self.total_changes:
                return nullcontext()
            return _around_statement(stops, "COMMIT", _file_failed())

    def connecting(*arguments: Any, **named: Any) -> Any:
        return real(*arguments, factory=SteppedConnection, **named)

    return connecting


@contextmanager
def _around_statement(stops: Stops, statement: str, failure: Exception) -> Iterator[None]:
    words = statement.split()
    named = stops.around(" ".join(words[: 2 if words[0] == "UPDATE" else 3]))
    try:
        with named if statement.startswith(_CHANGING) else nullcontext():
            yield
    except ConnectionResetError:
        raise psycopg.OperationalError("server closed the connection unexpectedly") from None
    except OSError:
        raise failure from None


def _file_failed() -> Exception:
    return sqlite3.OperationalError("disk I/O error")


def _server_failed() -> Exception:
    return psycopg.errors.IoError("could not write block 7")


def _shown(target: Any) -> str:
    path = Path(f"/proc/self/fd/{target}").readlink() if isinstance(target, int) else Path(target)
    return _RANDOM.sub("*", path.name)
