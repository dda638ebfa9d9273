"""A real SMTP server in the test's own process: well-behaved, or in one of its moods."""

import asyncio
import os
import signal
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from enum import Enum, auto
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.fakes.mail_certificate import ServerCertificate

USER, PASSWORD = "spie-exchange", "Mot-de-passe-de-test"


class Mood(Enum):
    """What goes wrong at the server."""

    GOOD = auto()
    BUSY = auto()
    REFUSES_SENDER = auto()
    REFUSES_MESSAGE = auto()
    CLOSES = auto()
    SLOW = auto()


@dataclass(slots=True)
class MailServer:
    """What came in: whole messages, who they were for, and each login.

    It is ``unknown`` addresses that it refuses; it ``kills`` the process of that number once
    its message is taken.
    """

    port: int
    mood: Mood = Mood.GOOD
    unknown: tuple[str, ...] = ()
    pause_seconds: float = 0
    kills: int | None = None
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    logins: list[bool] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """What each message says."""
        return [message.get_content().replace("\r\n", "\n") for message in self.messages]

    async def handle_MAIL(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer MAIL FROM."""
        del server, session, options
        if self.mood is Mood.BUSY:
            return "451 4.7.1 greylisted for dsi@departement.example"
        if self.mood is Mood.REFUSES_SENDER:
            return "550 5.7.1 sender refused"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - idem
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer RCPT TO."""
        del server, session, options
        if address in self.unknown:
            return f"550 5.1.1 <{address}> unknown"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - idem
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Answer a message."""
        del session
        if self.mood is Mood.CLOSES:
            assert server.transport is not None
            server.transport.close()
            return "250 OK"
        if self.mood is Mood.SLOW:
            await asyncio.sleep(30)
        await asyncio.sleep(self.pause_seconds)
        if self.mood is Mood.REFUSES_MESSAGE:
            return "554 5.6.0 no"
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.recipients.append(list(envelope.rcpt_tos))
        if self.kills is not None:
            os.kill(self.kills, signal.SIGKILL)
            self.kills = None
        return "250 OK"

    def authenticate(self, *given: Any) -> AuthResult:  # noqa: ANN401 - the library's own types
        """Judge a login, which is the last thing given."""
        login = given[-1]
        assert isinstance(login, LoginPassword)
        success = (login.login, login.password) == (USER.encode(), PASSWORD.encode())
        self.logins.append(success)
        return AuthResult(success=success, handled=False)


@contextmanager
def mail_server(
    certificate: ServerCertificate | None = None,
    *,
    mood: Mood = Mood.GOOD,
    unknown: tuple[str, ...] = (),
    from_first_byte: bool = False,
    asks_login: bool = False,
) -> Iterator[MailServer]:
    """Run a server; without a certificate it offers no TLS."""
    context = None
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate.certificate, certificate.key)
    server = MailServer(_free_port(), mood, unknown)
    controller = Controller(
        server,
        hostname="127.0.0.1",
        port=server.port,
        ssl_context=context if from_first_byte else None,
        tls_context=None if from_first_byte else context,
        require_starttls=context is not None and not from_first_byte,
        authenticator=server.authenticate if asks_login else None,
        auth_required=asks_login,
    )
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
