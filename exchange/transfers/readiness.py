"""An operator declares that the data for a deadline are complete."""

from datetime import datetime
from typing import Protocol

from exchange.audit.events import EventKind, Outcome
from exchange.clock import Clock
from exchange.errors import RefusedError
from exchange.people.person import PeopleCounts, PersonRows
from exchange.transactions import Evidenced
from exchange.transfers.transfer import Readiness, ReadinessRows
from schemas.agreement import Agreement, Deadline, ends_at


class Work(Evidenced, Protocol):
    """A transaction as this module sees it."""

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


def declare_ready(
    work: Work, agreement: Agreement, deadline: Deadline, declared_by: str, clock: Clock
) -> tuple[Readiness, PeopleCounts]:
    """Keep the declaration: who, how many people would be sent, when the last load was.

    Gives it with the counts of those who would be, and of the others.
    """
    if deadline.kind != "survey":
        raise RefusedError(
            f"l'échéance {deadline.id} n'envoie pas de données de personnes",
            "seules les échéances de nature « survey » se déclarent prêtes",
        )
    if clock.now() < ends_at(deadline.cut_off):
        raise RefusedError(
            f"la date d'arrêté n'est pas passée ({deadline.cut_off:%d/%m/%Y}) : les données ne "
            "peuvent pas être complètes",
            "déclarez-les prêtes quand les saisies seront finies, après cette date",
        )
    people = work.people.counts(agreement.id, deadline.cut_off)
    readiness = Readiness(
        declared_at=clock.now(),
        declared_by=declared_by,
        person_count=people.sendable,
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
    return readiness, people
