"""A real nginx before the service, with the file of ``docs/``: only its paths and port are ours."""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import requests

from tests.fakes.client_certificate import ClientCertificate
from tests.fakes.departement import Departement
from tests.fakes.http_service import HttpService, free_port, service_log, serving, wait_for
from tests.fakes.mail_certificate import certificate_for
from tests.prerequisites import skip_or_fail

CONFIGURATION = Path(__file__).parents[2] / "docs/nginx.conf"
_UNIT_DOCUMENT = CONFIGURATION.with_name("http-service.md")
_SECONDS = 20
_AROUND = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
{account}
events {{}}
http {{
    access_log off;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/spie-exchange.conf;
}}
"""


def documented_options(group: str) -> list[str]:
    """Give the options of the service as its unit of systemd has them, for a group of ours."""
    text = _UNIT_DOCUMENT.read_text("utf-8")
    (line,) = re.findall(r"^ExecStart=\S+/spie-exchange serve (.+)$", text, re.MULTILINE)
    bound, path, named, theirs, *others = shlex.split(line)
    assert (bound, named, theirs) == ("--bind", "--socket-group", "www-data")
    assert f"server {path};" in CONFIGURATION.read_text("utf-8")
    return [named, group, *others]


@dataclass(frozen=True, slots=True)
class Proxied:
    """The service behind its proxy: where callers find it, and the socket between the two."""

    outside: HttpService
    socket: Path

    def get(
        self,
        path: str,
        shown: ClientCertificate | None = None,
        headers: dict[str, str] | None = None,
        *,
        stream: bool = False,
    ) -> requests.Response:
        """Ask from outside, by a client certificate or none."""
        return requests.get(
            self.outside.at(path),
            headers=headers,
            cert=shown.pair if shown else None,
            verify=str(self.outside.authority),
            timeout=_SECONDS,
            stream=stream,
        )


@contextmanager
def proxied_service(departement: Departement, *words: str) -> Iterator[Proxied]:
    """Serve a home behind nginx until the block ends."""
    with nginx_proxy() as proxied:
        service = replace(proxied.outside, log=service_log(departement))
        with serving(departement, service, "--bind", f"unix:{proxied.socket}", *words):
            yield proxied


@contextmanager
def nginx_proxy() -> Iterator[Proxied]:
    """Run nginx until the block ends, with nobody behind it yet."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        skip_or_fail("needs nginx (apt-get install nginx-light)")
    # A socket's path has 107 bytes at most, more than which a test's own folder may have.
    with tempfile.TemporaryDirectory(prefix="spie-") as name:
        folder = Path(name)
        proxied = Proxied(_configured(folder), folder / "http.sock")
        nginx = subprocess.Popen([program, "-c", folder / "nginx.conf", "-e", folder / "nginx.log"])
        try:
            wait_for(proxied.outside, nginx)
            yield proxied
        finally:
            nginx.terminate()
            nginx.wait(_SECONDS)


def _configured(folder: Path) -> HttpService:
    """Write the files of a proxy; give where it will answer."""
    port = free_port()
    shown = certificate_for(folder)
    text = CONFIGURATION.read_text("utf-8")
    for theirs, ours in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("listen [::]:443 ssl;", ""),
        ("/run/spie-exchange/http.sock", str(folder / "http.sock")),
        ("/run/spie-exchange-nginx", str(folder / "body")),
        ("/etc/spie-exchange/serveur.pem", str(shown.certificate)),
        ("/etc/spie-exchange/serveur.key", str(shown.key)),
    ):
        assert text.count(theirs) == 1, theirs
        text = text.replace(theirs, ours)
    (folder / "spie-exchange.conf").write_text(text, "utf-8")
    # Started by root, it would work under an account that a test's folder is closed to.
    account = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(_AROUND.format(folder=folder, account=account), "utf-8")
    return HttpService(f"https://127.0.0.1:{port}", folder / "nginx.log", shown.certificate)
