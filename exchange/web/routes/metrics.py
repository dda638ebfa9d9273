"""What a watch reads (Prometheus): how the home stands, and what the service was asked."""

from typing import Final

from flask import Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from exchange.accounts import Right
from exchange.web.callers.access import acting_service
from exchange.web.conventions.bodies import Bytes
from exchange.web.conventions.resource import Resource
from exchange.web.process.request_counts import request_counts
from exchange.web.routes.home_gauges import exposition

_MEDIA_TYPE: Final = "text/plain"

metrics = Resource("metrics", "/metrics", "Les mesures, pour qui surveille.")


@metrics.get("", Right.READ_METRICS, Bytes(_MEDIA_TYPE, "Le format texte de Prometheus."))
def show_metrics() -> Response:
    """Ce qui attend, ce qui tarde, ce qui a été demandé ; rien de personne (docs/monitoring.md)."""
    text = exposition(acting_service()) + request_counts().exposition()
    return Response(text, content_type=CONTENT_TYPE_PLAIN_0_0_4)
