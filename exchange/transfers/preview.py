"""What an export would do, for whom, and what stands in its way. Decides, does nothing."""

from dataclasses import dataclass
from datetime import datetime

from exchange.transfers.approval import is_to_be_prepared
from exchange.transfers.dispatch import Dispatch
from exchange.transfers.lifecycle import NEVER_LEFT, TransferState
from exchange.transfers.obstacles import Obstacle, data_obstacles
from exchange.transfers.owed import Owed, Owing, sending_ends_at
from exchange.transfers.transfer import SelectionCounts, Transfer
from schemas.agreement import Deadline, Recipient


@dataclass(frozen=True, slots=True)
class Preview:
    """One recipient of one deadline: the lines, and what stands in the way.

    ``is_late`` tells that the due day was over when it left, or is while it has not;
    ``owed`` what the deadline is owed, where this is what it asks for.
    """

    dispatch: Dispatch
    counts: SelectionCounts
    existing: Transfer | None
    obstacles: tuple[Obstacle, ...]
    is_late: bool = False
    owed: Owed | None = None

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
    def undeclared(self) -> bool:
        """Whether nobody has declared the data ready, or had when it left."""
        return (
            self.existing.undeclared if self.existing and self.is_sent else self.dispatch.undeclared
        )

    @property
    def is_sent(self) -> bool:
        """Whether this recipient already has its package for this deadline."""
        return self.existing is not None and self.existing.state not in NEVER_LEFT

    @property
    def hindrances(self) -> tuple[Obstacle, ...]:
        """What stands in the way of its leaving: of what has left, nothing does."""
        return () if self.is_sent else self.obstacles

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do: it was sent, or called off."""
        cancelled = self.existing is not None and self.existing.state is TransferState.CANCELLED
        return self.is_sent or cancelled

    @property
    def is_sendable(self) -> bool:
        """Whether the export would publish it now."""
        return not self.obstacles and not self.is_sent

    @property
    def is_preparable(self) -> bool:
        """Whether it can be prepared now for a second account to approve it."""
        return is_to_be_prepared(self.obstacles) and not self.is_sent


def preview(
    owed: Owed,
    *,
    counts: SelectionCounts,
    existing: Transfer | None,
    unproven: list[Obstacle],
    unapproved: list[Obstacle],
    now: datetime,
) -> Preview:
    """Say what an export would do at ``now`` for one recipient of one deadline.

    ``unproven`` is what its keys have not shown yet (``exchange.transfers.proven``),
    ``unapproved`` what a second account has still to do (``exchange.transfers.approval``):
    nobody is asked to approve what may not leave anyhow.
    """
    dispatch = owed.dispatch
    obstacles = _cancelled_obstacles(existing) or (
        data_obstacles(dispatch, now) + unproven + _line_obstacles(owed, counts, now) or unapproved
    )
    # What was called off is not late because it left after all, as another revision.
    late = owed.is_late and owed.transfer == existing
    return Preview(dispatch, counts, existing, tuple(obstacles), late, owed)


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


def _line_obstacles(owed: Owed, counts: SelectionCounts, now: datetime) -> list[Obstacle]:
    deadline = owed.dispatch.deadline
    if counts.total:
        return _answered_obstacles(owed, now)
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


def _answered_obstacles(owed: Owed, now: datetime) -> list[Obstacle]:
    """Keep whoever came after the answer for the next deadline, as the scheduler does."""
    if owed.owing is not Owing.NOTHING_NEW or now >= sending_ends_at(owed.dispatch.agreement):
        return []
    return [
        Obstacle(
            "personne n'était à envoyer quand les données ont été déclarées prêtes ; qui a été "
            "chargé après l'échéance n'en fait pas partie",
            "s'il est pour une autre échéance, rien n'est à faire ; s'il est pour celle-ci : "
            f"spie-exchange deadline ready {owed.dispatch.deadline.id}",
        )
    ]
