"""The log, for who audits: its events in pages, its signed head, the proof that an event is in it.

Reading it leaves a leaf too.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from flask import abort
from marshmallow import Schema, fields, validate

from exchange.accounts import Right
from exchange.accounts.account import ACCOUNT_ID
from exchange.audit.events import EventKind
from exchange.auditing import Choice
from exchange.web.callers.access import acting_service
from exchange.web.conventions.pages import WholeNumber
from exchange.web.conventions.resource import Resource

_LARGEST_PAGE: Final = 500
_LAST_LEAF: Final = (1 << 53) - 1

evidence = Resource("evidence", "/evidence", "Le journal des preuves, pour qui vérifie.")


class EventSchema(Schema):
    """An event of the log, as its bytes tell it."""

    leaf = fields.Integer(required=True, metadata={"description": "Sa place dans le journal."})
    kind = fields.String(required=True)
    at = fields.String(required=True, metadata={"format": "date-time"})
    trial_at = fields.String(required=True, allow_none=True)
    actor = fields.String(required=True)
    account = fields.String(required=True, metadata={"description": "Vide hors de l'API."})
    request_id = fields.String(required=True, metadata={"description": "Vide hors de l'API."})
    outcome = fields.String(required=True)
    subject = fields.String(required=True)
    why = fields.String(required=True)
    details = fields.Dict(keys=fields.String(), required=True)


class EventPageSchema(Schema):
    """Events in their order, from one leaf on."""

    items = fields.List(fields.Nested(EventSchema), required=True)
    size = fields.Integer(required=True, metadata={"description": "Les feuilles du journal."})
    next = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Le « from » de la page suivante."}
    )


class EventQuerySchema(Schema):
    """From which leaf on, how many, and of what kind or account."""

    first = WholeNumber(0, _LAST_LEAF, data_key="from", load_default=0)
    limit = WholeNumber(1, _LARGEST_PAGE, load_default=100)
    kind = fields.String(
        load_default="",
        validate=validate.OneOf(
            list(EventKind), error="écrivez un genre d'événement, par exemple transfer.published"
        ),
        metadata={"description": "Un seul genre d'événement."},
    )
    account = fields.String(
        load_default="",
        validate=validate.Regexp(
            f"^{ACCOUNT_ID.pattern}$", error="écrivez l'identifiant d'un compte de l'API"
        ),
        metadata={"description": "Un seul compte de l'API."},
    )


class CheckpointSchema(Schema):
    """The signed head of the log (C2SP tlog-checkpoint), and the key that verifies it."""

    checkpoint = fields.String(required=True)
    log_key = fields.String(required=True)


class ProofSchema(Schema):
    """An event, and the proof that the log has it: both are verified offline."""

    event = fields.String(required=True, metadata={"description": "Ses octets, tels quels."})
    proof = fields.String(required=True, metadata={"description": "C2SP tlog-proof."})
    log_key = fields.String(required=True)


@evidence.get("/events", Right.READ_EVIDENCE, EventPageSchema, query=EventQuerySchema)
def list_events(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Les événements, dans leur ordre ; la lecture laisse elle-même une feuille."""
    choice = Choice(asked["kind"], asked["account"])
    listing = acting_service().auditor().events(choice, asked["first"], asked["limit"])
    items = [listed.document() for listed in listing.events]
    return {"items": items, "size": listing.size, "next": listing.after}


@evidence.get("/checkpoint", Right.READ_EVIDENCE, CheckpointSchema)
def show_checkpoint() -> dict[str, str]:
    """La tête du journal, signée maintenant : confiez-la à un tiers."""
    signed = acting_service().auditor().sign_head()
    return {"checkpoint": signed.note, "log_key": signed.log_key}


@evidence.get(
    "/proofs/<int:leaf>", Right.READ_EVIDENCE, ProofSchema, problems=[HTTPStatus.NOT_FOUND]
)
def show_proof(leaf: int) -> dict[str, str]:
    """La preuve qu'un événement est dans le journal."""
    service = acting_service()
    if leaf >= service.evidence_size():
        abort(HTTPStatus.NOT_FOUND)
    proven = service.auditor().prove(leaf)
    return {"event": proven.event.decode(), "proof": proven.proof, "log_key": proven.log_key}
