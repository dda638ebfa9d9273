"""Destroying what has come to its term, and finishing a destruction that was interrupted.

Nothing is while the log was last found altered: it cannot be undone, and whoever inquires
needs what is there (``docs/decisions/0013``).
"""

from collections.abc import Callable
from functools import partial

from exchange.agreements import in_force
from exchange.attempts import JobName
from exchange.diagnosis.last_verification import is_found_altered
from exchange.notices.announcement import is_announced
from exchange.retention.certificates import waiting_files
from exchange.wiring import Service
from jobs.agreements import serve_each, work_on
from schemas.agreement import Agreement


def destroy_what_is_due(service: Service, say: Callable[[str], None]) -> None:
    """Destroy what is due and announced, agreement by agreement."""
    serve_each(service, JobName.DESTRUCTIONS, partial(_serve, service, say))


def _serve(service: Service, say: Callable[[str], None], agreement_id: str) -> None:
    has_work, is_held = _has_work(service, agreement_id), _is_held(service)
    if has_work and is_held:
        say(
            f"rien n'est détruit pour {agreement_id} : le journal des preuves ne concorde plus ; "
            "prévenez le DPO, puis : spie-exchange audit verify"
        )
    if has_work and not is_held:
        work_on(service, agreement_id, partial(_try_to_destroy, agreement_id, say))
    else:
        # What is not tried does not go on failing.
        service.attempts().forget(JobName.PURGE, agreement_id)


def _is_held(service: Service) -> bool:
    with service.database.read() as work:
        return is_found_altered(work.state)


def _try_to_destroy(agreement_id: str, say: Callable[[str], None], service: Service) -> None:
    act = partial(_destroy, service, agreement_id, say)
    service.attempts().make(JobName.PURGE, agreement_id, act, agreement_id)


def _has_work(service: Service, agreement_id: str) -> bool:
    agreement = _agreement(service, agreement_id)
    is_begun = service.purger().interrupted(agreement) is not None
    has_waiting = bool(waiting_files(service.home.certificates, agreement_id))
    return is_begun or has_waiting or _is_due(service, agreement)


def _is_due(service: Service, agreement: Agreement) -> bool:
    plan = service.purger().plan(agreement, service.clock.now())
    return not plan.is_empty and is_announced(service, plan)


def _destroy(service: Service, agreement_id: str, say: Callable[[str], None]) -> None:
    agreement, destroyer = _agreement(service, agreement_id), service.destroyer()
    # What was begun is finished; what else is due waits for its own announcement.
    named, taken_up = destroyer.finish(agreement)
    for path in named:
        say(f"fini : {path}")
    issued = destroyer.destroy(agreement).issued if _is_due(service, agreement) else None
    for certificate in filter(None, (taken_up, issued)):
        say(f"détruit : {agreement_id}, certificat {certificate.path}")


def _agreement(service: Service, agreement_id: str) -> Agreement:
    with service.database.read() as work:
        return in_force(work.agreements, agreement_id)
