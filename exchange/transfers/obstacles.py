"""What stands in the way of a transfer, whatever its revision, and the way out. Decides only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from exchange.transfers.dispatch import Dispatch
from schemas.agreement import Agreement, Deadline, Recipient, ends_at, opens_at, records_end


class Lacking(StrEnum):
    """What a transfer lacks before it leaves where two accounts are needed."""

    PREPARATION = "preparation"
    APPROVAL = "approval"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why nothing may leave now, and the way out; ``lacking`` where only an account has to act."""

    sentence: str
    hint: str
    lacking: Lacking | None = None


def data_obstacles(dispatch: Dispatch, now: datetime) -> list[Obstacle]:
    """List what forbids people's data to leave for this recipient and deadline now."""
    return (
        standing_obstacles(dispatch, now)
        + _retention_obstacles(dispatch.agreement, now)
        + _date_obstacles(dispatch.deadline, now)
        + (_readiness_obstacles(dispatch.deadline, now) if dispatch.undeclared else [])
    )


def standing_obstacles(dispatch: Dispatch, now: datetime) -> list[Obstacle]:
    """List what forbids anything, a test of keys too, to this recipient now."""
    recipient = dispatch.recipient
    cited = (
        dispatch.instruction_id,
        recipient.reference_instruction,
        recipient.view_instruction,
        recipient.transfer_instruction,
    )
    return recipient_obstacles(dispatch.agreement, recipient, now) + instruction_obstacles(
        dispatch.agreement, [named for named in cited if named], now
    )


def end_obstacles(agreement: Agreement, now: datetime) -> list[Obstacle]:
    """List what forbids people's data to leave under this agreement for ever."""
    return _processing_obstacles(agreement, now) + _retention_obstacles(agreement, now)


def recipient_obstacles(
    agreement: Agreement, recipient: Recipient, now: datetime
) -> list[Obstacle]:
    """List what forbids anything to this recipient under this agreement for ever."""
    obstacles = _processing_obstacles(agreement, now)
    if recipient.ended_on is not None and has_left(recipient, now):
        obstacles.append(
            Obstacle(
                f"{recipient.id} n'est plus destinataire depuis le {recipient.ended_on:%d/%m/%Y}",
                "chargez une version de la convention qui désigne son successeur",
            )
        )
    return obstacles


def has_left(recipient: Recipient, now: datetime) -> bool:
    """Tell whether a recipient is one no longer."""
    return recipient.ended_on is not None and now >= opens_at(recipient.ended_on)


def _processing_obstacles(agreement: Agreement, now: datetime) -> list[Obstacle]:
    if now < ends_at(agreement.processing_ends):
        return []
    return [
        Obstacle(
            f"le traitement a pris fin le {agreement.processing_ends:%d/%m/%Y}",
            "rien ne peut plus être envoyé sous cette convention ; il en faut une nouvelle",
        )
    ]


def instruction_obstacles(
    agreement: Agreement, instruction_ids: Sequence[str], now: datetime
) -> list[Obstacle]:
    """List what keeps instructions of the agreement from being followed at ``now``."""
    obstacles = []
    for instruction in map(agreement.instruction, instruction_ids):
        if now < opens_at(instruction.given_on):
            obstacles.append(
                Obstacle(
                    f"l'instruction {instruction.id} est du {instruction.given_on:%d/%m/%Y}",
                    "attendez ce jour, ou citez une instruction déjà donnée",
                )
            )
        if instruction.ended_on is not None and now >= opens_at(instruction.ended_on):
            obstacles.append(
                Obstacle(
                    f"l'instruction {instruction.id} a pris fin le {instruction.ended_on:%d/%m/%Y}",
                    "demandez une nouvelle instruction écrite, et inscrivez-la dans la convention",
                )
            )
    return obstacles


def _retention_obstacles(agreement: Agreement, now: datetime) -> list[Obstacle]:
    if now < opens_at(records_end(agreement)):
        return []
    return [
        Obstacle(
            f"les données sont à détruire depuis le {records_end(agreement):%d/%m/%Y}",
            "rien ne peut plus être envoyé : spie-exchange purge",
        )
    ]


def _date_obstacles(deadline: Deadline, now: datetime) -> list[Obstacle]:
    if now >= opens_at(deadline.send_from):
        return []
    return [
        Obstacle(
            f"l'envoi n'est permis qu'à partir du {deadline.send_from:%d/%m/%Y} à 6 h (send_from)",
            "attendez cette date",
        )
    ]


def _readiness_obstacles(deadline: Deadline, now: datetime) -> list[Obstacle]:
    declare = f"déclarez-les prêtes : spie-exchange deadline ready {deadline.id}"
    if deadline.if_undeclared == "hold":
        return [
            Obstacle("les données n'ont pas été déclarées prêtes (if_undeclared = hold)", declare)
        ]
    if now < opens_at(deadline.send_by):
        until = f"{deadline.send_by:%d/%m/%Y}"
        return [
            Obstacle(
                f"les données n'ont pas été déclarées prêtes (attente jusqu'au {until})", declare
            )
        ]
    return []
