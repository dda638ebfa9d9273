"""Sending what is due: the contractual transfers, from their day on, once each.

What an operator ordered and an interruption left half made is finished too. Where a second
account approves, what is due is prepared first, and leaves once it is approved.
"""

from collections.abc import Callable, Iterable
from functools import partial

from exchange.agreements import in_force
from exchange.attempts import JobName
from exchange.errors import RefusedError
from exchange.storage.database import UnitOfWork
from exchange.transfers.cancelling import calling_off
from exchange.transfers.dispatch import Dispatch
from exchange.transfers.publishing import Publisher, departed
from exchange.transfers.resending import finish_interrupted
from exchange.transfers.transfer import Transfer
from exchange.transfers.unattended import Takeable, still_takeable, takeable
from exchange.wiring import Service
from jobs.agreements import serve_each, work_on
from schemas.agreement import Agreement


def send_what_is_due(service: Service, say: Callable[[str], None]) -> None:
    """Publish what may leave now, agreement by agreement."""
    serve_each(service, JobName.EXPORTS, partial(_serve, service, say))


def _serve(service: Service, say: Callable[[str], None], agreement_id: str) -> None:
    with service.database.read() as work:
        agreement = in_force(work.agreements, agreement_id)
        found = takeable(work, agreement, service.clock)
        has_departed = bool(departed(work.transfers.all(agreement_id), service.outbox))
        settled = _settled(work, agreement, found)
    for job, subject in settled:
        service.attempts().forget(job, subject)
    if has_departed or not found.is_empty:
        work_on(service, agreement_id, partial(_send, agreement_id, say))


def _settled(work: UnitOfWork, agreement: Agreement, found: Takeable) -> list[tuple[JobName, str]]:
    """Name the attempts at what is no longer to be done: nothing would ever end them.

    It was done or called off in the meantime, or may not leave, or not any more.
    """
    known = [a for a in work.attempts.all() if a.agreement_id == agreement.id]
    names = {dispatch.transfer_id for dispatch in (*found.dispatches, *found.to_prepare)}
    exports = [a for a in known if a.job == JobName.EXPORT and a.subject not in names]
    revisions = [a for a in known if a.job == JobName.REVISIONS and not found.revisions]
    return [(attempt.job, attempt.subject) for attempt in (*exports, *revisions)]


def _send(agreement_id: str, say: Callable[[str], None], service: Service) -> None:
    with service.database.read() as work:
        agreement = in_force(work.agreements, agreement_id)
    service.withdrawer().finish(agreement)
    publisher = service.publisher()
    publisher.sweep(agreement_id)
    for transfer in publisher.record_departed(agreement):
        say(f"envoyé : {transfer.transfer_id}")
    with service.database.read() as work:
        found = takeable(work, agreement, service.clock)
    attempts = service.attempts()
    acts = (
        *(
            (dispatch, partial(_prepare_one, service, dispatch, say))
            for dispatch in found.to_prepare
        ),
        *(
            (dispatch, partial(_send_one, service, publisher, dispatch, say))
            for dispatch in found.dispatches
        ),
    )
    for dispatch, act in acts:
        attempts.make(JobName.EXPORT, dispatch.transfer_id, act, agreement_id)
    if found.revisions:
        act = partial(_finish_revisions, service, publisher, agreement, found.revisions, say)
        attempts.make(JobName.REVISIONS, agreement_id, act, agreement_id)


def _prepare_one(service: Service, dispatch: Dispatch, say: Callable[[str], None]) -> None:
    service.preparer().prepare(dispatch)
    say(f"préparé, à approuver par un second compte : {dispatch.transfer_id}")


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
