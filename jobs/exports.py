"""Sending what is due: the contractual transfers, from their day on, once each.

What an operator ordered and an interruption left half made is finished too.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from exchange.agreements import in_force
from exchange.errors import LostClaimError, TakenClaimError
from exchange.storage.database import UnitOfWork
from exchange.transfers.dispatch import Dispatch
from exchange.transfers.publishing import Publisher
from exchange.transfers.resending import finish_interrupted, interrupted_revisions
from exchange.transfers.unattended import still_takeable, takeable
from exchange.wiring import Service
from schemas.agreement import Agreement

EXPORT: Final = "export"
REVISIONS: Final = "revisions"


def send_what_is_due(service: Service, say: Callable[[str], None]) -> None:
    """Publish what may leave now, agreement by agreement.

    An agreement that another process works on is left to it.
    """
    with service.database.read() as work:
        agreements = [in_force(work.agreements, name) for name in work.agreements.ids()]
        waiting = [a.id for a in agreements if _has_work(work, a, service)]
    for agreement_id in waiting:
        try:
            with service.exclusively(agreement_id, patiently=False) as claiming:
                _send(claiming, agreement_id, say)
        except (TakenClaimError, LostClaimError):
            continue


def _has_work(work: UnitOfWork, agreement: Agreement, service: Service) -> bool:
    interrupted = interrupted_revisions(work.transfers, agreement)
    return bool(interrupted or takeable(work, agreement, service.clock))


def _send(service: Service, agreement_id: str, say: Callable[[str], None]) -> None:
    with service.database.read() as work:
        agreement = in_force(work.agreements, agreement_id)
        dispatches = takeable(work, agreement, service.clock)
        has_interrupted = bool(interrupted_revisions(work.transfers, agreement))
    service.withdrawer().finish(agreement)
    publisher = service.publisher()
    publisher.sweep(agreement_id)
    attempts = service.attempts()
    for dispatch in dispatches:
        act = partial(_send_one, service, publisher, dispatch)
        if attempts.make(EXPORT, dispatch.transfer_id, act, agreement_id):
            say(f"envoyé : {dispatch.transfer_id}")
    if has_interrupted:
        act = partial(_finish_revisions, service, publisher, agreement, say)
        attempts.make(REVISIONS, agreement_id, act, agreement_id)


def _send_one(service: Service, publisher: Publisher, planned: Dispatch) -> None:
    # The one before it may have taken an hour.
    with service.database.read() as work:
        dispatch = still_takeable(work, planned, service.clock)
    if dispatch is not None:
        publisher.publish(dispatch, lambda _: None)


def _finish_revisions(
    service: Service, publisher: Publisher, agreement: Agreement, say: Callable[[str], None]
) -> None:
    done = finish_interrupted(service.database, publisher, agreement)
    for transfer in done.published:
        say(f"envoyé : {transfer.transfer_id}")
    for _, refusal in done.held_back:
        raise refusal
