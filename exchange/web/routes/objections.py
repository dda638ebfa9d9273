"""Who objects to having their data sent: entered in a body, kept as keyed prints, never shown."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from flask import abort
from marshmallow import Schema, ValidationError, fields, post_load

from exchange.accounts import Right
from exchange.objections import (
    CASE_NUMBER_FORM,
    CASE_NUMBER_PATTERN,
    LONGEST_CASE_NUMBER,
    LiftingReason,
    Objection,
    ObjectionReason,
    Objector,
    is_case_number,
)
from exchange.web.callers.access import acting_service
from exchange.web.conventions.bodies import Json
from exchange.web.conventions.body_fields import BodySchema
from exchange.web.conventions.links import links_to
from exchange.web.conventions.pages import Cursor, PageQuerySchema, page_of
from exchange.web.conventions.resource import Resource
from exchange.web.routes.agreements import agreement_named
from schemas.annex_e import NamesError

_OF_A_PERSON: Final = "Comme dans le système local ; n'est pas gardé."

objections = Resource("objections", "/agreements", "Qui s'oppose à ce que ses données partent.")


def _require_case_number(text: str) -> None:
    if not is_case_number(text):
        raise ValidationError(f"écrivez {CASE_NUMBER_FORM}")


class ObjectorSchema(BodySchema):
    """Who objects: the three columns, the local key where the agreement names one, or both."""

    nom = fields.String(metadata={"description": _OF_A_PERSON})
    prenom = fields.String(metadata={"description": _OF_A_PERSON})
    date_naissance = fields.String(metadata={"description": "AAAA-MM-JJ ou JJ/MM/AAAA."})
    local_key = fields.String(metadata={"description": _OF_A_PERSON})

    @post_load
    def _designated(self, cells: Mapping[str, str], **_: object) -> Objector:
        try:
            return Objector.designated_by(cells)
        except NamesError as error:
            raise ValidationError(dict(error.faults)) from None


class NewObjectionSchema(BodySchema):
    """An objection to enter."""

    case_number = fields.String(
        required=True,
        validate=_require_case_number,
        metadata={"pattern": f"^{CASE_NUMBER_PATTERN}$", "maxLength": LONGEST_CASE_NUMBER},
    )
    reason = fields.Enum(ObjectionReason, by_value=True, required=True)
    person = fields.Nested(ObjectorSchema, required=True)


class LiftingSchema(BodySchema):
    """Why an objection ends."""

    reason = fields.Enum(LiftingReason, by_value=True, required=True)


class ObjectionSchema(Schema):
    """An objection; nothing in it says whose it is."""

    objection_id = fields.String(required=True)
    case_number = fields.String(required=True)
    reason = fields.String(required=True)
    added_at = fields.AwareDateTime(required=True)
    lifted_at = fields.AwareDateTime(required=True, allow_none=True)


class ObjectionPageSchema(Schema):
    """A page of objections, oldest first, lifted ones included."""

    items = fields.List(fields.Nested(ObjectionSchema), required=True)
    next = Cursor(required=True, allow_none=True, metadata={"type": ["string", "null"]})


@objections.change(
    "POST",
    "/<id:agreement_id>/objections",
    Right.RECORD_OBJECTIONS,
    ObjectionSchema,
    body=Json(NewObjectionSchema, "Qui s'oppose, sous quel numéro de dossier, pour quel motif."),
    status=HTTPStatus.CREATED,
    problems=[HTTPStatus.NOT_FOUND],
    links=links_to(
        ("lift_objection",),
        agreement_id="$request.path.agreement_id",
        objection_id="$response.body#/objection_id",
    ),
)
def add_objection(asked: Mapping[str, Any], agreement_id: str) -> Objection:
    """Inscrire une personne qui s'oppose : elle n'entre plus, ne change plus, ne part plus.

    L'identité reste dans le corps de la demande et n'est pas gardée : seules le sont des
    empreintes à clé, qui disparaissent avec les données.
    """
    agreement_named(agreement_id)
    with acting_service().working_on(agreement_id, patiently=False) as (service, agreement):
        listed = service.objections(agreement)
        return listed.add(asked["person"], asked["case_number"], asked["reason"])


@objections.get(
    "/<id:agreement_id>/objections",
    Right.READ_OBJECTIONS,
    ObjectionPageSchema,
    query=PageQuerySchema,
    problems=[HTTPStatus.NOT_FOUND],
    links=links_to(
        ("lift_objection",),
        agreement_id="$request.path.agreement_id",
        objection_id="$response.body#/items/0/objection_id",
    ),
)
def list_objections(page: Mapping[str, Any], agreement_id: str) -> dict[str, Any]:
    """Les oppositions, de la plus ancienne à la plus récente : jamais qui. Laisse une feuille."""
    agreement, service = agreement_named(agreement_id), acting_service()
    with service.vouching():
        listed = service.objections(agreement).listed()
    listed.sort(key=_key)
    items, after = page_of(listed, [_key(one) for one in listed], page["limit"], page["after"])
    return {"items": items, "next": after}


@objections.change(
    "POST",
    "/<id:agreement_id>/objections/<id:objection_id>/lifting",
    Right.RECORD_OBJECTIONS,
    ObjectionSchema,
    body=Json(LiftingSchema, "Pourquoi elle prend fin, gardé dans le journal."),
    problems=[HTTPStatus.NOT_FOUND],
)
def lift_objection(asked: Mapping[str, Any], agreement_id: str, objection_id: str) -> Objection:
    """Mettre fin à une opposition ; la personne repart avec les envois suivants.

    Sauf si une autre vaut encore pour elle, par sa clé ou par son nom.
    """
    agreement_named(agreement_id)
    with acting_service().working_on(agreement_id, patiently=False) as (service, agreement):
        with service.database.read() as work:
            known = {one.objection_id for one in work.objections.all(agreement.id)}
        if objection_id not in known:
            abort(HTTPStatus.NOT_FOUND)
        return service.objections(agreement).lift(objection_id, asked["reason"])


def _key(objection: Objection) -> str:
    return f"{objection.added_at.isoformat()} {objection.objection_id}"
