"""What an export would do, for whom, and what stands in its way. Decides, does nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from exchange.transfers.dispatch import Dispatch
from exchange.transfers.lifecycle import NEVER_LEFT, TransferState
from exchange.transfers.transfer import (
    CONTRACTUAL_REVISION,
    Readiness,
    SelectionCounts,
    Transfer,
)
from schemas.agreement import Agreement, Deadline, Recipient, ends_at, opens_at, records_end


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why nothing may leave now, and the way out."""

    sentence: str
    hint: str


@dataclass(frozen=True, slots=True)
class Preview:
    """One recipient of one deadline: the lines, and what stands in the way."""

    dispatch: Dispatch
    counts: SelectionCounts
    existing: Transfer | None
    obstacles: tuple[Obstacle, ...]

    @property
    def transfer_id(self) -> str:
        """The name of the transfer."""
        return self.dispatch.transfer_id

    @property
    def deadline(self) -> Deadline:
        """The deadline it is made for."""
        return self.dispatch.deadline

    @property
    def recipient(self) -> Recipient:
        """Who it is for."""
        return self.dispatch.recipient

    @property
    def is_sent(self) -> bool:
        """Whether this recipient already has its package for this deadline."""
        return self.existing is not None and self.existing.state not in NEVER_LEFT

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do: it was sent, or called off."""
        cancelled = self.existing is not None and self.existing.state is TransferState.CANCELLED
        return self.is_sent or cancelled

    @property
    def is_sendable(self) -> bool:
        """Whether the export would publish it now."""
        return not self.obstacles and not self.is_sent


def contractual(
    agreement: Agreement, deadline: Deadline, recipient: Recipient, readiness: Readiness | None
) -> Dispatch:
    """Give revision 1 of a transfer, the only one that is made unattended."""
    return Dispatch(
        agreement=agreement,
        deadline=deadline,
        recipient=recipient,
        revision=CONTRACTUAL_REVISION,
        instruction_id=deadline.instruction,
        undeclared=readiness is None,
    )


def preview(
    dispatch: Dispatch,
    *,
    counts: SelectionCounts,
    existing: Transfer | None,
    unproven: list[Obstacle],
    now: datetime,
) -> Preview:
    """Say what an export would do at ``now`` for one recipient of one deadline.

    ``unproven`` is what its keys have not shown yet (``exchange.transfers.proven``).
    """
    obstacles = _cancelled_obstacles(existing) or (
        standing_obstacles(dispatch, now) + unproven + _line_obstacles(dispatch.deadline, counts)
    )
    return Preview(dispatch, counts, existing, tuple(obstacles))


def standing_obstacles(dispatch: Dispatch, now: datetime) -> list[Obstacle]:
    """List what forbids any revision to this recipient under this instruction now."""
    recipient = dispatch.recipient
    cited = (
        dispatch.instruction_id,
        recipient.reference_instruction,
        recipient.view_instruction,
        recipient.transfer_instruction,
    )
    return (
        _agreement_obstacles(dispatch.agreement, recipient, now)
        + instruction_obstacles(dispatch.agreement, [named for named in cited if named], now)
        + _date_obstacles(dispatch.deadline, now)
        + (_readiness_obstacles(dispatch.deadline, now) if dispatch.undeclared else [])
    )


def survey_deadlines(agreement: Agreement) -> Sequence[Deadline]:
    """Give the deadlines that send people's data, in the order they fall due."""
    surveys = (deadline for deadline in agreement.deadlines if deadline.kind == "survey")
    return sorted(surveys, key=lambda deadline: (deadline.due, deadline.id))


def _agreement_obstacles(
    agreement: Agreement, recipient: Recipient, now: datetime
) -> list[Obstacle]:
    obstacles = []
    if now >= ends_at(agreement.processing_ends):
        obstacles.append(
            Obstacle(
                f"le traitement a pris fin le {agreement.processing_ends:%d/%m/%Y}",
                "rien ne peut plus être envoyé sous cette convention ; il en faut une nouvelle",
            )
        )
    if now >= opens_at(records_end(agreement)):
        obstacles.append(
            Obstacle(
                f"les données sont à détruire depuis le {records_end(agreement):%d/%m/%Y}",
                "rien ne peut plus être envoyé : spie-exchange purge",
            )
        )
    if recipient.ended_on is not None and now >= opens_at(recipient.ended_on):
        obstacles.append(
            Obstacle(
                f"{recipient.id} n'est plus destinataire depuis le {recipient.ended_on:%d/%m/%Y}",
                "chargez une version de la convention qui désigne son successeur",
            )
        )
    return obstacles


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


def _cancelled_obstacles(existing: Transfer | None) -> list[Obstacle]:
    if existing is None or existing.state is not TransferState.CANCELLED:
        return []
    return [
        Obstacle(
            "cet envoi a été annulé",
            f"s'il doit partir quand même : spie-exchange transfer resend {existing.transfer_id} "
            "--reason envoi-annule --instruction INSTRUCTION",
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


def _line_obstacles(deadline: Deadline, counts: SelectionCounts) -> list[Obstacle]:
    if counts.total:
        return []
    if deadline.content == "not_yet_sent" and counts.left_out:
        return [
            Obstacle(
                "toutes les personnes de cette échéance ont déjà été envoyées (not_yet_sent)",
                "rien n'est à faire, ou chargez les nouvelles personnes",
            )
        ]
    return [
        Obstacle(
            "aucune personne n'est entrée à la date d'arrêté ou avant",
            "chargez les bénéficiaires : spie-exchange import FICHIER --attest",
        )
    ]
