"""The agreements in force, their dates, and the word that the data for one of them are complete."""

from http import HTTPStatus
from typing import Any, Final

from flask import abort
from marshmallow import Schema, fields

from exchange.accounts import Right
from exchange.agreements import in_force
from exchange.transfers.readiness import Declared, declare_ready
from exchange.web.callers.access import acting_service
from exchange.web.conventions.links import links_to
from exchange.web.conventions.resource import Resource
from schemas.agreement import Agreement, Deadline, UnknownIdError, agreement_calendar

_ROUTES_OF_ONE: Final = (
    "show_agreement",
    "show_calendar",
    "list_departures",
    "load_file",
    "list_loads",
    "list_objections",
    "add_objection",
)

agreements = Resource("agreements", "/agreements", "Les conventions et leurs dates.")


class DeadlineSchema(Schema):
    """A date on which something is due."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    cut_off = fields.Date(required=True)
    due = fields.Date(required=True)
    recipients = fields.List(fields.String(), required=True)


class AgreementSchema(Schema):
    """The version of an agreement that is in force."""

    id = fields.String(required=True)
    version = fields.Integer(required=True)
    title = fields.String(required=True)
    digest = fields.String(required=True, metadata={"description": "SHA-256 de son fichier."})
    processing_ends = fields.Date(required=True)
    deadlines = fields.List(fields.Nested(DeadlineSchema), required=True)


class AgreementListSchema(Schema):
    """The agreements in force."""

    items = fields.List(fields.Nested(AgreementSchema), required=True)


class DatedSchema(Schema):
    """Something that an agreement dates."""

    day = fields.Date(required=True)
    kind = fields.String(required=True)
    label = fields.String(required=True)
    deadline_id = fields.String(required=True)


class CalendarSchema(Schema):
    """The dates of an agreement, the earliest first."""

    items = fields.List(fields.Nested(DatedSchema), required=True)


class ReadinessSchema(Schema):
    """What was declared ready, and how many people each recipient would get."""

    deadline_id = fields.String(required=True)
    declared_at = fields.AwareDateTime(required=True)
    declared_by = fields.String(required=True)
    last_load_at = fields.AwareDateTime(required=True, allow_none=True)
    to_send = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    is_nothing_new = fields.Boolean(required=True)


@agreements.get(
    "",
    Right.READ_AGREEMENTS,
    AgreementListSchema,
    links={
        **links_to(_ROUTES_OF_ONE, agreement_id="$response.body#/items/0/id"),
        **links_to(
            ("declare_deadline_ready",),
            agreement_id="$response.body#/items/0/id",
            deadline_id="$response.body#/items/0/deadlines/0/id",
        ),
    },
)
def list_agreements() -> dict[str, Any]:
    """Les conventions en vigueur."""
    with acting_service().database.read() as work:
        found = [in_force(work.agreements, one) for one in sorted(work.agreements.ids())]
    return {"items": found}


@agreements.get(
    "/<id:agreement_id>", Right.READ_AGREEMENTS, AgreementSchema, problems=[HTTPStatus.NOT_FOUND]
)
def show_agreement(agreement_id: str) -> Agreement:
    """Une convention, dans sa version en vigueur."""
    return agreement_named(agreement_id)


@agreements.get(
    "/<id:agreement_id>/calendar",
    Right.READ_AGREEMENTS,
    CalendarSchema,
    problems=[HTTPStatus.NOT_FOUND],
)
def show_calendar(agreement_id: str) -> dict[str, Any]:
    """Toutes les dates d'une convention, dans l'ordre."""
    return {"items": agreement_calendar(agreement_named(agreement_id))}


@agreements.change(
    "PUT",
    "/<id:agreement_id>/deadlines/<id:deadline_id>/readiness",
    Right.DECLARE_READY,
    ReadinessSchema,
    problems=[HTTPStatus.NOT_FOUND],
)
def declare_deadline_ready(agreement_id: str, deadline_id: str) -> dict[str, Any]:
    """Déclarer que toutes les données d'une échéance sont chargées ; les envois suivent."""
    agreement_named(agreement_id)
    service = acting_service()
    with service.working_on(agreement_id, patiently=False) as (claiming, agreement):
        deadline = _deadline_named(agreement, deadline_id)
        with claiming.database.begin() as work:
            declared = declare_ready(work, agreement, deadline, service.actor.name, service.clock)
    return _document(deadline, declared)


def agreement_named(agreement_id: str) -> Agreement:
    """Give the agreement of that id in its version in force, or answer that there is none."""
    with acting_service().database.read() as work:
        stored = work.agreements.latest(agreement_id)
    if stored is None:
        abort(HTTPStatus.NOT_FOUND)
    return stored.agreement


def _deadline_named(agreement: Agreement, deadline_id: str) -> Deadline:
    try:
        return agreement.deadline(deadline_id)
    except UnknownIdError:
        abort(HTTPStatus.NOT_FOUND)


def _document(deadline: Deadline, declared: Declared) -> dict[str, Any]:
    readiness = declared.readiness
    return {
        "deadline_id": deadline.id,
        "declared_at": readiness.declared_at,
        "declared_by": readiness.declared_by,
        "last_load_at": readiness.last_load_at,
        "to_send": declared.to_send,
        "is_nothing_new": declared.is_nothing_new,
    }
