"""A home in which nothing can be done: people are told, without its base and its keys.

1. What may go away by itself (a server that restarts) is waited for ten minutes; the rest is
   said at once, at night too.
2. It is said once a day for as long as it lasts. The memory is two empty files of this machine,
   whose dates say it: that needs neither the base nor room on the disk.
3. Of several processes on a machine one tells; each machine tells for itself.
4. A mail that does not leave is tried again a quarter of an hour later: no server that refuses
   a login is asked every minute.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from exchange.attempts import may_pass
from exchange.clock import WallClock
from exchange.error_sentences import sentences_of
from exchange.errors import ConfigurationError, ExchangeError
from exchange.french_dates import long_moment
from exchange.home import Home, read_home, unread_home
from exchange.instants import local_day
from exchange.locks import LockedFiles
from exchange.notices.configuration import read_configuration
from exchange.notices.digest import bare_digest
from exchange.notices.identity import identity_of
from exchange.notices.message import message_of
from exchange.notices.notice import Notice, NoticeKind
from exchange.notices.smtp import send
from exchange.settings import Settings
from schemas.agreement import opens_at
from schemas.notices import Mail

_MAY_LAST: Final = timedelta(minutes=10)
_AFTER_A_MAIL: Final = timedelta(hours=1)
_AFTER_A_FAILURE: Final = timedelta(minutes=15)
_LONGEST_QUIET: Final = timedelta(days=2)
_SIGN: Final = "outage"


@dataclass(frozen=True, slots=True)
class Outage:
    """What a machine remembers of it: since when it lasts, until when nothing more is said."""

    folder: Path

    @property
    def since(self) -> Path:
        """The file whose date is that of the first failure."""
        return self.folder / "outage-since"

    @property
    def quiet(self) -> Path:
        """The file whose date is that until which nothing is said."""
        return self.folder / "outage-quiet-until"

    def began(self, now: datetime) -> datetime:
        """Give since when it lasts; from now on, where nothing is remembered."""
        kept = _date_of(self.since)
        if kept is None or kept > now:
            _keep_date(self.since, now)
            return now
        return kept

    def is_quiet(self, now: datetime) -> bool:
        """Tell whether it was said lately enough."""
        until = _date_of(self.quiet)
        # Further away is what a clock wrote that has been set back since.
        return until is not None and now < until <= now + _LONGEST_QUIET

    def keep_quiet(self, until: datetime) -> None:
        """Say nothing more before then."""
        _keep_date(self.quiet, until)

    def is_over(self, now: datetime) -> None:
        """Forget it: the next one is said at once, unless this one was a moment ago."""
        if self.since.exists():
            self.since.unlink()
            if self.is_quiet(now + _AFTER_A_MAIL):
                self.keep_quiet(now + _AFTER_A_MAIL)


def end_outage(settings: Settings) -> None:
    """Forget the outage of a home in which work can be done."""
    with suppress(OSError):
        Outage(settings.required_home()).is_over(WallClock().now())


def tell_of_outage(settings: Settings, error: Exception, say: Callable[[str], None]) -> None:
    """Send the mail that says why nothing can be done, if it is time; never raises for it."""
    with suppress(OSError, ExchangeError):
        home = _home_of(settings)
        configuration = read_configuration(home)
        if configuration is not None:
            _tell(home, configuration.mail, error, say)


def _home_of(settings: Settings) -> Home:
    path = settings.required_home()
    try:
        return read_home(path)
    except ConfigurationError:
        return unread_home(path)


def _tell(home: Home, mail: Mail, error: Exception, say: Callable[[str], None]) -> None:
    outage, now = Outage(home.path), WallClock().now()
    since = outage.began(now)
    if may_pass(error) and now - since < _MAY_LAST:  # (1)
        return
    with LockedFiles(home.locks).given(_SIGN):  # (3): who finds it taken stops here
        if outage.is_quiet(now):  # (2)
            return
        try:
            _send(home, mail, _notice(error, since, now), now)
        except ExchangeError:
            outage.keep_quiet(now + _AFTER_A_FAILURE)  # (4)
            raise
        outage.keep_quiet(opens_at(_next_day(now)))
    say("courriel envoyé : le dossier de travail ne s'ouvre pas")


def _notice(error: Exception, since: datetime, now: datetime) -> Notice:
    said = sentences_of(error)
    return Notice(
        NoticeKind.STOPPED,
        "home",
        local_day(now),
        f"rien n'est envoyé ni détruit depuis le {long_moment(since)} : {said.what}",
        said.way_out or "spie-exchange doctor",
        urgent=True,
    )


def _send(home: Home, mail: Mail, notice: Notice, now: datetime) -> None:
    message = message_of(
        bare_digest(notice, home=home, now=now),
        sender=mail.from_,
        to=mail.to,
        identity=identity_of(home.origin, [notice]),
        at=now,
    )
    send(message, mail)


def _next_day(now: datetime) -> date:
    return local_day(now) + timedelta(days=1)


def _date_of(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def _keep_date(path: Path, instant: datetime) -> None:
    path.touch(mode=0o600)
    os.utime(path, (instant.timestamp(), instant.timestamp()))
