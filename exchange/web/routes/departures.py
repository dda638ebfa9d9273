"""What is owed to each recipient: what would leave now, and what stands in the way. Counts only."""

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from marshmallow import Schema, fields

from exchange.accounts import Right
from exchange.transfers.exporting import previewed
from exchange.transfers.lifecycle import TransferState
from exchange.transfers.owed import Owing
from exchange.web.callers.access import acting_service
from exchange.web.conventions.body_fields import identifier
from exchange.web.conventions.links import links_to
from exchange.web.conventions.resource import Resource
from exchange.web.routes.agreements import agreement_named
from schemas.manifest import TransferKind

departures = Resource("departures", "/agreements", "Ce qui est dû, et ce qui l'empêche de partir.")


def _people(count: str, description: str) -> fields.Integer:
    described = {"description": description}
    return fields.Integer(required=True, attribute=f"counts.{count}", metadata=described)


def _perhaps(values: type[StrEnum], attribute: str, description: str) -> fields.Enum[StrEnum]:
    return fields.Enum(
        values,
        by_value=True,
        required=True,
        allow_none=True,
        attribute=attribute,
        dump_default=None,
        metadata={"description": description},
    )


class ObstacleSchema(Schema):
    """Why it cannot leave now, and the way out."""

    detail = fields.String(required=True, attribute="sentence")
    hint = fields.String(required=True, metadata={"description": "Comment en sortir."})


class DepartureSchema(Schema):
    """What one recipient would get: its lines, in people, and what stands in the way."""

    transfer_id = fields.String(required=True)
    deadline_id = fields.String(required=True, attribute="deadline.id")
    recipient_id = fields.String(required=True, attribute="recipient.id")
    instruction_id = fields.String(required=True, attribute="dispatch.instruction_id")
    kind = fields.Enum(TransferKind, by_value=True, required=True, attribute="dispatch.kind")
    follows = fields.String(required=True, allow_none=True, attribute="dispatch.follows")
    cut_off = fields.Date(required=True, attribute="deadline.cut_off")
    due = fields.Date(required=True, attribute="deadline.due")
    content = fields.String(required=True, allow_none=True, attribute="deadline.content")
    rows = _people("total", "Les lignes qui partiraient.")
    loaded_after_cut_off = _people("loaded_after_cut_off", "Chargées après l'arrêté, comprises.")
    already_sent = _people("already_sent", "Déjà envoyées à ce destinataire, comprises.")
    left_out = _people("left_out", "Déjà envoyées pour une autre échéance, ou non concernées.")
    changed = _people("changed", "Changées depuis leur dernier envoi.")
    absent = _people("absent", "Absentes de la liste complète, non envoyées.")
    objecting = _people("objecting", "Écartées par une opposition, non envoyées.")
    held = _people("held", "Lignes retenues, non envoyées.")
    state = _perhaps(TransferState, "existing.state", "null : il n'est pas préparé.")
    owed = _perhaps(Owing, "owed.owing", "null : une révision n'est due par aucune échéance.")
    late = fields.Boolean(required=True, attribute="is_late")
    undeclared = fields.Boolean(
        required=True, metadata={"description": "Personne n'a déclaré les données prêtes."}
    )
    sendable = fields.Boolean(required=True, attribute="is_sendable")
    obstacles = fields.List(fields.Nested(ObstacleSchema), required=True, attribute="hindrances")


class DepartureListSchema(Schema):
    """What is owed, as it falls due."""

    items = fields.List(fields.Nested(DepartureSchema), required=True)


class DepartureQuerySchema(Schema):
    """Of which deadline, and on which day."""

    deadline_id = identifier("Une seule échéance.", load_default=None)
    as_of = fields.Date(
        load_default=None,
        error_messages={"invalid": "écrivez une date : AAAA-MM-JJ"},
        metadata={"description": "Ce qui partirait ce jour-là, à midi, à Paris."},
    )


@departures.get(
    "/<id:agreement_id>/departures",
    Right.READ_DEPARTURES,
    DepartureListSchema,
    query=DepartureQuerySchema,
    problems=[HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT],
    links=links_to(("call_off",), transfer_id="$response.body#/items/0/transfer_id"),
)
def list_departures(asked: Mapping[str, Any], agreement_id: str) -> dict[str, Any]:
    """Ce qui est dû : à qui, combien de lignes, sous quelle instruction, ce qui l'empêche.

    C'est l'essai à blanc de la commande (`spie-exchange export`) : rien n'est envoyé. Des
    personnes sont comptées : cela laisse une feuille au journal.
    """
    agreement = agreement_named(agreement_id)
    service = acting_service()
    with service.vouching():
        clock = service.clock_as_of(asked["as_of"])
        seen = previewed(service.database, agreement, asked["deadline_id"], clock)
    return {"items": seen}
