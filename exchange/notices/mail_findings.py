"""Whether people can be told: the notices file, its password, the last mail."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from exchange.attempts import WHOLE_HOME, JobName
from exchange.diagnosis.findings import Finding, good, guarded, mend, watch
from exchange.french_dates import long_moment
from exchange.french_numbers import counted
from exchange.home import Home, read_home
from exchange.home_opening import clock_of
from exchange.notices.configuration import read_configuration, read_password
from exchange.notices.last_mail import LastMail, last_mail
from exchange.settings import Settings
from exchange.wiring import database_of, place_of

_CHECK: Final = "courriels"


def examine_mail(settings: Settings) -> tuple[Finding, ...]:
    """Look at whether people can be told, in a home with nothing else to mend."""
    return tuple(guarded(_CHECK, lambda: _examined(settings)))


def mail_findings(home: Home, last: LastMail | None) -> Iterator[Finding]:
    """Look at what telling needs. Raises ``ConfigurationError`` for what is wrong with the file.

    The server itself is asked only when there is something to tell (``notices test``).
    """
    configuration = read_configuration(home)
    if configuration is None:
        yield good(_CHECK, "pas de notices.toml : seul status avertit")
        return
    if configuration.mail.password_file is not None:
        read_password(Path(configuration.mail.password_file))
    if last is None:
        yield good(_CHECK, "aucun n'est encore parti")
    elif last.refused:
        yield watch(
            _CHECK,
            f"le serveur a refusé {counted(last.refused, 'adresse')} de destination, le "
            f"{long_moment(last.at)}",
            "corrigez mail.to dans notices.toml, puis : spie-exchange notices test",
        )
    else:
        yield good(_CHECK, f"le dernier est parti le {long_moment(last.at)}")


def _examined(settings: Settings) -> Iterator[Finding]:
    home = read_home(settings.required_home())
    place = place_of(home, settings)
    clock = clock_of(home, place, settings)
    with database_of(home, place, settings, clock).read() as work:
        last, failing = last_mail(work.state), work.attempts.get(JobName.NOTICES, WHOLE_HOME)
    yield from mail_findings(home, last)
    if failing is not None:
        yield mend(
            _CHECK,
            f"ils ne partent pas depuis le {long_moment(failing.first_at)} : {failing.cause}",
            "spie-exchange notices test",
        )
