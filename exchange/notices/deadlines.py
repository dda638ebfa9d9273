"""Deadlines: close, waiting for a declaration, or missed. Decides only.

A survey counts as met once each of its recipients was sent its package, or the transfer was
called off. What is not people's data leaves outside of this service: it is only recalled.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Protocol

from exchange.attempts import Attempt
from exchange.french_dates import distance, long_day
from exchange.instants import local_day
from exchange.notices.notice import Notice, NoticeKind
from exchange.reminders import reminder_reached
from exchange.transfers.dispatch import Dispatch
from exchange.transfers.lifecycle import UNDER_WAY
from exchange.transfers.obstacles import Obstacle, data_obstacles
from exchange.transfers.preview import contractual
from exchange.transfers.proven import proof_obstacles
from exchange.transfers.register import Register
from schemas.agreement import Agreement, Deadline, opens_at, records_end


class FailedAttempts(Protocol):
    """What this module needs to know of attempts."""

    def all(self) -> tuple[Attempt, ...]:
        """Give every attempt that did not end well."""
        ...


class Work(Register, Protocol):
    """A transaction as this module sees it."""

    @property
    def attempts(self) -> FailedAttempts:
        """The attempts that did not end well."""
        ...


def deadline_notices(work: Work, agreement: Agreement, now: datetime) -> Iterator[Notice]:
    """Say of each deadline of an agreement what people must know of it now."""
    for deadline in sorted(agreement.deadlines, key=lambda deadline: (deadline.due, deadline.id)):
        if deadline.kind != "survey":
            yield from _recalled(agreement, deadline, local_day(now))
        # Once the data are to be destroyed nothing leaves any more: there is nothing to do.
        elif now < opens_at(records_end(agreement)):
            yield from _of_survey(work, agreement, deadline, now)


def _recalled(agreement: Agreement, deadline: Deadline, today: date) -> Iterator[Notice]:
    step = reminder_reached(deadline.due, today)
    if step is None:
        return
    yield Notice(
        NoticeKind.DUE_SOON,
        _subject(agreement, deadline),
        step,
        f"{_name(agreement, deadline)} est à remettre {_due(deadline, today)}, hors de ce "
        "service : c'est un simple rappel, rien ne dit ici si c'est fait",
        "remettez ce que la convention demande, si ce n'est fait",
    )


def _of_survey(
    work: Work, agreement: Agreement, deadline: Deadline, now: datetime
) -> Iterator[Notice]:
    unsent, today = _unsent(work, agreement, deadline, now), local_day(now)
    if not unsent:
        return
    if today > deadline.due:
        yield _late(work, agreement, deadline, unsent, now)
        return
    undeclared = list(_undeclared(agreement, deadline, now)) if unsent[0].undeclared else []
    yield from undeclared
    if undeclared:
        # Said: only what else is missing is worth a second line.
        unsent = [replace(dispatch, undeclared=False) for dispatch in unsent]
        if not _obstacles(work, unsent, now):
            return
    step = reminder_reached(deadline.due, today)
    if step is not None:
        yield _due_soon(work, agreement, deadline, unsent, step=step, now=now)


def _unsent(work: Work, agreement: Agreement, deadline: Deadline, now: datetime) -> list[Dispatch]:
    readiness = work.readiness.get(agreement.id, deadline.id)
    dispatches = (
        contractual(agreement, deadline, recipient, readiness)
        for recipient in map(agreement.recipient, deadline.recipients)
    )
    expected = (dispatch for dispatch in dispatches if not _has_left_the_agreement(dispatch, now))
    return [dispatch for dispatch in expected if not _is_settled(work, dispatch)]


def _has_left_the_agreement(dispatch: Dispatch, now: datetime) -> bool:
    ended_on = dispatch.recipient.ended_on
    return ended_on is not None and now >= opens_at(ended_on)


def _is_settled(work: Work, dispatch: Dispatch) -> bool:
    existing = work.transfers.get(dispatch.transfer_id)
    return existing is not None and existing.state not in UNDER_WAY


def _due_soon(
    work: Work,
    agreement: Agreement,
    deadline: Deadline,
    unsent: Sequence[Dispatch],
    *,
    step: date,
    now: datetime,
) -> Notice:
    missing, way_out = _missing(work, unsent, now)
    return Notice(
        NoticeKind.DUE_SOON,
        _subject(agreement, deadline),
        step,
        f"{_name(agreement, deadline)} est à remettre {_due(deadline, local_day(now))} ; "
        f"{_to_send(unsent)} ; {missing}",
        way_out,
    )


def _late(
    work: Work, agreement: Agreement, deadline: Deadline, unsent: Sequence[Dispatch], now: datetime
) -> Notice:
    today = local_day(now)
    missing, way_out = _missing(work, unsent, now)
    return Notice(
        NoticeKind.LATE,
        _subject(agreement, deadline),
        today,
        f"{_name(agreement, deadline)} est EN RETARD : c'était à remettre "
        f"{_due(deadline, today)} ; {_to_send(unsent)} ; {missing}",
        f"prévenez qui l'attend ; {way_out}",
        urgent=True,
    )


def _undeclared(agreement: Agreement, deadline: Deadline, now: datetime) -> Iterator[Notice]:
    if now < opens_at(deadline.send_from):
        return
    if deadline.if_undeclared == "send":
        yield from _leaves_undeclared(agreement, deadline, now)
    else:
        yield from _is_held(agreement, deadline, local_day(now))


def _leaves_undeclared(agreement: Agreement, deadline: Deadline, now: datetime) -> Iterator[Notice]:
    today = local_day(now)
    step = reminder_reached(deadline.send_by, today)
    # From then on nothing holds it back: it has left, or something else is in its way.
    if step is None or now >= opens_at(deadline.send_by):
        return
    yield Notice(
        NoticeKind.UNDECLARED,
        _subject(agreement, deadline),
        max(step, deadline.send_from),
        f"{_nobody(agreement, deadline)} ; elles partiront sans déclaration le "
        f"{long_day(deadline.send_by)} à 6 h ({distance(deadline.send_by, today)})",
        f"si elles sont complètes : {_declare(deadline)} ; si elles ne doivent pas partir : "
        "spie-exchange transfer cancel ENVOI",
    )


def _is_held(agreement: Agreement, deadline: Deadline, today: date) -> Iterator[Notice]:
    is_alarm = today >= deadline.send_by
    step = reminder_reached(deadline.send_by, today)
    if step is None and not is_alarm:
        return
    yield Notice(
        NoticeKind.UNDECLARED,
        _subject(agreement, deadline),
        today if is_alarm or step is None else max(step, deadline.send_from),
        f"{_nobody(agreement, deadline)} ; rien ne part tant que personne ne le fait, et c'est à "
        f"remettre {_due(deadline, today)}",
        f"quand elles seront complètes : {_declare(deadline)}",
        urgent=is_alarm,
    )


def _nobody(agreement: Agreement, deadline: Deadline) -> str:
    return f"{_name(agreement, deadline)} : personne n'a déclaré les données prêtes"


def _declare(deadline: Deadline) -> str:
    return f"spie-exchange deadline ready {deadline.id}"


def _missing(work: Work, unsent: Sequence[Dispatch], now: datetime) -> tuple[str, str]:
    """Say what is missing, and the way out."""
    found = _obstacles(work, unsent, now)
    if not found and (cause := _failure(work, unsent)):
        return f"le dernier essai a échoué : {cause}", "spie-exchange due"
    if not found:
        export = f"spie-exchange export --deadline {unsent[0].deadline.id} --for-real"
        return "rien ne s'y oppose", f"l'ordonnanceur l'envoie ; s'il est arrêté : {export}"
    sentences = " ; ".join(obstacle.sentence for obstacle in found)
    return f"ce qui manque : {sentences}", " ; ".join(obstacle.hint for obstacle in found)


def _failure(work: Work, unsent: Sequence[Dispatch]) -> str:
    """Give why the last attempt to send one of them failed, if it did."""
    wanted = {dispatch.transfer_id for dispatch in unsent}
    causes = (attempt.cause for attempt in work.attempts.all() if attempt.subject in wanted)
    return next(causes, "")


def _obstacles(work: Work, unsent: Sequence[Dispatch], now: datetime) -> list[Obstacle]:
    """Give what stands in the way of any of them, each sentence once."""
    found: dict[Obstacle, None] = {}
    for dispatch in unsent:
        proofs = proof_obstacles(work, dispatch.agreement, dispatch.recipient)
        found.update(dict.fromkeys((*data_obstacles(dispatch, now), *proofs)))
    return list(found)


def _to_send(unsent: Sequence[Dispatch]) -> str:
    return "reste à envoyer à " + " et à ".join(dispatch.recipient.id for dispatch in unsent)


def _due(deadline: Deadline, today: date) -> str:
    return f"le {long_day(deadline.due)} ({distance(deadline.due, today)})"


def _name(agreement: Agreement, deadline: Deadline) -> str:
    return f"l'échéance {deadline.id} de {agreement.id}"


def _subject(agreement: Agreement, deadline: Deadline) -> str:
    return f"{agreement.id}/{deadline.id}"
