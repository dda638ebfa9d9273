"""Whether a destruction was announced: nobody should learn of it from its certificate.

1. Unattended, it waits until its announcement has been told for two days: after an outage,
   somebody still has the time to send a last correction.
2. It waits no longer than a week after its day: the term is the agreement's, and a mail server
   that stays down does not lengthen it.
3. Where no address is given, nobody could be told; ``status`` has announced it for a month.
"""

from datetime import date, datetime, timedelta
from typing import Final

from exchange.errors import ConfigurationError
from exchange.notices.configuration import read_configuration
from exchange.notices.notice import NoticeKind
from exchange.reminders import DESTRUCTION_NOTICE_DAYS, days_before
from exchange.retention.plan import DestructionPlan
from exchange.storage.database import UnitOfWork
from exchange.wiring import Service
from schemas.agreement import opens_at

_TOLD_BEFORE: Final = timedelta(days=2)
_LONGEST_WAIT: Final = timedelta(days=7)


def is_announced(service: Service, plan: DestructionPlan) -> bool:
    """Tell whether a destruction that is due may begin with nobody watching."""
    if not _is_somebody_told(service):  # (3)
        return True
    now = service.clock.now()
    has_records = bool(plan.people or plan.held_rows or plan.staged_rows or plan.keys)
    due = {
        f"{plan.agreement_id}/records": plan.records_on if has_records else None,
        f"{plan.agreement_id}/packages": plan.packages_on if plan.packages else None,
    }
    with service.database.read() as work:
        return all(
            now >= opens_at(day) + _LONGEST_WAIT or _was_told(work, subject, day, now)  # (1) (2)
            for subject, day in due.items()
            if day is not None
        )


def _is_somebody_told(service: Service) -> bool:
    try:
        return read_configuration(service.home) is not None
    except ConfigurationError:  # it was to be: mending the file takes less than a week
        return True


def _was_told(work: UnitOfWork, subject: str, day: date, now: datetime) -> bool:
    # Of this term: an earlier one, which an amendment moved, may have been told of too.
    first = days_before(day, DESTRUCTION_NOTICE_DAYS)
    told = work.notices.told(NoticeKind.PURGE_ANNOUNCED, subject)
    return any(occasion >= first and at + _TOLD_BEFORE <= now for occasion, at in told)
