"""Whether the service answers, and whether it can work: for whoever watches it."""

from http import HTTPStatus

from marshmallow import Schema, fields

from exchange.web.conventions.resource import Resource
from exchange.web.process.home_at_hand import home_at_hand

health = Resource("health", "/health", "Le service lui-même.")


class HealthSchema(Schema):
    """That it answers."""

    status = fields.String(required=True, metadata={"description": "Toujours « ok »."})


@health.get("/live", None, HealthSchema)
def live() -> dict[str, str]:
    """Le processus répond."""
    return {"status": "ok"}


@health.get("/ready", None, HealthSchema, problems=[HTTPStatus.SERVICE_UNAVAILABLE])
def ready() -> dict[str, str]:
    """Le dossier de travail s'ouvre, sa base répond, son journal n'a pas été raccourci."""
    with home_at_hand().service().database.read() as work:
        work.evidence_rows.head()
    return {"status": "ok"}
