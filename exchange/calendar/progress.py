"""How far a date of an agreement is met. Decides only."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from exchange.calendar.facts import Facts
from exchange.instants import local_day
from exchange.transfers.answers import sent_standing, standing
from exchange.transfers.lateness import is_late
from exchange.transfers.lifecycle import TransferState
from schemas.agreement import (
    Agreement,
    CalendarEntry,
    DateKind,
    Deadline,
    Recipient,
    ends_at,
    opens_at,
)


class Progress(StrEnum):
    """Where a date stands, the worst last.

    ``NOTHING`` is to do for it here: it only says what time it is. ``MISSED`` is what can no
    longer be met: the data are to be destroyed, or the processing has ended.
    """

    NOTHING = "nothing"
    ELSEWHERE = "elsewhere"
    DONE = "done"
    MISSED = "missed"
    TO_DO = "to-do"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a date stands, and its French sentences: what is done, and what is missing."""

    progress: Progress
    sentences: tuple[str, ...] = ()


_NOTHING: Final = Stand(Progress.NOTHING)
_ELSEWHERE: Final = Stand(Progress.ELSEWHERE, ("à remettre hors de ce service",))


def stand_of(agreement: Agreement, entry: CalendarEntry, facts: Facts) -> Stand:
    """Say how far a date is met."""
    match entry.kind:
        case DateKind.SEND_FROM:
            return _declaration(agreement.deadline(entry.deadline_id), facts)
        case DateKind.SEND_BY | DateKind.DUE:
            return _delivery(agreement, agreement.deadline(entry.deadline_id), facts)
        case DateKind.RECORDS_END:
            plan = facts.plan
            left = plan.people or plan.held_rows or plan.staged_rows or plan.keys
            return _destruction(facts, is_due=plan.records_due, is_left=bool(left))
        case DateKind.PACKAGES_END:
            plan = facts.plan
            return _destruction(facts, is_due=plan.packages_due, is_left=bool(plan.packages))
        case _:
            return _NOTHING


def _declaration(deadline: Deadline, facts: Facts) -> Stand:
    if deadline.kind != "survey":
        return _ELSEWHERE
    ready = facts.ready.get(deadline.id)
    if ready is None:
        declare = f"données à déclarer prêtes : spie-exchange deadline ready {deadline.id}"
        return Stand(Progress.TO_DO, (declare,))
    return Stand(
        Progress.DONE, (f"données déclarées prêtes le {local_day(ready.declared_at):%d/%m/%Y}",)
    )


def _delivery(agreement: Agreement, deadline: Deadline, facts: Facts) -> Stand:
    if deadline.kind != "survey":
        return _ELSEWHERE
    recipients = map(agreement.recipient, deadline.recipients)
    stands = [_of_recipient(agreement, deadline, recipient, facts) for recipient in recipients]
    worst = max((stand.progress for stand in stands), key=list(Progress).index)
    return Stand(worst, tuple(sentence for stand in stands for sentence in stand.sentences))


def _of_recipient(
    agreement: Agreement, deadline: Deadline, recipient: Recipient, facts: Facts
) -> Stand:
    transfer = facts.transfers.get((deadline.id, recipient.id))
    late = is_late(transfer, deadline, facts.now)
    if transfer is not None and transfer.published_at is not None:
        on = f"{local_day(transfer.published_at):%d/%m/%Y}"
        said = sent_standing(transfer, on, is_late=late)
        return Stand(Progress.DONE, (f"{recipient.id} : {said}",))
    if transfer is not None and transfer.state is TransferState.CANCELLED:
        return Stand(Progress.DONE, (f"{recipient.id} : {standing(transfer)}",))
    if recipient.ended_on is not None and facts.now >= opens_at(recipient.ended_on):
        return Stand(Progress.DONE, (f"{recipient.id} : n'est plus destinataire",))
    if facts.plan.records_due or facts.now >= ends_at(agreement.processing_ends):
        return Stand(Progress.MISSED, (f"{recipient.id} : n'est pas parti, et ne partira plus",))
    if late:
        return Stand(Progress.LATE, (f"{recipient.id} : à envoyer — EN RETARD",))
    return Stand(Progress.TO_DO, (f"{recipient.id} : à envoyer",))


def _destruction(facts: Facts, *, is_due: bool, is_left: bool) -> Stand:
    if not is_due:
        return Stand(Progress.TO_DO, ("à venir",))
    if is_left or facts.is_destroying:
        return Stand(Progress.LATE, ("à détruire : spie-exchange purge",))
    return Stand(Progress.DONE, ("détruit : rien n'est plus là",))
