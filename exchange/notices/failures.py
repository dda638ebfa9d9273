"""What goes on failing unattended: somebody is asked."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from exchange.attempts import WHOLE_HOME, Attempt, JobName
from exchange.french_dates import long_moment
from exchange.instants import local_day
from exchange.notices.notice import Notice, NoticeKind
from exchange.transfers.cancelling import calling_off

_NEXT_IS_NEAR: Final = timedelta(minutes=2)
_WAYS_OUT: Final = MappingProxyType(
    {
        JobName.EXPORT: "spie-exchange due",
        JobName.PURGE: "spie-exchange purge",
        JobName.NOTICES: "spie-exchange notices test",
    }
)
"""Where to look when the failure itself did not say."""


def failure_notices(attempts: Iterable[Attempt], now: datetime) -> Iterator[Notice]:
    """Give the attempts that waiting alone may not mend; each is said every day."""
    for attempt in attempts:
        if attempt.asks_somebody:
            yield _failure(attempt, now)


def about_mails(notice: Notice, machine: str) -> bool:
    """Tell whether it says that mails do not leave: any, or those of this ``machine``.

    A mail that leaves from here does not say that another machine can send one too.
    """
    here = (f"{WHOLE_HOME}@", f"{JobName.NOTICES}{_at(machine)}@")
    return notice.subject.startswith(tuple(f"{JobName.NOTICES}/{subject}" for subject in here))


def way_out_of(attempt: Attempt, now: datetime) -> str:
    """Say what to do about a failure, and when it is tried again if nobody does anything."""
    ways = [attempt.hint or _WAYS_OUT.get(attempt.job, "spie-exchange doctor")]
    if attempt.job is JobName.EXPORT:
        ways.append(f"si rien ne doit partir : {calling_off(attempt.subject)}")
    if attempt.not_before - now >= _NEXT_IS_NEAR:
        ways.append(f"nouvel essai automatique le {long_moment(attempt.not_before)}")
    return " ; ".join(ways)


def _failure(attempt: Attempt, now: datetime) -> Notice:
    has_subject = attempt.subject not in {attempt.job, WHOLE_HOME}
    what = f"{attempt.job.label} ({attempt.subject})" if has_subject else attempt.job.label
    where = f" sur {attempt.machine}" if attempt.machine else ""
    times = "" if attempt.failures == 1 else f", {attempt.failures} fois de suite"
    return Notice(
        NoticeKind.FAILED,
        # One that was mended and comes back is another.
        f"{attempt.job}/{attempt.subject}{_at(attempt.machine)}@{attempt.first_at:%Y%m%dT%H%M%S}",
        local_day(now),
        f"{what}{where} échoue depuis le {long_moment(attempt.first_at)}{times} : {attempt.cause}",
        way_out_of(attempt, now),
        urgent=True,
    )


def _at(machine: str) -> str:
    return f"@{machine}" if machine else ""
