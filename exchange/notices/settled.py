"""Deadlines for which nothing leaves any more, though nothing was sent: told once, calmly."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Protocol

from exchange.french_dates import long_day
from exchange.instants import local_day
from exchange.notices.departures import NEWS_LAST
from exchange.notices.notice import REMEMBERED, Notice, NoticeKind
from exchange.transfers.obstacles import end_obstacles
from exchange.transfers.owed import OWING_LABELS, Owed, Owing, sending_ends_at
from exchange.transfers.transfer import Readiness
from schemas.agreement import ends_at


class ToldRows(Protocol):
    """What this module needs to know of what was told."""

    def told(self, kind: str, subject: str) -> Sequence[tuple[date, datetime]]:
        """Give the occasions on which something was told, and when each was."""
        ...


class Remembering(Protocol):
    """A transaction as this module sees it."""

    @property
    def notices(self) -> ToldRows:
        """The notices that were told."""
        ...


def settled_notices(work: Remembering, owed: Iterable[Owed], now: datetime) -> Iterator[Notice]:
    """Say of what is owed under an agreement what was answered, and what was never sent.

    What was missed is told however long nobody could be: no other notice will say it any more.
    """
    for deadline_id, found in groupby(owed, key=lambda one: one.dispatch.deadline.id):
        of_deadline = list(found)
        for one in of_deadline:
            if one.owing is Owing.NOTHING_NEW and one.declared is not None:
                yield from _nothing_new(one, one.declared, now)
        missed = [one for one in of_deadline if one.owing is Owing.NEVER_AGAIN]
        if missed:
            notice = _missed(deadline_id, missed, now)
            lasts = NEWS_LAST if _is_told(work, notice) else REMEMBERED
            if now < sending_ends_at(missed[0].dispatch.agreement) + lasts:
                yield notice


def _is_told(work: Remembering, notice: Notice) -> bool:
    told = work.notices.told(notice.kind, notice.subject)
    return any(occasion == notice.occasion for occasion, _ in told)


def _nothing_new(owed: Owed, declared: Readiness, now: datetime) -> Iterator[Notice]:
    dispatch, due_over = owed.dispatch, ends_at(owed.due)
    if now >= max(declared.declared_at, due_over) + NEWS_LAST:
        return
    yield Notice(
        NoticeKind.NOTHING_TO_SEND,
        dispatch.transfer_id,
        local_day(declared.declared_at),
        f"{dispatch.transfer_id} : {OWING_LABELS[owed.owing]}",
        f"rien n'est à faire{_if_somebody_is_missing(owed, now)}",
    )


def _if_somebody_is_missing(owed: Owed, now: datetime) -> str:
    if now >= sending_ends_at(owed.dispatch.agreement):
        return ""
    load = " ; s'il manque quelqu'un : chargez-le"
    if now < ends_at(owed.due):
        return f"{load} avant la fin du {long_day(owed.due)}, il partira"
    return f"{load}, puis spie-exchange deadline ready {owed.dispatch.deadline.id}"


def _missed(deadline_id: str, missed: list[Owed], now: datetime) -> Notice:
    agreement = missed[0].dispatch.agreement
    recipients = " ni à ".join(one.dispatch.recipient.id for one in missed)
    why = " ; ".join(obstacle.sentence for obstacle in end_obstacles(agreement, now))
    return Notice(
        NoticeKind.MISSED,
        f"{agreement.id}/{deadline_id}",
        local_day(sending_ends_at(agreement)),
        f"l'échéance {deadline_id} de {agreement.id} n'a pas été envoyée à {recipients}, et ne "
        f"le sera plus : {why}",
        "prévenez qui l'attendait",
    )
