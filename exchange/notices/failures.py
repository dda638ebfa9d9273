"""What goes on failing unattended: somebody is asked."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from exchange.attempts import Attempt
from exchange.french_dates import long_moment
from exchange.instants import local_day
from exchange.notices.notice import Notice, NoticeKind

MAIL_JOB: Final = "notices"
MAIL_SUBJECT: Final = "mail"
"""The names of the attempts to send a mail; those of the job as such bear its name twice."""

_WHAT: Final = MappingProxyType(
    {
        "export": "un envoi",
        "revisions": "la suite d'un envoi",
        "exports": "la recherche de ce qui est à envoyer",
        "purge": "une destruction",
        "destructions": "la recherche de ce qui est à détruire",
        "checkpoint": "la signature du journal des preuves",
        "verification": "la vérification du journal des preuves",
        "orphans": "la comparaison des fichiers et du registre",
        MAIL_JOB: "l'envoi des courriels",
        "ping": "l'appel de surveillance",
    }
)
"""What each job does, by the name of its attempts."""

_WAYS_OUT: Final = MappingProxyType(
    {
        "export": "spie-exchange due ; si rien ne doit partir : spie-exchange transfer cancel",
        "purge": "spie-exchange purge",
        MAIL_JOB: "spie-exchange notices test",
    }
)


def failure_notices(attempts: Iterable[Attempt], now: datetime) -> Iterator[Notice]:
    """Give the attempts that waiting alone may not mend; each is said every day."""
    for attempt in attempts:
        if attempt.asks_somebody:
            yield _failure(attempt, local_day(now))


def _failure(attempt: Attempt, today: date) -> Notice:
    what = _WHAT.get(attempt.job, attempt.job)
    has_subject = attempt.subject not in {attempt.job, MAIL_SUBJECT}
    about = f" ({attempt.subject})" if has_subject else ""
    times = "" if attempt.failures == 1 else f", {attempt.failures} fois de suite"
    return Notice(
        NoticeKind.FAILED,
        f"{attempt.job}/{attempt.subject}",
        today,
        f"{what}{about} échoue depuis le {long_moment(attempt.first_at)}{times} : {attempt.cause}",
        f"{_WAYS_OUT.get(attempt.job, 'spie-exchange doctor')} ; nouvel essai automatique le "
        f"{long_moment(attempt.not_before)}",
        urgent=True,
    )
