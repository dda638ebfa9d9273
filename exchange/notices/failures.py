"""What goes on failing unattended: somebody is asked."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from exchange.attempts import WHOLE_HOME, Attempt, JobName
from exchange.french_dates import long_moment
from exchange.instants import local_day
from exchange.notices.notice import Notice, NoticeKind

_WAYS_OUT: Final = MappingProxyType(
    {
        JobName.EXPORT: "spie-exchange due ; si rien ne doit partir : "
        "spie-exchange transfer cancel",
        JobName.PURGE: "spie-exchange purge",
        JobName.NOTICES: "spie-exchange notices test",
    }
)


def failure_notices(attempts: Iterable[Attempt], now: datetime) -> Iterator[Notice]:
    """Give the attempts that waiting alone may not mend; each is said every day."""
    for attempt in attempts:
        if attempt.asks_somebody:
            yield _failure(attempt, local_day(now))


def _failure(attempt: Attempt, today: date) -> Notice:
    has_subject = attempt.subject not in {attempt.job, WHOLE_HOME}
    what = f"{attempt.job.label} ({attempt.subject})" if has_subject else attempt.job.label
    where = f" sur {attempt.machine}" if attempt.machine else ""
    times = "" if attempt.failures == 1 else f", {attempt.failures} fois de suite"
    return Notice(
        NoticeKind.FAILED,
        f"{attempt.job}/{attempt.subject}{f'@{attempt.machine}' if attempt.machine else ''}",
        today,
        f"{what}{where} échoue depuis le {long_moment(attempt.first_at)}{times} : {attempt.cause}",
        f"{_WAYS_OUT.get(attempt.job, 'spie-exchange doctor')} ; nouvel essai automatique le "
        f"{long_moment(attempt.not_before)}",
        urgent=True,
    )
