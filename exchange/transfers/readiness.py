"""An operator declares that the data for a deadline are complete."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from exchange.audit.events import EventKind, Outcome
from exchange.clock import Clock
from exchange.errors import RefusedError
from exchange.people.person import PeopleCounts, PersonRows
from exchange.transactions import Evidenced
from exchange.transfers.contractual import contractual
from exchange.transfers.obstacles import end_obstacles, has_left
from exchange.transfers.transfer import Readiness, ReadinessRows, SelectionCounts, TransferRows
from schemas.agreement import Agreement, Deadline, Recipient, ends_at


class Work(Evidenced, Protocol):
    """A transaction as this module sees it."""

    @property
    def transfers(self) -> TransferRows:
        """The register of transfers."""
        ...

    @property
    def people(self) -> PersonRows:
        """The people of the agreement."""
        ...

    @property
    def readiness(self) -> ReadinessRows:
        """The declarations."""
        ...

    def last_load_at(self, agreement_id: str) -> datetime | None:
        """Give when the last load was taken into the base."""
        ...


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration, and who is concerned: ``to_send`` by recipient, the others in ``people``.

    ``is_nothing_new`` tells that everybody was sent for other deadlines: nothing will leave.
    """

    readiness: Readiness
    people: PeopleCounts
    to_send: Mapping[str, int]
    is_nothing_new: bool


def declare_ready(
    work: Work, agreement: Agreement, deadline: Deadline, declared_by: str, clock: Clock
) -> Declared:
    """Keep the declaration: who, how many people would be sent, when the last load was."""
    _require_declarable(agreement, deadline, clock.now())
    counts = {
        recipient.id: _counts(work, agreement, deadline, recipient)
        for recipient in map(agreement.recipient, deadline.recipients)
        if not has_left(recipient, clock.now())
    }
    to_send = {name: count.total for name, count in counts.items()}
    readiness = Readiness(
        declared_at=clock.now(),
        declared_by=declared_by,
        person_count=max(to_send.values(), default=0),
        last_load_at=work.last_load_at(agreement.id),
    )
    work.readiness.declare(agreement.id, deadline.id, readiness)
    work.evidence.record(
        EventKind.DEADLINE_DECLARED_READY,
        Outcome.DONE,
        subject=deadline.id,
        agreement=agreement.id,
        people=readiness.person_count,
    )
    return Declared(
        readiness=readiness,
        people=work.people.counts(agreement.id, deadline.cut_off),
        to_send=to_send,
        is_nothing_new=all(not count.total and count.left_out for count in counts.values()),
    )


def _require_declarable(agreement: Agreement, deadline: Deadline, now: datetime) -> None:
    if deadline.kind != "survey":
        raise RefusedError(
            f"l'échéance {deadline.id} n'envoie pas de données de personnes",
            "seules les échéances de nature « survey » se déclarent prêtes",
        )
    if now < ends_at(deadline.cut_off):
        raise RefusedError(
            f"la date d'arrêté n'est pas passée ({deadline.cut_off:%d/%m/%Y}) : les données ne "
            "peuvent pas être complètes",
            "déclarez-les prêtes quand les saisies seront finies, après cette date",
        )
    for obstacle in end_obstacles(agreement, now):
        # What was said before the end is what tells an answer from a miss.
        raise RefusedError(obstacle.sentence, obstacle.hint)


def _counts(
    work: Work, agreement: Agreement, deadline: Deadline, recipient: Recipient
) -> SelectionCounts:
    selection = contractual(agreement, deadline, recipient, None).selection
    return work.transfers.counts(selection, ends_at(deadline.cut_off))
