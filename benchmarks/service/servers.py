"""Both services in processes of their own, each with two gunicorn workers of eight threads."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.service.caller import Caller, Request
from tests.fakes.departement import Departement
from tests.fakes.http_service import free_port, http_service

WORKERS: Final = 2
_THREADS: Final = 8
_PATIENCE_SECONDS: Final = 20
_SIZE: Final = ("--workers", str(WORKERS), "--threads", str(_THREADS))
_UNLIMITED: Final = ("--requests-per-minute", "0")


@contextmanager
def service(departement: Departement) -> Iterator[int]:
    """Serve a home until the block ends; gives the port of loopback."""
    with http_service(departement, *_SIZE, *_UNLIMITED) as running:
        yield int(running.url.rsplit(":", 1)[1])


@contextmanager
def bare_service(folder: Path) -> Iterator[int]:
    """Serve the bare application in a folder until the block ends; gives its port."""
    port = free_port()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [
            *(sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--preload"),
            *(*_SIZE, "--bind", f"127.0.0.1:{port}", "--log-level", "warning"),
            f"benchmarks.service.bare_application:new_bare_application({str(folder)!r})",
        ],
    )
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(_PATIENCE_SECONDS)


def _wait_for(port: int) -> None:
    given_up_at = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < given_up_at:
        try:
            with Caller(port) as caller:
                caller.ask(Request("GET", "/read"))
        except ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the bare application does not answer")
