"""What goes on failing unattended: somebody is asked."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from types import MappingProxyType
from typing import Final

from exchange.attempts import Attempt
from exchange.french_dates import long_moment
from exchange.instants import local_day
from exchange.notices.notice import Notice, NoticeKind

JOBS: Final = MappingProxyType(
    {
        "export": "l'envoi",
    }
)


def failure_notices(attempts: Iterable[Attempt], now: datetime) -> Iterator[Notice]:
    """Give the attempts that waiting alone may not mend; each is said every day."""
    for attempt in attempts:
        if attempt.asks_somebody:
            what = JOBS.get(attempt.job, attempt.job)
            yield Notice(
                NoticeKind.FAILED,
                f"{attempt.job}/{attempt.subject}",
                local_day(now),
                f"{what} ({attempt.subject}) échoue depuis le {long_moment(attempt.first_at)}, "
                f"{attempt.failures} fois de suite : {attempt.cause}",
                f"spie-exchange doctor ; prochain essai le {long_moment(attempt.not_before)}",
                urgent=True,
            )
