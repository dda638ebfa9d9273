"""How far a date of an agreement is met. Decides only."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from exchange.calendar.facts import Facts
from exchange.instants import local_day
from exchange.transfers.answers import sent_standing
from exchange.transfers.lifecycle import STATE_LABELS, TransferState
from exchange.transfers.owed import OWING_LABELS, Owed, Owing
from schemas.agreement import Agreement, CalendarEntry, DateKind, Deadline


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


_PROGRESS: Final = MappingProxyType(
    {
        Owing.SENT: Progress.DONE,
        Owing.CALLED_OFF: Progress.DONE,
        Owing.RECIPIENT_LEFT: Progress.DONE,
        Owing.NOTHING_NEW: Progress.DONE,
        Owing.NEVER_AGAIN: Progress.MISSED,
        Owing.LATE: Progress.LATE,
        Owing.TO_SEND: Progress.TO_DO,
    }
)
_NOTHING: Final = Stand(Progress.NOTHING)
_ELSEWHERE: Final = Stand(Progress.ELSEWHERE, ("à remettre hors de ce service",))


def stand_of(agreement: Agreement, entry: CalendarEntry, facts: Facts) -> Stand:
    """Say how far a date is met."""
    match entry.kind:
        case DateKind.SEND_FROM:
            return _declaration(agreement.deadline(entry.deadline_id), facts)
        case DateKind.SEND_BY | DateKind.DUE:
            return _delivery(agreement.deadline(entry.deadline_id), facts)
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


def _delivery(deadline: Deadline, facts: Facts) -> Stand:
    if deadline.kind != "survey":
        return _ELSEWHERE
    stands = [_of_recipient(one) for one in facts.owed if one.dispatch.deadline.id == deadline.id]
    worst = max((stand.progress for stand in stands), key=list(Progress).index)
    return Stand(worst, tuple(sentence for stand in stands for sentence in stand.sentences))


def _of_recipient(owed: Owed) -> Stand:
    return Stand(_PROGRESS[owed.owing], (f"{owed.dispatch.recipient.id} : {_said(owed)}",))


def _said(owed: Owed) -> str:
    if owed.transfer is not None and owed.transfer.published_at is not None:
        on = f"{local_day(owed.transfer.published_at):%d/%m/%Y}"
        return sent_standing(owed.transfer, on, is_late=owed.is_late)
    state = owed.transfer.state if owed.transfer is not None else None
    if state in {TransferState.AWAITING_APPROVAL, TransferState.APPROVED} and owed.is_open:
        return f"{OWING_LABELS[owed.owing]} ({STATE_LABELS[state]})"
    return OWING_LABELS[owed.owing]


def _destruction(facts: Facts, *, is_due: bool, is_left: bool) -> Stand:
    if not is_due:
        return Stand(Progress.TO_DO, ("à venir",))
    if is_left or facts.is_destroying:
        return Stand(Progress.LATE, ("à détruire : spie-exchange purge",))
    return Stand(Progress.DONE, ("détruit : rien n'est plus là",))
