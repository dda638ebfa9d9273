"""Deadlines: close, waiting for a declaration, or late. Decides only.

What each recipient of a survey is owed still is decided in ``exchange.transfers.owed``. What is
not people's data leaves outside of this service: it is only recalled.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Protocol

from exchange.french_dates import distance, long_day
from exchange.instants import local_day
from exchange.notices.notice import Notice, NoticeKind
from exchange.notices.settled import Remembering, settled_notices
from exchange.notices.unsent import (
    Unsent,
    Work,
    declaring,
    everybody_sent,
    missing,
    obstacles,
    to_send,
    unsent_of,
)
from exchange.reminders import reminder_reached
from exchange.transfers.cancelling import calling_off
from exchange.transfers.obstacles import Lacking, Obstacle
from exchange.transfers.owed import Owed, owed_transfers
from schemas.agreement import Agreement, Deadline, opens_at


class _Work(Work, Remembering, Protocol):
    """A transaction as this module sees it."""


def deadline_notices(work: _Work, agreement: Agreement, now: datetime) -> Iterator[Notice]:
    """Say of each deadline of an agreement what people must know of it now."""
    owed = owed_transfers(work, agreement, now)
    for deadline in sorted(agreement.deadlines, key=lambda deadline: (deadline.due, deadline.id)):
        if deadline.kind != "survey":
            yield from _recalled(agreement, deadline, local_day(now))
        else:
            mine = [one for one in owed if one.dispatch.deadline == deadline and one.is_open]
            yield from _of_survey(work, agreement, deadline, mine, now)
    yield from settled_notices(work, owed, now)


def _recalled(agreement: Agreement, deadline: Deadline, today: date) -> Iterator[Notice]:
    step = reminder_reached(deadline.due, today)
    if step is None:
        return
    yield Notice(
        NoticeKind.DUE_SOON,
        _subject(agreement, deadline),
        step,
        f"ce que demande {_name(agreement, deadline)} est à remettre {_due(deadline, today)}, hors "
        "de ce service : c'est un simple rappel, rien ne dit ici si c'est fait",
        "remettez-le, si ce n'est fait",
        on=deadline.due,
    )


def _of_survey(
    work: Work, agreement: Agreement, deadline: Deadline, owed: Sequence[Owed], now: datetime
) -> Iterator[Notice]:
    today = local_day(now)
    step = reminder_reached(deadline.due, today)
    if not owed or (now < opens_at(deadline.send_from) and step is None):
        return
    unsent = unsent_of(work, owed)
    if owed[0].is_late:
        yield _late(work, agreement, deadline, unsent, now)
        return
    undeclared = list(_undeclared(agreement, deadline, unsent, now)) if unsent.undeclared else []
    yield from undeclared
    if step is None:
        return
    if undeclared:
        unsent = unsent.as_declared()
    if not _is_said(obstacles(work, unsent, now), undeclared=bool(undeclared)):
        yield _due_soon(work, agreement, deadline, unsent, step=step, now=now)


def _is_said(found: Sequence[Obstacle], *, undeclared: bool) -> bool:
    """Tell whether a notice of its own says all that is missing: a second line is not worth it."""
    if undeclared:
        return all(obstacle.lacking for obstacle in found)
    return bool(found) and all(obstacle.lacking is Lacking.APPROVAL for obstacle in found)


def _due_soon(
    work: Work,
    agreement: Agreement,
    deadline: Deadline,
    unsent: Unsent,
    *,
    step: date,
    now: datetime,
) -> Notice:
    lacking, way_out = missing(work, unsent, now)
    return Notice(
        NoticeKind.DUE_SOON,
        _subject(agreement, deadline),
        step,
        f"les données de {_name(agreement, deadline)} sont à remettre "
        f"{_due(deadline, local_day(now))} ; {to_send(unsent)} ; {lacking}",
        way_out,
        on=deadline.due,
    )


def _late(
    work: Work, agreement: Agreement, deadline: Deadline, unsent: Unsent, now: datetime
) -> Notice:
    today = local_day(now)
    lacking, way_out = missing(work, unsent, now)
    return Notice(
        NoticeKind.LATE,
        _subject(agreement, deadline),
        today,
        f"{_name(agreement, deadline)} est EN RETARD : c'était à remettre "
        f"{_due(deadline, today)} ; {to_send(unsent)} ; {lacking}",
        f"prévenez qui l'attend ; {way_out}",
        urgent=True,
        on=deadline.due,
    )


def _undeclared(
    agreement: Agreement, deadline: Deadline, unsent: Unsent, now: datetime
) -> Iterator[Notice]:
    if now < opens_at(deadline.send_from):
        return
    if deadline.if_undeclared == "send":
        yield from _leaves_undeclared(agreement, deadline, unsent, now)
    else:
        yield from _is_held(agreement, deadline, unsent, local_day(now))


def _leaves_undeclared(
    agreement: Agreement, deadline: Deadline, unsent: Unsent, now: datetime
) -> Iterator[Notice]:
    today = local_day(now)
    step = reminder_reached(deadline.send_by, today)
    # From then on nothing holds it back: it has left, or something else is in its way.
    if step is None or now >= opens_at(deadline.send_by):
        return
    yield Notice(
        NoticeKind.UNDECLARED,
        _subject(agreement, deadline),
        max(step, deadline.send_from),
        f"{_nobody(agreement, deadline, unsent)} ; {_leaving(deadline, unsent, today)}",
        f"si elles sont complètes : {declaring(deadline)} ; {_calling_off(unsent)}",
        on=deadline.due,
    )


def _calling_off(unsent: Unsent) -> str:
    return " ; ".join(
        f"si {dispatch.recipient.id} ne doit rien recevoir : {calling_off(dispatch.transfer_id)}"
        for dispatch in unsent.dispatches
    )


def _leaving(deadline: Deadline, unsent: Unsent, today: date) -> str:
    if unsent.is_empty:
        return "rien ne sera envoyé, sauf si quelqu'un est chargé d'ici là"
    day = f"{long_day(deadline.send_by)} à 6 h ({distance(deadline.send_by, today)})"
    if unsent.dispatches[0].agreement.four_eyes:
        return f"sans déclaration, elles attendront une approbation à partir du {day}"
    return f"elles seront envoyées sans déclaration le {day}"


def _is_held(
    agreement: Agreement, deadline: Deadline, unsent: Unsent, today: date
) -> Iterator[Notice]:
    is_alarm = today >= deadline.send_by
    step = reminder_reached(deadline.send_by, today)
    if step is None and not is_alarm:
        return
    yield Notice(
        NoticeKind.UNDECLARED,
        _subject(agreement, deadline),
        today if is_alarm or step is None else max(step, deadline.send_from),
        f"{_nobody(agreement, deadline, unsent)} ; rien n'est envoyé tant que personne ne le "
        f"fait, et c'est à remettre {_due(deadline, today)}",
        f"quand elles seront complètes : {declaring(deadline)}",
        urgent=is_alarm,
        on=deadline.due,
    )


def _nobody(agreement: Agreement, deadline: Deadline, unsent: Unsent) -> str:
    said = f"{_name(agreement, deadline)} : personne n'a déclaré les données prêtes"
    return f"{said}, et {everybody_sent(unsent)}" if unsent.nobody_new else said


def _due(deadline: Deadline, today: date) -> str:
    return f"le {long_day(deadline.due)} ({distance(deadline.due, today)})"


def _name(agreement: Agreement, deadline: Deadline) -> str:
    return f"l'échéance {deadline.id} de {agreement.id}"


def _subject(agreement: Agreement, deadline: Deadline) -> str:
    return f"{agreement.id}/{deadline.id}"
