"""The real service in processes of its own, on a free port of loopback."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.fakes.departement import Departement
from tests.fakes.situation import AGREEMENT

API = "/api/v1"
CSV = {"Content-Type": "text/csv"}
IMPORTS = f"/agreements/{AGREEMENT}/imports"
_PATIENCE_SECONDS = 20


@dataclass(frozen=True, slots=True)
class HttpService:
    """Where it answers, and the file of what it writes on standard error."""

    url: str
    log: Path

    def at(self, path: str) -> str:
        """Give the address of a path of the API."""
        return f"{self.url}{API}{path}"

    def load(
        self,
        headers: dict[str, str],
        body: bytes,
        arguments: dict[str, str],
        path: str = IMPORTS,
    ) -> requests.Response:
        """Send a file of people."""
        return requests.post(
            self.at(path), body, headers=headers, params=arguments, timeout=_PATIENCE_SECONDS
        )


@contextmanager
def http_service(departement: Departement, *words: str) -> Iterator[HttpService]:
    """Serve a home until the block ends; fails when the service does not answer or stop."""
    port = free_port()
    log = departement.folder / "service.log"
    with log.open("w") as written:
        process = departement.start(
            "serve", "--bind", f"127.0.0.1:{port}", *words, complaint=written
        )
    service = HttpService(f"http://127.0.0.1:{port}", log)
    try:
        _wait_for(service, process)
        yield service
    finally:
        process.terminate()
        process.communicate(timeout=_PATIENCE_SECONDS)
    assert "Traceback" not in log.read_text("utf-8")


def _wait_for(service: HttpService, process: "subprocess.Popen[str]") -> None:
    given_up_at = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < given_up_at:
        assert process.poll() is None, service.log.read_text("utf-8")
        try:
            if requests.get(service.at("/health/ready"), timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.05)
    raise AssertionError("the service does not answer")


def free_port() -> int:
    """Give a port of loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
