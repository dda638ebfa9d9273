"""Destroying what has come to its term, and finishing a destruction that was interrupted."""

from collections.abc import Callable
from functools import partial
from typing import Final

from exchange.agreements import in_force
from exchange.errors import LostClaimError, TakenClaimError
from exchange.notices.announcement import is_announced
from exchange.wiring import Service
from schemas.agreement import Agreement

PURGE: Final = "purge"


def destroy_what_is_due(service: Service, say: Callable[[str], None]) -> None:
    """Destroy, agreement by agreement; one that another process works on is left to it."""
    with service.database.read() as work:
        agreements = [in_force(work.agreements, name) for name in work.agreements.ids()]
    for agreement in agreements:
        if not _is_due(service, agreement):
            continue
        try:
            with service.exclusively(agreement.id, patiently=False) as claiming:
                act = partial(_destroy, claiming, agreement.id, say)
                claiming.attempts().make(PURGE, agreement.id, act, agreement.id)
        except (TakenClaimError, LostClaimError):
            continue


def _is_due(service: Service, agreement: Agreement) -> bool:
    purger = service.purger()
    if purger.interrupted(agreement) is not None:
        return True
    plan = purger.plan(agreement, service.clock.now())
    return not plan.is_empty and is_announced(service, plan)


def _destroy(service: Service, agreement_id: str, say: Callable[[str], None]) -> None:
    with service.database.read() as work:
        agreement = in_force(work.agreements, agreement_id)
    for certificate in service.destroyer().destroy(agreement).certificates:
        say(f"détruit : {agreement_id}, certificat {certificate.path}")
