"""The log of evidence: it was found altered, or nobody has verified it for days."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from exchange.diagnosis.last_verification import LastVerification
from exchange.errors import AttentionError
from exchange.french_dates import long_moment
from exchange.instants import local_day
from exchange.notices.notice import Notice, NoticeKind

_LONGEST: Final = timedelta(days=3)
_SUBJECT: Final = "log"
_HOW_TO_STOP: Final = (
    "prévenez le DPO et gardez la base en l'état, puis : spie-exchange audit verify ; pour arrêter "
    "tous les envois, arrêtez le service (systemctl stop spie-exchange), sur chaque machine ; pour "
    "n'en retenir qu'un : spie-exchange transfer cancel CONVENTION_ÉCHÉANCE_DESTINATAIRE_r1 "
    "--reason contenu-errone --for-real"
)
"""Sending goes on: a date that is missed cannot be made good, and who decides is a person."""


def verification_notices(
    last: LastVerification | None, log_begun_at: datetime, now: datetime
) -> Iterator[Notice]:
    """Say every day that the log disagreed, or was not verified for three days."""
    if last is not None and not last.is_intact:
        yield _notice(
            f"le journal des preuves NE CONCORDE PLUS, d'après sa vérification du "
            f"{long_moment(last.at)} : l'ordonnanceur ne détruit plus rien, et continue d'envoyer "
            "à la date prévue",
            _HOW_TO_STOP,
            now,
        )
    elif now >= (last.at if last else log_begun_at) + _LONGEST:
        since = f"depuis le {long_moment(last.at)}" if last else "depuis sa création"
        yield _notice(
            f"le journal des preuves n'a pas été vérifié {since}", "spie-exchange audit verify", now
        )


def broken_log(error: AttentionError, now: datetime) -> Notice:
    """Say every day that the log is not the one that was signed: no command goes on then."""
    return _notice(error.message, f"{error.hint} ; prévenez le DPO", now)


def _notice(sentence: str, way_out: str, now: datetime) -> Notice:
    occasion = local_day(now)
    return Notice(NoticeKind.LOG_DISAGREES, _SUBJECT, occasion, sentence, way_out, urgent=True)
