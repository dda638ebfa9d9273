"""Two accounts for each sending: one prepares what is due, another approves it.

Each is the command's own use case. Who approves says what it was shown: nothing else is approved.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import abort
from marshmallow import Schema, fields, validate

from exchange.accounts import Right
from exchange.transfers.approval import Approval
from exchange.transfers.exporting import record_preview
from exchange.web.callers.access import acting_service
from exchange.web.conventions.bodies import Json
from exchange.web.conventions.body_fields import identifier
from exchange.web.conventions.links import links_to
from exchange.web.conventions.resource import Resource
from exchange.web.routes.agreements import agreement_named
from exchange.web.routes.departures import DepartureSchema
from exchange.web.routes.transfer_act_schemas import ActSchema
from exchange.web.routes.transfer_acts import Answer, claimed_transfer
from exchange.web.routes.transfers import ROUTES_OF_ONE, TransferSchema, transfer_seen

approvals = Resource("approvals", "", "Deux comptes : l'un prépare, l'autre approuve (four_eyes).")

_DIGEST = "[0-9a-f]{64}"


class PreparationSchema(ActSchema):
    """What is to be prepared."""

    deadline_id = identifier("Une seule échéance ; sinon, toutes.", load_default=None)


class PreparedSchema(Schema):
    """What awaits an approval now, and what was not prepared."""

    dry_run = fields.Boolean(required=True)
    prepared = fields.List(fields.Nested(TransferSchema), required=True)
    departures = fields.List(
        fields.Nested(DepartureSchema),
        required=True,
        metadata={
            "description": "Ce qui l'était déjà, est parti ou empêché ; après un essai à blanc, "
            "tout ce qui est dû."
        },
    )


class ApprovingSchema(ActSchema):
    """What the caller was shown."""

    basis = fields.String(
        required=True,
        validate=validate.Regexp(f"^{_DIGEST}\\Z", error="écrivez les 64 chiffres de l'empreinte"),
        metadata={"description": "L'empreinte de ce qui est montré.", "pattern": f"^{_DIGEST}$"},
    )


class ApprovalSchema(Schema):
    """What was asked of a second account, and whether it was given."""

    transfer_id = fields.String(required=True)
    basis = fields.String(
        required=True, metadata={"description": "L'empreinte de ce qui est montré."}
    )
    prepared_by = fields.String(
        required=True, metadata={"description": "Le compte qui ne peut pas approuver."}
    )
    unattended = fields.Boolean(
        required=True, metadata={"description": "L'ordonnanceur a préparé, sous son compte."}
    )
    asked_at = fields.AwareDateTime(required=True)
    approved_by = fields.String(required=True, allow_none=True)
    approved_at = fields.AwareDateTime(required=True, allow_none=True)


class ApprovedSchema(Schema):
    """An approval, and after a rehearsal what would leave by it."""

    dry_run = fields.Boolean(required=True)
    approval = fields.Nested(ApprovalSchema, required=True)
    departure = fields.Nested(DepartureSchema, required=True, allow_none=True)


@approvals.change(
    "POST",
    "/agreements/<id:agreement_id>/preparation",
    Right.SEND,
    PreparedSchema,
    body=Json(PreparationSchema, "De quelle échéance."),
    status=HTTPStatus.CREATED,
    unchanged=HTTPStatus.OK,
    problems=[HTTPStatus.NOT_FOUND],
    links=links_to(ROUTES_OF_ONE, transfer_id="$response.body#/prepared/0/transfer_id"),
)
def prepare_what_is_due(asked: Mapping[str, Any], agreement_id: str) -> Answer:
    """Préparer ce qui est dû, pour qu'un autre compte l'approuve.

    201 si un envoi attend désormais une approbation, 200 sinon. L'ordonnanceur le fait aussi.
    """
    agreement, service = agreement_named(agreement_id), acting_service()
    if asked["dry_run"]:
        seen = service.preparer().would_prepare(agreement, asked["deadline_id"])
        return {"dry_run": True, "prepared": (), "departures": seen}, HTTPStatus.OK
    with service.working_on(agreement_id, patiently=False) as (claiming, in_force):
        done = claiming.preparer().prepare_due(in_force, asked["deadline_id"])
    others = (*done.awaiting, *done.settled, *done.held_back)
    answer = {"dry_run": False, "prepared": done.prepared, "departures": others}
    return answer, HTTPStatus.CREATED if done.prepared else HTTPStatus.OK


@approvals.get(
    "/transfers/<id:transfer_id>/approval",
    Right.READ_DEPARTURES,
    ApprovalSchema,
    problems=[HTTPStatus.NOT_FOUND],
)
def show_approval(transfer_id: str) -> Approval:
    """Ce qui est demandé à un second compte, et s'il l'a approuvé."""
    transfer_seen(transfer_id)
    with acting_service().database.read() as work:
        found = work.approvals.get(transfer_id)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


@approvals.change(
    "POST",
    "/transfers/<id:transfer_id>/approval",
    Right.APPROVE,
    ApprovedSchema,
    body=Json(ApprovingSchema, "Ce qui vous a été montré."),
    status=HTTPStatus.CREATED,
    unchanged=HTTPStatus.OK,
    problems=[HTTPStatus.NOT_FOUND],
    guarded=True,
    links=links_to(ROUTES_OF_ONE, transfer_id="$response.body#/approval/transfer_id"),
)
def approve_transfer(asked: Mapping[str, Any], transfer_id: str) -> Answer:
    """Approuver un envoi qu'un autre compte a préparé : il part, tel qu'il a été montré.

    Le compte qui l'a préparé est refusé (`second-compte`) ; de même ce qui a changé depuis.
    """
    with claimed_transfer(transfer_id) as (claiming, agreement):
        approver = claiming.approver()
        if asked["dry_run"]:
            found = approver.look(agreement, transfer_id, asked["basis"])
            with claiming.database.begin() as work:
                record_preview(work, agreement, (found.entry,))
            rehearsed = {"dry_run": True, "approval": found.approval, "departure": found.entry}
            return rehearsed, HTTPStatus.OK
        given = approver.approve(agreement, transfer_id, asked["basis"])
    return {"dry_run": False, "approval": given, "departure": None}, HTTPStatus.CREATED
