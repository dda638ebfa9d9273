"""Telling people what they must know; and letting whoever watches know that all goes well."""

from collections.abc import Callable, Sequence
from functools import partial

from exchange.attempts import WHOLE_HOME, JobName
from exchange.french_numbers import counted
from exchange.notices.configuration import read_configuration
from exchange.notices.notice import Notice
from exchange.notices.ping import call
from exchange.notices.telling import tell, what_to_tell
from exchange.wiring import Service


def tell_people(service: Service, say: Callable[[str], None]) -> None:
    """Send the digest, if there is something to tell; later and later while it fails."""
    to_tell, attempts = what_to_tell(service), service.attempts()
    if not to_tell.notices:
        # No mail is left that could end one that did not leave.
        attempts.forget(JobName.NOTICES, WHOLE_HOME)
    elif to_tell.is_time:
        # A server that refuses a login every minute would lock the account.
        act = partial(_tell, service, to_tell.notices, say)
        attempts.make(JobName.NOTICES, WHOLE_HOME, act)


def call_when_well(service: Service) -> None:
    """Call the address of ``notices.toml``, if it has one and mails leave.

    Where they do not, the silence is what makes whoever watches warn people.
    """
    configuration = read_configuration(service.home)
    if configuration is None or configuration.ping is None:
        return
    with service.database.read() as work:
        mails_leave = work.attempts.get(JobName.NOTICES, WHOLE_HOME) is None
    if mails_leave:
        call(configuration.ping)


def _tell(service: Service, notices: Sequence[Notice], say: Callable[[str], None]) -> None:
    told = tell(service, notices)
    if told.notices:
        say(f"courriel envoyé : {counted(told.notices, 'avertissement')}")
