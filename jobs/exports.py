"""Sending what is due: the contractual transfers, from their day on, once each.

What an operator ordered and an interruption left half made is finished too.
"""

from collections.abc import Callable, Iterable
from functools import partial

from exchange.agreements import in_force
from exchange.attempts import JobName
from exchange.clock import Clock
from exchange.errors import RefusedError
from exchange.storage.database import UnitOfWork
from exchange.transfers.cancelling import calling_off
from exchange.transfers.dispatch import Dispatch
from exchange.transfers.interrupted import interrupted_transfers
from exchange.transfers.publishing import Publisher, departed
from exchange.transfers.resending import finish_interrupted
from exchange.transfers.transfer import Transfer
from exchange.transfers.unattended import still_takeable, takeable
from exchange.wiring import Service
from jobs.agreements import serve_each, work_on
from schemas.agreement import Agreement


def send_what_is_due(service: Service, say: Callable[[str], None]) -> None:
    """Publish what may leave now, agreement by agreement."""
    serve_each(service, JobName.EXPORTS, partial(_serve, service, say))


def _serve(service: Service, say: Callable[[str], None], agreement_id: str) -> None:
    with service.database.read() as work:
        agreement = in_force(work.agreements, agreement_id)
        wanted = takeable(work, agreement, service.clock)
        revisions = _free_revisions(work, agreement, service.clock)
        has_departed = bool(departed(work.transfers.all(agreement_id), service.outbox))
        settled = _settled(work, agreement, wanted, has_revisions=bool(revisions))
    for job, subject in settled:
        service.attempts().forget(job, subject)
    if wanted or revisions or has_departed:
        work_on(service, agreement_id, partial(_send, agreement_id, say))


def _settled(
    work: UnitOfWork, agreement: Agreement, wanted: Iterable[Dispatch], *, has_revisions: bool
) -> list[tuple[JobName, str]]:
    """Name the attempts at what is no longer to be done: nothing would ever end them.

    It was done or called off in the meantime, or may not leave, or not any more.
    """
    known = [a for a in work.attempts.all() if a.agreement_id == agreement.id]
    names = {dispatch.transfer_id for dispatch in wanted}
    exports = [a for a in known if a.job == JobName.EXPORT and a.subject not in names]
    revisions = [a for a in known if a.job == JobName.REVISIONS and not has_revisions]
    return [(attempt.job, attempt.subject) for attempt in (*exports, *revisions)]


def _free_revisions(work: UnitOfWork, agreement: Agreement, clock: Clock) -> list[Transfer]:
    """Give the later revisions that were interrupted and may be finished now."""
    found = interrupted_transfers(work, agreement, clock.now())
    return [one.transfer for one in found if one.transfer.follows and not one.obstacles]


def _send(agreement_id: str, say: Callable[[str], None], service: Service) -> None:
    with service.database.read() as work:
        agreement = in_force(work.agreements, agreement_id)
    service.withdrawer().finish(agreement)
    publisher = service.publisher()
    publisher.sweep(agreement_id)
    for transfer in publisher.record_departed(agreement):
        say(f"envoyé : {transfer.transfer_id}")
    with service.database.read() as work:
        dispatches = takeable(work, agreement, service.clock)
        revisions = _free_revisions(work, agreement, service.clock)
    attempts = service.attempts()
    for dispatch in dispatches:
        act = partial(_send_one, service, publisher, dispatch, say)
        attempts.make(JobName.EXPORT, dispatch.transfer_id, act, agreement_id)
    if revisions:
        act = partial(_finish_revisions, service, publisher, agreement, revisions, say)
        attempts.make(JobName.REVISIONS, agreement_id, act, agreement_id)


def _send_one(
    service: Service, publisher: Publisher, planned: Dispatch, say: Callable[[str], None]
) -> None:
    # The one before it may have taken an hour.
    with service.database.read() as work:
        dispatch = still_takeable(work, planned, service.clock)
    if dispatch is not None:
        publisher.publish(dispatch, lambda _: None)
        say(f"envoyé : {dispatch.transfer_id}")


def _finish_revisions(
    service: Service,
    publisher: Publisher,
    agreement: Agreement,
    revisions: Iterable[Transfer],
    say: Callable[[str], None],
) -> None:
    done = finish_interrupted(service.database, publisher, agreement, revisions)
    for transfer in done.published:
        say(f"envoyé : {transfer.transfer_id}")
    for transfer, refusal in done.held_back:
        raise RefusedError(
            f"{transfer.transfer_id} : {refusal.message}",
            f"{refusal.hint} ; s'il ne doit plus partir : {calling_off(transfer.transfer_id)}",
        ) from refusal
