"""The log, for who audits: its events in pages, its signed head, the proof that an event is in it.

Reading it leaves a leaf too.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from flask import abort
from marshmallow import Schema, fields

from exchange.accounts import Right
from exchange.audit.checkpoints import Checkpoint
from exchange.audit.events import EventKind, Outcome, WrittenEvent, read_event
from exchange.audit.proofs import prove
from exchange.web.access import acting_service
from exchange.web.pages import WholeNumber
from exchange.web.resource import Resource

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
    """From which leaf on, and how many."""

    first = WholeNumber(0, _LAST_LEAF, data_key="from", load_default=0)
    limit = WholeNumber(1, _LARGEST_PAGE, load_default=100)


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
    first, limit = asked["first"], asked["limit"]
    service = acting_service()
    with service.database.read() as work:
        size = work.evidence_rows.head().frontier.size
        stored = list(work.evidence_rows.scan(first, first + limit))
    after = first + len(stored)
    with service.database.begin() as work:
        work.evidence.record(EventKind.LOG_LISTED, Outcome.DONE, first=first, last=after - 1)
    return {
        "items": [_document(one.index, read_event(one.data)) for one in stored],
        "size": size,
        "next": after if after < size else None,
    }


@evidence.get("/checkpoint", Right.READ_EVIDENCE, CheckpointSchema)
def show_checkpoint() -> dict[str, str]:
    """La tête du journal, signée maintenant : confiez-la à un tiers."""
    service = acting_service()
    note = service.sign_checkpoint()
    signed = Checkpoint.of_note(note)
    with service.database.begin() as work:
        work.evidence.record(
            EventKind.CHECKPOINT_SIGNED, Outcome.DONE, size=signed.size, root=signed.root.hex()
        )
    return {"checkpoint": note, "log_key": service.log_keys().current.verifier_key}


@evidence.get(
    "/proofs/<int:leaf>", Right.READ_EVIDENCE, ProofSchema, problems=[HTTPStatus.NOT_FOUND]
)
def show_proof(leaf: int) -> dict[str, str]:
    """La preuve qu'un événement est dans le journal."""
    service = acting_service()
    note = service.sign_checkpoint()
    with service.database.read() as work:
        if leaf >= Checkpoint.of_note(note).size:
            abort(HTTPStatus.NOT_FOUND)
        proof = prove(work.evidence_rows, leaf, note)
        event = work.evidence_rows.event(leaf)
    with service.database.begin() as work:
        size = Checkpoint.of_note(note).size
        work.evidence.record(EventKind.LOG_PROVED, Outcome.DONE, leaf=leaf, size=size)
    key = service.log_keys().current.verifier_key
    return {"event": event.decode(), "proof": proof, "log_key": key}


def _document(index: int, event: WrittenEvent) -> dict[str, Any]:
    return {
        "leaf": index,
        "kind": event.columns.kind,
        "at": event.columns.at,
        "trial_at": event.trial_at,
        "actor": event.columns.actor,
        "account": event.caller.account_id if event.caller else "",
        "request_id": event.caller.request_id if event.caller else "",
        "outcome": event.columns.outcome,
        "subject": event.columns.subject,
        "why": event.why,
        "details": event.details,
    }
