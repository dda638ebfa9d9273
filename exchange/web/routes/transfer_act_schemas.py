"""What is asked of an act on transfers and what it answers, as the documentation describes it."""

from typing import Final

from marshmallow import Schema, fields

from exchange.transfers.reasons import RevisionReason, WithdrawalReason
from exchange.web.conventions.body_fields import BodySchema, Truth, identifier
from exchange.web.routes.departures import DepartureSchema, ObstacleSchema
from exchange.web.routes.transfers import TransferSchema

_WHY: Final = {"description": "Pourquoi ; le motif reste dans le journal."}
_INSTRUCTION: Final = "L'instruction écrite qui l'ordonne, inscrite dans la convention."


class ActSchema(BodySchema):
    """An act, or the rehearsal of one."""

    dry_run = Truth(load_default=False, metadata={"description": "Tout juger, ne rien faire."})


class SendingSchema(ActSchema):
    """What is to leave."""

    agreement_id = identifier("La convention.", required=True)
    deadline_id = identifier("Une seule échéance ; sinon, toutes.", load_default=None)


class ResendingSchema(ActSchema):
    """Why a transfer is sent again, and what orders it."""

    reason = fields.Enum(RevisionReason, by_value=True, required=True, metadata=_WHY)
    instruction_id = identifier(_INSTRUCTION, required=True)


class CancellationSchema(ActSchema):
    """Why a transfer is called off."""

    reason = fields.Enum(WithdrawalReason, by_value=True, required=True, metadata=_WHY)


class WithdrawalSchema(CancellationSchema):
    """Why a package is taken back, and what orders it."""

    instruction_id = identifier(_INSTRUCTION, required=True)


class HeldBackSchema(Schema):
    """An interrupted revision that may not leave now."""

    transfer_id = fields.String(required=True)
    obstacle = fields.Nested(ObstacleSchema, required=True)


class SentSchema(Schema):
    """What left, and what did not."""

    dry_run = fields.Boolean(required=True)
    published = fields.List(fields.Nested(TransferSchema), required=True)
    departures = fields.List(
        fields.Nested(DepartureSchema),
        required=True,
        metadata={
            "description": "Ce qui était déjà parti ou annulé, et ce qui est empêché ; après un "
            "essai à blanc, tout ce qui est dû."
        },
    )
    held_back = fields.List(
        fields.Nested(HeldBackSchema),
        required=True,
        metadata={"description": "Les révisions interrompues qui ne peuvent pas partir."},
    )


class SentAgainSchema(Schema):
    """What a revision carries, and the transfer it became."""

    dry_run = fields.Boolean(required=True)
    departure = fields.Nested(
        DepartureSchema,
        required=True,
        allow_none=True,
        metadata={"description": "Après un essai à blanc : ce qui partirait."},
    )
    transfer = fields.Nested(
        TransferSchema,
        required=True,
        allow_none=True,
        metadata={"description": "Une fois partie, ou préparée : la révision."},
    )


class CancelledSchema(Schema):
    """A transfer as it is once called off, or as it would be."""

    dry_run = fields.Boolean(required=True)
    transfer = fields.Nested(TransferSchema, required=True)


class WithdrawnSchema(CancelledSchema):
    """A transfer as it is once taken back, or as it would be."""

    followers = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Les révisions publiées qui lui font suite, et qui restent."},
    )
