"""The real service in processes of its own, on a free port of loopback."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.fakes.departement import Departement
from tests.fakes.mail_certificate import ServerCertificate
from tests.fakes.situation import AGREEMENT

API = "/api/v1"
CSV = {"Content-Type": "text/csv"}
NDJSON = {"Content-Type": "application/x-ndjson"}
JSON = {"Content-Type": "application/json"}
IMPORTS = f"/agreements/{AGREEMENT}/imports"
_PATIENCE_SECONDS = 20


@dataclass(frozen=True, slots=True)
class HttpService:
    """Where it answers, and the file of what it writes on standard error.

    Over TLS, ``authority`` is the file of who vouches for its certificate.
    """

    url: str
    log: Path
    authority: Path | None = None

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
    service = HttpService(f"http://127.0.0.1:{port}", service_log(departement))
    with serving(departement, service, "--bind", f"127.0.0.1:{port}", *words):
        yield service


@contextmanager
def tls_service(departement: Departement, shown: ServerCertificate) -> Iterator[HttpService]:
    """Serve a home over TLS, with a certificate that is its own authority."""
    port = free_port()
    service = HttpService(f"https://127.0.0.1:{port}", service_log(departement), shown.certificate)
    pair = ("--certificate", str(shown.certificate), "--key", str(shown.key))
    with serving(departement, service, "--bind", f"127.0.0.1:{port}", *pair):
        yield service


@contextmanager
def serving(departement: Departement, service: HttpService, *words: str) -> Iterator[None]:
    """Run the service until the block ends, from when ``service`` answers."""
    with service.log.open("w") as written:
        process = departement.start("serve", *words, complaint=written)
    try:
        wait_for(service, process, ready=True)
        yield
    finally:
        process.terminate()
        process.communicate(timeout=_PATIENCE_SECONDS)
    told = service.log.read_text("utf-8")
    assert "Traceback" not in told
    assert "spie_" not in told, "a token is in the log"


def service_log(departement: Departement) -> Path:
    """Give the file that a service writes its log to."""
    return departement.folder / "service.log"


def wait_for(
    service: HttpService, process: "subprocess.Popen[Any]", *, ready: bool = False
) -> None:
    """Wait until something answers, or until the service says that it is ready."""
    given_up_at = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < given_up_at:
        assert process.poll() is None, service.log.read_text("utf-8")
        try:
            answer = requests.get(
                service.at("/health/ready"), timeout=5, verify=str(service.authority or "") or True
            )
            if answer.ok or not ready:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.05)
    raise AssertionError("the service does not answer")


def free_port() -> int:
    """Give a port of loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
