"""The server: gunicorn, on loopback unless somebody answers for the way to it.

Over any other address a token would travel in clear: it takes a certificate of the server's
own, or the word that a proxy ends TLS before it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from exchange.errors import RefusedError
from exchange.settings import Settings
from exchange.web.application import new_application
from exchange.web.logs import write_logs
from exchange.web.process.capacity import Capacity
from exchange.web.process.places import once_sent
from exchange.web.serving.addresses import require_free, socket_path, stays_on_machine
from exchange.web.serving.local_socket import group_number, open_to_group
from exchange.web.serving.tls import server_context
from exchange.web.serving.worker import QuietLogger, Worker


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the server listens and how: ``address`` is ``host:port``, or ``unix:`` and a path."""

    address: str
    workers: int
    capacity: Capacity
    certificate: Path | None = None
    key: Path | None = None
    behind_proxy: bool = False
    socket_group: str = ""
    client_certificates: bool = False

    def require_safe(self) -> None:
        """Raise ``RefusedError`` where tokens would travel in clear, or anybody be believed.

        Raises ``ConfigurationError`` where the address is not free, or there is no such group.
        """
        self._require_protected()
        is_port = socket_path(self.address) is None
        if is_port and (self.client_certificates or self.socket_group):
            raise RefusedError(
                "--client-certificates et --socket-group vont avec une prise locale : sur un port, "
                "qui que ce soit se dirait n'importe qui",
                "donnez --bind unix:/run/spie-exchange/http.sock (docs/http-service.md)",
            )
        if self.socket_group:
            group_number(self.socket_group)
        require_free(self.address)

    def _require_protected(self) -> None:
        if (self.certificate is None) != (self.key is None):
            raise RefusedError(
                "un certificat TLS ne sert qu'avec sa clé", "donnez --certificate et --key ensemble"
            )
        if self.certificate is not None or self.behind_proxy or stays_on_machine(self.address):
            return
        raise RefusedError(
            f"sur {self.address}, les jetons et les données passeraient en clair",
            "donnez --certificate et --key ; ou --behind-proxy, si un serveur mandataire finit "
            "le TLS avant le service (docs/http-service.md)",
        )


class _Server(BaseApplication):  # type: ignore[misc]  # the library ships no types
    def __init__(self, options: Mapping[str, Any], make: Callable[[], Flask]) -> None:
        self._options = options
        self._make = make
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._make()


def serve(settings: Settings, listening: Listening, counts: Path) -> None:
    """Answer until told to stop. Raises ``RefusedError`` where that would not be safe.

    ``counts`` is the folder in which the processes count together.
    """
    listening.require_safe()
    write_logs()
    options = _options(listening) | _tls_options(listening) | _socket_options(listening)
    make = partial(
        new_application,
        settings,
        counts,
        listening.capacity.shared_by(listening.workers),
        client_certificates=listening.client_certificates,
    )
    _Server(options, make).run()


def _options(listening: Listening) -> dict[str, Any]:
    return {
        "bind": listening.address,
        "workers": listening.workers,
        "worker_class": Worker,
        "logger_class": QuietLogger,
        # Imported once, shared by all; no home is opened before a worker is on its own.
        "preload_app": True,
        "threads": listening.capacity.threads,
        # Of a process whose loop stands still: how long a thread works is nobody's concern.
        "timeout": 60,
        # Whoever is asked to stop finishes what runs; a load of a million rows takes minutes.
        "graceful_timeout": 600,
        "keepalive": 5,
        "post_request": lambda _worker, _request, environ, _answer: once_sent(environ),
        # What waits for its client holds no thread, but a file each.
        "worker_connections": 500,
        "limit_request_line": 4094,
        "limit_request_fields": 50,
        "limit_request_field_size": 8190,
        # It would write addresses, which callers choose: ``exchange.web.logs`` does without.
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        "umask": 0o077,
        "proc_name": "spie-exchange",
        # Nothing of who stands before the service is believed: no scheme, no path, no address.
        "forwarded_allow_ips": "",
        "secure_scheme_headers": {},
        "forwarder_headers": "",
        # Nobody governs its processes through a socket in somebody's home folder.
        "control_socket_disable": True,
    }


def _tls_options(listening: Listening) -> dict[str, Any]:
    if listening.certificate is None or listening.key is None:
        return {}
    context = server_context(listening.certificate, listening.key)
    return {
        # What tells gunicorn to speak TLS; it would read them again at each connection.
        "certfile": str(listening.certificate),
        "keyfile": str(listening.key),
        "ssl_context": lambda _configuration, _default: context,
    }


def _socket_options(listening: Listening) -> dict[str, Any]:
    path = socket_path(listening.address)
    if path is None or not listening.socket_group:
        return {}
    number = group_number(listening.socket_group)
    return {"when_ready": lambda _server: open_to_group(path, number)}
