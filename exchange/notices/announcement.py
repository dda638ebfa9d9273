"""Whether a destruction was announced: nobody should learn of it from its certificate.

1. Unattended, it waits until its announcement has been told for two days: after an outage,
   somebody still has the time to send a last correction.
2. It waits no longer than a week after its day: the term is the agreement's, and a mail server
   that stays down does not lengthen it.
3. Where no address is given, nobody could be told; ``status`` has announced it for a month.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from exchange.errors import ConfigurationError
from exchange.notices.configuration import read_configuration
from exchange.notices.notice import NoticeKind
from exchange.reminders import DESTRUCTION_NOTICE_DAYS, days_before
from exchange.retention.plan import DestructionPlan
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
            now >= begins_at(work.notices.told(NoticeKind.PURGE_ANNOUNCED, subject), day, now)
            for subject, day in due.items()
            if day is not None
        )


def begins_at(told: Sequence[tuple[date, datetime]], day: date, now: datetime) -> datetime:
    """Give when what is to be destroyed on a ``day`` is; who was not told yet is at ``now``.

    ``told`` are the occasions on which it was announced, and when.
    """
    # Of this term: an earlier one, which an amendment moved, may have been told of too.
    first = days_before(day, DESTRUCTION_NOTICE_DAYS)
    announced = min((at for occasion, at in told if occasion >= first), default=now)
    opens = opens_at(day)
    return min(max(opens, announced + _TOLD_BEFORE), opens + _LONGEST_WAIT)  # (1) (2)


def _is_somebody_told(service: Service) -> bool:
    try:
        return read_configuration(service.home) is not None
    except ConfigurationError:  # it was to be: mending the file takes less than a week
        return True
