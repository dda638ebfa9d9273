"""What a recipient answers: a signed document, held against the package it was sent."""

from http import HTTPStatus
from typing import Any

from marshmallow import Schema, fields

from exchange.accounts import Right
from exchange.transfers.acceptance import accept_receipt, answered_transfer
from exchange.web.callers.access import acting_service
from exchange.web.conventions.bodies import Bytes
from exchange.web.conventions.resource import Resource
from exchange.web.routes.transfers import deny_as_absent, transfer_seen

receipts = Resource("receipts", "/transfers", "Les réponses signées des destinataires.")


class AcceptedSchema(Schema):
    """An answer that was accepted, and where the transfer stands after it."""

    transfer_id = fields.String(required=True)
    state = fields.String(required=True)
    answer = fields.String(required=True, metadata={"description": "Ce qu'elle dit, en clair."})
    rejected_lines = fields.Integer(required=True)


@receipts.change(
    "POST",
    "/<id:transfer_id>/receipts",
    Right.ANSWER,
    AcceptedSchema,
    body=Bytes("application/pkcs7-mime", "Accusé, rejet ou destruction déclarée, signé (CAdES)."),
    status=HTTPStatus.CREATED,
    problems=[HTTPStatus.NOT_FOUND],
)
def answer_transfer(document: bytes, transfer_id: str) -> dict[str, Any]:
    """Répondre à un paquet : accusé de réception, lignes rejetées, destruction déclarée.

    La signature, le transfert et l'empreinte du paquet sont vérifiés ; une réponse d'un autre,
    altérée ou déjà vue est refusée et ne change rien.
    """
    seen = transfer_seen(transfer_id)
    service = acting_service()
    answered = answered_transfer(service.database, document)
    if answered.transfer_id != seen.transfer_id:
        # Nothing of a transfer that may be another's.
        deny_as_absent()
    with service.exclusively(seen.agreement_id, patiently=False) as claiming:
        accepted = accept_receipt(claiming.database, document, claiming.keyring, claiming.clock)
    return {
        "transfer_id": accepted.transfer.transfer_id,
        "state": accepted.transfer.state,
        "answer": accepted.label,
        "rejected_lines": accepted.rejected_lines,
    }
