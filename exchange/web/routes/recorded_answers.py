"""What recipients have answered, for who follows it: kinds, days, digests, rejected lines.

A line is a number in a package and nobody's name: whose it is, the command says
(``transfer rejected``), since that reads people's data.
"""

from collections.abc import Mapping
from http import HTTPStatus
from itertools import groupby
from operator import itemgetter
from typing import Any

from marshmallow import Schema, fields

from exchange.accounts import Right
from exchange.web.callers.access import acting_service
from exchange.web.conventions.pages import Cursor, PageQuerySchema, page_of
from exchange.web.conventions.resource import Resource
from exchange.web.routes.transfers import transfer_seen
from schemas.receipt import ReceiptKind

recorded_answers = Resource(
    "recorded_answers", "/transfers", "Ce que les destinataires ont répondu."
)


class RecordedAnswerSchema(Schema):
    """An answer as it was recorded."""

    kind = fields.Enum(ReceiptKind, by_value=True, required=True)
    received_at = fields.AwareDateTime(required=True)
    digest = fields.String(
        required=True, metadata={"description": "SHA-256 du document reçu, hexadécimal."}
    )
    signed = fields.Boolean(
        required=True, metadata={"description": "false : noté sur la parole d'un opérateur."}
    )


class RecordedAnswerListSchema(Schema):
    """The answers to a transfer in the order they came."""

    items = fields.List(fields.Nested(RecordedAnswerSchema), required=True)
    rejected_lines = fields.Integer(
        required=True, metadata={"description": "Les lignes rejetées, toutes réponses comprises."}
    )


class RejectedLineSchema(Schema):
    """A line that the recipient rejected, and the codes it gave."""

    line = fields.Integer(required=True, metadata={"description": "1 : la première du paquet."})
    codes = fields.List(fields.String(), required=True)


class RejectedLinePageSchema(Schema):
    """A page of rejected lines, in their order."""

    items = fields.List(fields.Nested(RejectedLineSchema), required=True)
    next = Cursor(required=True, allow_none=True, metadata={"type": ["string", "null"]})


@recorded_answers.get(
    "/<id:transfer_id>/receipts",
    Right.READ_ANSWERS,
    RecordedAnswerListSchema,
    problems=[HTTPStatus.NOT_FOUND],
)
def list_answers(transfer_id: str) -> dict[str, Any]:
    """Les réponses enregistrées d'un transfert, dans l'ordre où elles sont venues."""
    transfer_seen(transfer_id)
    with acting_service().database.read() as work:
        answers = work.transfers.answers(transfer_id)
        rejections = work.transfers.rejections(transfer_id)
    return {"items": answers, "rejected_lines": len({line for line, _ in rejections})}


@recorded_answers.get(
    "/<id:transfer_id>/rejections",
    Right.READ_ANSWERS,
    RejectedLinePageSchema,
    query=PageQuerySchema,
    problems=[HTTPStatus.NOT_FOUND],
)
def list_rejections(page: Mapping[str, Any], transfer_id: str) -> dict[str, Any]:
    """Les lignes que le destinataire a rejetées, avec ses codes : des numéros, personne."""
    transfer_seen(transfer_id)
    with acting_service().database.read() as work:
        rejections = work.transfers.rejections(transfer_id)
    lines = [
        {"line": line, "codes": [code for _, code in same]}
        for line, same in groupby(rejections, key=itemgetter(0))
    ]
    keys = [f"{one['line']:012}" for one in lines]
    items, after = page_of(lines, keys, page["limit"], page["after"])
    return {"items": items, "next": after}
