"""One agreement after the other: one that fails, or that somebody works on, stops no other."""

from collections.abc import Callable
from functools import partial

from exchange.attempts import JobName
from exchange.errors import LostClaimError, TakenClaimError
from exchange.wiring import Service


def serve_each(service: Service, job: JobName, serve: Callable[[str], None]) -> None:
    """Serve every agreement, by its id; a failure is counted under the name of the job."""
    with service.database.read() as work:
        agreement_ids = list(work.agreements.ids())
    attempts = service.attempts()
    for agreement_id in agreement_ids:
        attempts.run(job, partial(serve, agreement_id), agreement_id)


def work_on(service: Service, agreement_id: str, act: Callable[[Service], None]) -> None:
    """Act with the claim on an agreement; one that another process works on is left to it."""
    try:
        with service.exclusively(agreement_id, patiently=False) as claiming:
            act(claiming)
    except (TakenClaimError, LostClaimError):
        return
