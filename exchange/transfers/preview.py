"""What an export would do, for whom, and what stands in its way. Decides, does nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from exchange.packages.naming import package_stem
from exchange.transfers.lifecycle import NEVER_LEFT
from exchange.transfers.transfer import (
    CONTRACTUAL_REVISION,
    Readiness,
    SelectionCounts,
    Transfer,
)
from schemas.agreement import Agreement, Deadline, Recipient, ends_at, opens_at


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why nothing may leave now, and the way out."""

    sentence: str
    hint: str


@dataclass(frozen=True, slots=True)
class Preview:
    """One recipient of one deadline: the lines, and what stands in the way."""

    deadline: Deadline
    recipient: Recipient
    transfer_id: str
    counts: SelectionCounts
    existing: Transfer | None
    undeclared: bool
    obstacles: tuple[Obstacle, ...]

    @property
    def is_sent(self) -> bool:
        """Whether this recipient already has its package for this deadline."""
        return self.existing is not None and self.existing.state not in NEVER_LEFT

    @property
    def is_sendable(self) -> bool:
        """Whether the export would publish it now."""
        return not self.obstacles and not self.is_sent


def contractual_id(agreement: Agreement, deadline: Deadline, recipient: Recipient) -> str:
    """Name revision 1 of a transfer, the only one that is made unattended."""
    return package_stem(agreement.id, deadline.id, recipient.id, CONTRACTUAL_REVISION)


def preview(
    agreement: Agreement,
    deadline: Deadline,
    recipient: Recipient,
    *,
    counts: SelectionCounts,
    existing: Transfer | None,
    readiness: Readiness | None,
    now: datetime,
) -> Preview:
    """Say what an export would do at ``now`` for one recipient of one deadline."""
    undeclared = readiness is None
    return Preview(
        deadline=deadline,
        recipient=recipient,
        transfer_id=contractual_id(agreement, deadline, recipient),
        counts=counts,
        existing=existing,
        undeclared=undeclared,
        obstacles=tuple(
            _agreement_obstacles(agreement, recipient, now)
            + _instruction_obstacles(agreement, deadline, recipient, now)
            + _date_obstacles(deadline, now)
            + (_readiness_obstacles(deadline, now) if undeclared else [])
            + _line_obstacles(counts)
        ),
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
    if recipient.ended_on is not None and now >= opens_at(recipient.ended_on):
        obstacles.append(
            Obstacle(
                f"{recipient.id} n'est plus destinataire depuis le {recipient.ended_on:%d/%m/%Y}",
                "chargez une version de la convention qui désigne son successeur",
            )
        )
    return obstacles


def _instruction_obstacles(
    agreement: Agreement, deadline: Deadline, recipient: Recipient, now: datetime
) -> list[Obstacle]:
    cited = (
        deadline.instruction,
        recipient.reference_instruction,
        recipient.transfer_instruction,
    )
    instructions = [agreement.instruction(cited_id) for cited_id in cited if cited_id]
    return [
        Obstacle(
            f"l'instruction {ended.id} a pris fin le {ended.ended_on:%d/%m/%Y}",
            "demandez une nouvelle instruction écrite, et inscrivez-la dans la convention",
        )
        for ended in instructions
        if ended.ended_on is not None and now >= opens_at(ended.ended_on)
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


def _line_obstacles(counts: SelectionCounts) -> list[Obstacle]:
    if counts.total:
        return []
    return [
        Obstacle(
            "aucune personne n'est entrée à la date d'arrêté ou avant",
            "chargez les bénéficiaires : spie-exchange import FICHIER --attest",
        )
    ]
