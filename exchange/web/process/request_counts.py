"""How many requests were answered, how, and in what time: by route, never by who asked.

The processes of a server count together, each in its own files of one folder; what one counted
stays counted when it ends.
"""

import time
from pathlib import Path
from typing import Final, cast

from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from exchange.accounts.authentication import Denial

_EXTENSION: Final = "spie-exchange-counts"
_NO_ROUTE: Final = "-"
"""What a caller invented is no label: there would be as many as inventions."""
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class RequestCounts:
    """What the processes of a service count."""

    def __init__(self, folder: Path | None) -> None:
        """Begin at zero; in ``folder`` when several processes count together."""
        self._folder = folder
        self._registry = CollectorRegistry()
        self._answers = Counter(
            "spie_http_requests",
            "Demandes répondues, par route, méthode et genre de statut.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "spie_http_request_seconds",
            "Temps de réponse, en secondes, par route.",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._denials = Counter(
            "spie_http_denials", "Refus, par raison.", ("denial",), registry=self._registry
        )
        for denial in Denial:
            self._denials.labels(denial)

    def count_answer(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._answers.labels(route, method, f"{status // 100}xx").inc()
        self._seconds.labels(route).observe(seconds)

    def count_denial(self, denial: Denial) -> None:
        """Count a denial."""
        self._denials.labels(denial).inc()

    def exposition(self) -> bytes:
        """Write what all processes have counted, in the text format of Prometheus."""
        if self._folder is None:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together, path=str(self._folder))  # type: ignore[no-untyped-call]  # the library types it in part
        return generate_latest(together)


def count_requests(application: Flask, folder: Path | None) -> None:
    """Count every request of an application; to be called before anything else answers one."""
    application.extensions[_EXTENSION] = RequestCounts(folder)
    application.before_request(_begin)
    application.after_request(_count)


def request_counts() -> RequestCounts:
    """Give what the application that answers has counted."""
    return cast("RequestCounts", current_app.extensions[_EXTENSION])


def _begin() -> None:
    g.begun_at = time.monotonic()


def _count(response: Response) -> Response:
    rule = request.url_rule
    route, method = (rule.rule, request.method) if rule else (_NO_ROUTE, _NO_ROUTE)
    seconds = time.monotonic() - g.begun_at
    request_counts().count_answer(route, method, response.status_code, seconds)
    return response
