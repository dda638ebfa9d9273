"""The server: gunicorn, on loopback unless somebody answers for the way to it.

Over any other address a token would travel in clear: it takes a certificate of the server's
own, or the word that a proxy ends TLS before it.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from gunicorn.app.base import BaseApplication

from exchange.errors import RefusedError
from exchange.settings import Settings
from exchange.web.application import new_application
from exchange.web.logs import write_logs

_UNIX: Final = "unix:"
_LOOPBACK_NAME: Final = "localhost"


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the server listens and how: ``address`` is ``host:port``, or ``unix:`` and a path."""

    address: str
    workers: int
    threads: int
    certificate: Path | None = None
    key: Path | None = None
    behind_proxy: bool = False

    def require_safe(self) -> None:
        """Raise ``RefusedError`` where tokens would travel in clear."""
        if (self.certificate is None) != (self.key is None):
            raise RefusedError(
                "un certificat TLS ne sert qu'avec sa clé", "donnez --certificate et --key ensemble"
            )
        if self.certificate is not None or self.behind_proxy or _stays_on_machine(self.address):
            return
        raise RefusedError(
            f"sur {self.address}, les jetons et les données passeraient en clair",
            "donnez --certificate et --key ; ou --behind-proxy, si un serveur mandataire finit "
            "le TLS avant le service (docs/api.md)",
        )


class _Server(BaseApplication):  # type: ignore[misc]  # the library ships no types
    def __init__(self, settings: Settings, counts: Path, options: Mapping[str, Any]) -> None:
        self._settings = settings
        self._counts = counts
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:  # noqa: ANN401 - gunicorn's own type
        return new_application(self._settings, self._counts)


def serve(settings: Settings, listening: Listening, counts: Path) -> None:
    """Answer until told to stop. Raises ``RefusedError`` where that would not be safe.

    ``counts`` is the folder in which the processes count together.
    """
    listening.require_safe()
    write_logs()
    _Server(settings, counts, _options(listening)).run()


def _options(listening: Listening) -> dict[str, Any]:
    return {
        "bind": listening.address,
        "workers": listening.workers,
        "worker_class": "gthread",
        # Imported once, shared by all; no home is opened before a worker is on its own.
        "preload_app": True,
        "threads": listening.threads,
        "certfile": str(listening.certificate) if listening.certificate else None,
        "keyfile": str(listening.key) if listening.key else None,
        # Of a process that stands still; a slow client holds its thread: a proxy keeps those away.
        "timeout": 60,
        "graceful_timeout": 30,
        "keepalive": 5,
        "limit_request_line": 4094,
        "limit_request_fields": 50,
        "limit_request_field_size": 8190,
        # It would write addresses, which callers choose: ``exchange.web.logs`` does without.
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        "umask": 0o077,
        "proc_name": "spie-exchange",
    }


def _stays_on_machine(address: str) -> bool:
    if address.startswith(_UNIX):
        return True
    host = address.rsplit(":", 1)[0].strip("[]")
    if host == _LOOPBACK_NAME:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
