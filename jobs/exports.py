"""Sending what is due: the contractual transfers, from their day on, once each."""

from collections.abc import Callable
from functools import partial
from typing import Final

from exchange.agreements import in_force
from exchange.errors import LostClaimError, TakenClaimError
from exchange.transfers.dispatch import Dispatch
from exchange.transfers.publishing import Publisher
from exchange.transfers.unattended import still_takeable, takeable
from exchange.wiring import Service

EXPORT: Final = "export"


def send_what_is_due(service: Service, say: Callable[[str], None]) -> None:
    """Publish what may leave now, agreement by agreement.

    An agreement that another process works on is left to it.
    """
    with service.database.read() as work:
        agreements = [in_force(work.agreements, name) for name in work.agreements.ids()]
        waiting = [a for a in agreements if takeable(work, a, service.clock)]
    for agreement in waiting:
        try:
            with service.exclusively(agreement.id, patiently=False) as claiming:
                _send(claiming, agreement.id, say)
        except (TakenClaimError, LostClaimError):
            continue


def _send(service: Service, agreement_id: str, say: Callable[[str], None]) -> None:
    with service.database.read() as work:
        agreement = in_force(work.agreements, agreement_id)
        dispatches = takeable(work, agreement, service.clock)
    service.withdrawer().finish(agreement)
    publisher = service.publisher()
    publisher.sweep(agreement_id)
    attempts = service.attempts()
    for dispatch in dispatches:
        act = partial(_send_one, service, publisher, dispatch)
        if attempts.make(EXPORT, dispatch.transfer_id, act, agreement_id):
            say(f"envoyé : {dispatch.transfer_id}")


def _send_one(service: Service, publisher: Publisher, planned: Dispatch) -> None:
    # The one before it may have taken an hour.
    with service.database.read() as work:
        dispatch = still_takeable(work, planned, service.clock)
    if dispatch is not None:
        publisher.publish(dispatch, lambda _: None)
