"""A mail that says nothing: whether people could be told, before there is something to tell."""

import secrets
from typing import Final

from exchange.attempts import WHOLE_HOME, JobName
from exchange.audit.events import EventKind, Outcome
from exchange.errors import ExchangeError
from exchange.notices.configuration import required_configuration
from exchange.notices.digest import Digest
from exchange.notices.letterhead import letterhead
from exchange.notices.message import message_of
from exchange.notices.smtp import send
from exchange.wiring import Service
from schemas.notices import Mail

_IDENTITY_BYTES: Final = 16


def send_test(service: Service) -> tuple[Mail, int]:
    """Send a test mail, with its evidence; give by which server, and how many it refused.

    Mails leave again, where they did not: the next one need not wait.
    Raises what ``exchange.notices.smtp.send`` does.
    """
    mail = required_configuration(service.home).mail
    message = message_of(
        _test(service),
        sender=mail.from_,
        to=mail.to,
        identity=secrets.token_hex(_IDENTITY_BYTES),
        at=service.clock.wall(),
    )
    try:
        refused = send(message, mail)
    except ExchangeError as error:
        _record(service, Outcome.FAILED, why=error.message)
        raise
    _record(service, Outcome.DONE)
    service.attempts().forget(JobName.NOTICES, WHOLE_HOME)
    return mail, refused


def _test(service: Service) -> Digest:
    home = service.home
    text = (
        "\n".join(letterhead(home, service.clock.now())) + "\n"
        "Ceci est un message d'essai : il n'y a rien à faire. Les avertissements du service\n"
        "arriveront à cette adresse.\n"
    )
    mark = "[ESSAI] " if home.trial else ""
    return Digest(f"{mark}spie-exchange : message d'essai", text)


def _record(service: Service, outcome: Outcome, why: str = "") -> None:
    with service.database.begin() as work:
        work.evidence.record(EventKind.NOTICES_TESTED, outcome, why=why)
