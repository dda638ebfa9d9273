"""What was interrupted with nobody watching, and is about to be taken up again by itself."""

from collections.abc import Iterator
from datetime import datetime

from exchange.attempts import JobName
from exchange.diagnosis.findings import Finding
from exchange.diagnosis.unfinished import interrupted_findings, purge_subject
from exchange.locks import SignsOfLife
from exchange.storage.database import UnitOfWork
from schemas.agreement import Agreement


def left_alone_findings(
    work: UnitOfWork, agreement: Agreement, signs: SignsOfLife, now: datetime
) -> Iterator[Finding]:
    """Look at what was begun and not ended, unless a scheduler is about to finish it.

    A process that was killed is started again within seconds: whoever is woken for it finds
    nothing to do.
    """
    retried = set(_retried(work, agreement, now))
    for finding in interrupted_findings(work, agreement, signs, now):
        if finding.subject not in retried:
            yield finding


def _retried(work: UnitOfWork, agreement: Agreement, now: datetime) -> Iterator[str]:
    """Give what is retried soon, by the subjects that findings have."""
    for attempt in work.attempts.all():
        if attempt.agreement_id != agreement.id or not attempt.is_retried_soon(now):
            continue
        if attempt.job is JobName.EXPORT:
            yield attempt.subject
        elif attempt.job is JobName.PURGE:
            yield purge_subject(agreement)
        elif attempt.job is JobName.REVISIONS:
            later = (t for t in work.transfers.all(agreement.id) if t.follows)
            yield from (transfer.transfer_id for transfer in later)
