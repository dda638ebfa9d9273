"""Telling people: one digest with what is new, by mail, once in all.

1. What is new and whether it is time is decided under a claim: of several schedulers one tells.
   What stands was computed a moment before, without it: mostly there is nothing to claim for.
2. A notice counts as told once the server has accepted the mail: whoever is killed in between
   tells it again, under the same Message-ID.
3. At most one mail an hour, none before 6 in the morning. Something pressing and new leaves at
   once, but for ten minutes after another that did: failures that ripen one after the other
   are one mail.
4. Every mail leaves evidence: how many notices, of which kinds; to how many, not to whom.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from exchange.audit.events import EventKind, Outcome
from exchange.errors import TakenClaimError
from exchange.instants import local_day
from exchange.notices.configuration import read_configuration, required_configuration
from exchange.notices.digest import digest
from exchange.notices.failures import about_mails
from exchange.notices.identity import identity_of
from exchange.notices.last_mail import LastMail, keep_mail, last_mail
from exchange.notices.message import message_of
from exchange.notices.notice import REMEMBERED, Notice
from exchange.notices.smtp import send
from exchange.notices.standing import Standing, remembered, standing_notices
from exchange.wiring import Service
from schemas.agreement import opens_at
from schemas.notices import Mail

CLAIM: Final = ":notices"
"""Claimed as an agreement is; none can be called so."""
_PAUSE: Final = timedelta(hours=1)
_PRESSING_PAUSE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Told:
    """What was told now: how many notices, and how many addresses the server refused."""

    notices: int
    refused: int = 0


@dataclass(frozen=True, slots=True)
class ToTell:
    """Everything that stands, where some of it is new; whether ``is_time`` to tell it."""

    notices: tuple[Notice, ...]
    is_time: bool = False


def what_to_tell(service: Service) -> ToTell:
    """Look at what is new to somebody.

    Raises ``ConfigurationError`` for a wrong ``notices.toml``; where there is none, nobody
    is told.
    """
    if read_configuration(service.home) is None:
        return ToTell(())
    # A mail that arrives does not say that mails do not leave.
    all_standing = standing_notices(service)
    standing = [e for e in all_standing if not about_mails(e.notice, service.machine)]
    if not _new(standing):
        return ToTell(())
    return ToTell(tuple(entry.notice for entry in standing), is_time=_is_due(service, standing))


def tell(service: Service, notices: Sequence[Notice]) -> Told:
    """Send what is new of them, if it still is; nothing when another process is doing so.

    Raises ``ConfigurationError`` and ``RetryLaterError`` when it cannot be sent: it is then
    still to be told.
    """
    mail = required_configuration(service.home).mail
    with suppress(TakenClaimError), service.exclusively(CLAIM, patiently=False) as claiming:  # (1)
        with claiming.database.read() as work:
            standing = remembered(work, notices)
        if _is_due(claiming, standing):
            return _tell(claiming, standing, mail)
    return Told(0)


def _new(standing: Iterable[Standing]) -> list[Standing]:
    return [entry for entry in standing if not entry.is_told]


def _is_due(service: Service, standing: Iterable[Standing]) -> bool:
    new = _new(standing)
    with service.database.read() as work:
        last = last_mail(work.state)
    return bool(new) and _is_time(new, last, service.clock.now())


def _is_time(new: Iterable[Standing], last: LastMail | None, now: datetime) -> bool:  # (3)
    # A last mail in the future is that of a trial whose clock was set back.
    since = now - last.at if last is not None and last.at <= now else None
    if any(entry.is_pressing for entry in new):
        return since is None or since >= _PRESSING_PAUSE or not (last and last.was_pressing)
    return now >= opens_at(local_day(now)) and (since is None or since >= _PAUSE)


def _tell(service: Service, standing: Sequence[Standing], mail: Mail) -> Told:
    new = _new(standing)
    told = [entry for entry in standing if entry.is_told]
    home, now = service.home, service.clock.now()
    written = digest(new, told, home=home, now=now)
    message = message_of(
        written,
        sender=mail.from_,
        to=mail.to,
        identity=identity_of(home.origin, (entry.notice for entry in new)),
        at=service.clock.wall(),
    )
    refused = send(message, mail)
    _remember(service, new, LastMail(now, refused, any(e.is_pressing for e in new)))  # (2)
    return Told(len(new), refused)


def _remember(service: Service, new: Sequence[Standing], mail: LastMail) -> None:
    with service.database.begin() as work:
        work.notices.forget_told_before(mail.at - REMEMBERED)
        for entry in new:
            notice = entry.notice
            work.notices.mark_told(notice.kind, notice.subject, notice.occasion, mail.at)
        keep_mail(work.state, mail)
        work.evidence.record(  # (4)
            EventKind.NOTICES_TOLD,
            Outcome.DONE,
            notices=len(new),
            kinds=sorted({entry.notice.kind for entry in new}),
            refused=mail.refused,
        )
