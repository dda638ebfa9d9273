"""Handing a mail to a real server: what is demanded of it, and what its moods lead to."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest

from exchange.errors import ConfigurationError, RetryLaterError
from exchange.notices.digest import Digest
from exchange.notices.message import message_of
from exchange.notices.smtp import send
from schemas.notices import Mail
from tests.fakes.mail_certificate import ServerCertificate, certificate_for
from tests.fakes.mail_server import PASSWORD, USER, MailServer, Mood, mail_server

_FROM, _TO = "spie-exchange@departement.example", "dsi@departement.example"
_SECOND = "dpo@departement.example"


@pytest.fixture(name="certificate", scope="module")
def _certificate(tmp_path_factory: pytest.TempPathFactory) -> ServerCertificate:
    return certificate_for(tmp_path_factory.mktemp("server"))


def _mail(server: MailServer, certificate: ServerCertificate | None) -> Mail:
    if certificate is None:
        return Mail("127.0.0.1", server.port, "none", _FROM, (_TO,))
    ca_file = str(certificate.certificate)
    return Mail("localhost", server.port, "starttls", _FROM, (_TO,), ca_file=ca_file)


def _send(mail: Mail, seconds: float = 20) -> int:
    written = Digest("spie-exchange : 1 message", "L'échéance approche.\n")
    at = datetime(2023, 1, 31, 7, tzinfo=UTC)
    message = message_of(written, sender=_FROM, to=mail.to, identity="essai", at=at)
    return send(message, mail, whole_seconds=seconds)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_mail_is_handed_over_under_tls(
    certificate: ServerCertificate, security: Literal["starttls", "tls"]
) -> None:
    with mail_server(certificate, from_first_byte=security == "tls") as server:
        refused = _send(replace(_mail(server, certificate), security=security))

    assert refused == 0
    assert server.recipients == [[_TO]]
    assert server.texts == ["L'échéance approche.\n"]


def test_a_server_on_this_machine_may_be_spoken_to_in_clear() -> None:
    with mail_server() as server:
        _send(_mail(server, None))

    assert len(server.messages) == 1


def test_a_server_that_offers_no_starttls_is_told_nothing(certificate: ServerCertificate) -> None:
    with mail_server() as server, pytest.raises(ConfigurationError, match="rien ne lui a été dit"):
        _send(_mail(server, certificate))

    assert (server.messages, server.logins) == ([], [])


def test_a_certificate_of_an_unknown_authority_is_refused(certificate: ServerCertificate) -> None:
    with (
        mail_server(certificate) as server,
        pytest.raises(ConfigurationError, match="son autorité n'est pas connue ici"),
    ):
        _send(replace(_mail(server, certificate), ca_file=None))

    assert server.messages == []


@pytest.mark.parametrize(
    ("name", "days", "why"),
    [("autre.example", 30, "il n'est pas à ce nom"), ("localhost", -1, "il a expiré")],
)
def test_a_certificate_that_is_not_the_server_s_own_is_refused(
    tmp_path: Path, name: str, days: int, why: str
) -> None:
    certificate = certificate_for(tmp_path, name, days)

    with mail_server(certificate) as server, pytest.raises(ConfigurationError, match=why):
        _send(_mail(server, certificate))

    assert server.messages == []


def test_tls_that_the_server_does_not_speak_is_a_matter_of_configuration(
    certificate: ServerCertificate,
) -> None:
    with (
        mail_server() as server,
        pytest.raises(ConfigurationError, match="la liaison chiffrée"),
    ):
        _send(replace(_mail(server, certificate), security="tls"))

    assert server.messages == []


def test_a_login_is_made_with_the_password_of_a_file(
    certificate: ServerCertificate, tmp_path: Path
) -> None:
    password = _password_file(tmp_path, PASSWORD + "\n")

    with mail_server(certificate, asks_login=True) as server:
        _send(replace(_mail(server, certificate), user=USER, password_file=str(password)))

    assert server.logins == [True]
    assert len(server.messages) == 1


def test_a_refused_login_sends_nothing_and_says_no_password(
    certificate: ServerCertificate, tmp_path: Path
) -> None:
    password = _password_file(tmp_path, "un-autre")

    with mail_server(certificate, asks_login=True) as server:
        mail = replace(_mail(server, certificate), user=USER, password_file=str(password))
        with pytest.raises(
            ConfigurationError, match=r"le compte ou son mot de passe \(535"
        ) as raised:
            _send(mail)

    assert "un-autre" not in f"{raised.value.message}{raised.value.hint}"
    assert server.messages == []


def test_a_password_that_others_may_read_is_not_used(
    certificate: ServerCertificate, tmp_path: Path
) -> None:
    password = _password_file(tmp_path, PASSWORD)
    password.chmod(0o644)

    with mail_server(certificate, asks_login=True) as server:
        mail = replace(_mail(server, certificate), user=USER, password_file=str(password))
        with pytest.raises(ConfigurationError, match="lisible par d'autres comptes"):
            _send(mail)

    assert server.logins == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "pas un mot de passe"),
        ("clé-accentuée", "a un accent"),
        ("a\nb", "pas un mot de passe"),
    ],
)
def test_what_cannot_be_a_password_is_not_tried(
    certificate: ServerCertificate, tmp_path: Path, content: str, why: str
) -> None:
    password = _password_file(tmp_path, content)

    with mail_server(certificate, asks_login=True) as server:
        mail = replace(_mail(server, certificate), user=USER, password_file=str(password))
        with pytest.raises(ConfigurationError, match=why):
            _send(mail)

    assert server.logins == []


@pytest.mark.parametrize(
    ("mood", "error", "why"),
    [
        (Mood.BUSY, RetryLaterError, r"revenir plus tard \(451 4\.7\.1\)"),
        (Mood.REFUSES_SENDER, ConfigurationError, r"l'adresse d'expédition \(550 5\.7\.1\)"),
        (Mood.REFUSES_MESSAGE, ConfigurationError, r"le message \(554 5\.6\.0\)"),
        (Mood.CLOSES, RetryLaterError, "a coupé la conversation"),
    ],
)
def test_each_mood_of_a_server_is_said_without_what_it_says(
    certificate: ServerCertificate, mood: Mood, error: type[Exception], why: str
) -> None:
    with mail_server(certificate, mood=mood) as server, pytest.raises(error, match=why) as raised:
        _send(_mail(server, certificate))

    assert "dsi@" not in str(raised.value)


def test_a_slow_server_is_left_after_a_while(certificate: ServerCertificate) -> None:
    begun = time.monotonic()

    with (
        mail_server(certificate, mood=Mood.SLOW) as server,
        pytest.raises(RetryLaterError, match="a mis trop de temps"),
    ):
        _send(_mail(server, certificate), seconds=0.5)

    assert time.monotonic() - begun < 10


def test_addresses_that_the_server_refuses_are_counted(certificate: ServerCertificate) -> None:
    with mail_server(certificate, unknown=(_SECOND,)) as server:
        refused = _send(replace(_mail(server, certificate), to=(_TO, _SECOND)))

    assert refused == 1
    assert server.recipients == [[_TO]]


def test_a_mail_that_no_address_accepts_is_not_sent(certificate: ServerCertificate) -> None:
    with (
        mail_server(certificate, unknown=(_TO,)) as server,
        pytest.raises(
            ConfigurationError, match=r"toutes les adresses de destination \(550 5.1.1\)"
        ),
    ):
        _send(_mail(server, certificate))

    assert server.messages == []


def test_a_server_that_nobody_answers_for_is_tried_again_later() -> None:
    with mail_server() as server:
        mail = _mail(server, None)

    with pytest.raises(RetryLaterError, match="ne répond pas"):
        _send(mail)


def _password_file(folder: Path, content: str) -> Path:
    path = folder / "password"
    path.write_text(content, "utf-8")
    path.chmod(0o600)
    return path
