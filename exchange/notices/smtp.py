"""Handing a mail to the server (RFC 5321), by the rules of ``notices.toml``.

1. Nothing but greetings is said before TLS; a server that does not offer it gets nothing
   (RFC 3207). Only a server on this very machine is spoken to in clear.
2. The server's certificate is verified for its name, against the configured authority alone
   where there is one, else the system's. There is no fallback.
3. The password leaves after (1) and (2) only, and is in no message.
4. The whole conversation is bounded in time, however slowly the server speaks.
"""

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from pathlib import Path
from types import MappingProxyType
from typing import Final

from exchange.errors import ConfigurationError, ExchangeError, RetryLaterError
from exchange.notices.configuration import read_password
from keys.system_errors import system_sentence
from schemas.notices import Mail

_STEP_SECONDS: Final = 20.0
_WHOLE_SECONDS: Final = 60.0
_FIRST_PERMANENT: Final = 500
_ENHANCED_CODE: Final = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}\b")
"""RFC 3463. The rest of an answer is not shown: it may repeat an address."""

_CERTIFICATE_FAULTS: Final = MappingProxyType(
    {10: "il a expiré", 9: "il n'est pas encore valable", 62: "il n'est pas à ce nom"}
)
"""By OpenSSL's number (x509_vfy.h)."""


def send(message: EmailMessage, mail: Mail, *, whole_seconds: float = _WHOLE_SECONDS) -> int:
    """Hand a message over; give how many of its addresses the server refused, not all.

    Raises ``RetryLaterError`` when the server cannot be reached or asks to come back, and
    ``ConfigurationError`` when it, or its certificate, refuses.
    """
    password = read_password(Path(mail.password_file)) if mail.password_file else ""
    with _translated(), _connected(mail, whole_seconds) as client:
        if mail.user is not None:
            client.login(mail.user, password)  # (3)
        refused = client.send_message(message, mail.from_, list(mail.to))
        # Accepted: what the server says of the farewell changes nothing.
        with suppress(OSError):
            client.quit()
    return len(refused)


@contextmanager
def _connected(mail: Mail, whole_seconds: float) -> Iterator[smtplib.SMTP]:
    client = _client(mail)
    alarm = threading.Timer(whole_seconds, _hang_up, [client])  # (4)
    alarm.daemon = True
    alarm.start()
    try:
        client.connect(mail.host, mail.port)
        client.ehlo()
        if mail.security == "starttls":
            client.starttls(context=_tls(mail))  # (1)
            client.ehlo()
        yield client
    finally:
        alarm.cancel()
        client.close()


def _client(mail: Mail) -> smtplib.SMTP:
    if mail.security == "tls":
        client: smtplib.SMTP = smtplib.SMTP_SSL(timeout=_STEP_SECONDS, context=_tls(mail))
    else:
        client = smtplib.SMTP(timeout=_STEP_SECONDS)
    # What the certificate is held against (2). Given to the constructor, it would connect at
    # once, before there is anything to hang up.
    client._host = mail.host  # type: ignore[attr-defined]  # noqa: SLF001 - as just said
    return client


def _tls(mail: Mail) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=mail.ca_file)  # (2)
    except ssl.SSLError:
        raise ConfigurationError(
            f"{mail.ca_file} ne contient pas de certificat d'autorité", "donnez-le en PEM"
        ) from None
    except OSError as error:
        raise ConfigurationError(
            f"{mail.ca_file} : {system_sentence(error)}", "corrigez ca_file dans notices.toml"
        ) from None


def _hang_up(client: smtplib.SMTP) -> None:
    if client.sock is not None:
        with suppress(OSError):
            client.sock.shutdown(socket.SHUT_RDWR)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ExchangeError:
        raise
    except ssl.SSLCertVerificationError as error:
        why = _CERTIFICATE_FAULTS.get(error.verify_code, "son autorité n'est pas connue ici")
        raise ConfigurationError(
            f"le certificat du serveur de courriel n'est pas reconnu : {why}",
            "donnez dans notices.toml le nom exact du serveur (host) et, si son autorité est "
            "interne, son certificat (ca_file)",
        ) from None
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
        raise _cut() from None
    except ssl.SSLError:
        raise ConfigurationError(
            "la liaison chiffrée avec le serveur de courriel ne s'établit pas",
            "vérifiez port et security dans notices.toml : 587 avec starttls, 465 avec tls",
        ) from None
    except smtplib.SMTPException as error:
        raise _of_protocol(error) from None
    except OSError as error:
        raise RetryLaterError(
            f"le serveur de courriel ne répond pas ({type(error).__name__})",
            "vérifiez host et port dans notices.toml, et que le pare-feu laisse passer",
        ) from None


def _of_protocol(error: smtplib.SMTPException) -> ExchangeError:
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return ConfigurationError(
            "le serveur de courriel ne propose ni chiffrement (STARTTLS) ni identification là où "
            "notices.toml en demande : rien ne lui a été dit",
            "vérifiez host, port et security ; n'envoyez pas en clair",
        )
    code, answer = _answer(error)
    if code is None:
        return _cut()
    said = f"{code}{f' {answer}' if answer else ''}"
    if code < _FIRST_PERMANENT:
        return RetryLaterError(
            f"le serveur de courriel demande de revenir plus tard ({said})",
            "cela se retente tout seul",
        )
    what = {
        smtplib.SMTPAuthenticationError: ("le compte ou son mot de passe", "user, password_file"),
        smtplib.SMTPSenderRefused: ("l'adresse d'expédition", "from"),
        smtplib.SMTPRecipientsRefused: ("toutes les adresses de destination", "to"),
    }.get(type(error), ("le message", "host, from et to"))
    return ConfigurationError(
        f"le serveur de courriel refuse {what[0]} ({said})",
        f"vérifiez {what[1]} dans notices.toml, ou demandez à qui tient ce serveur",
    )


def _cut() -> RetryLaterError:
    return RetryLaterError(
        "le serveur de courriel a coupé la conversation, ou a mis trop de temps",
        "cela se retente tout seul ; si cela dure, appelez qui tient ce serveur",
    )


def _answer(error: smtplib.SMTPException) -> tuple[int | None, str]:
    """Give the code of an answer and its enhanced code, if it has them."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        # One that may be accepted later decides: the others will be said then.
        answers = error.recipients.values()
        return min(((code, _enhanced(text)) for code, text in answers), key=lambda pair: pair[0])
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code, _enhanced(error.smtp_error)
    return None, ""


def _enhanced(text: bytes | str) -> str:
    found = _ENHANCED_CODE.match(str(text, "ascii", "replace") if isinstance(text, bytes) else text)
    return found[0] if found else ""
