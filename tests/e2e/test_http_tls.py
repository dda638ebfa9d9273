"""TLS by the service itself, in real processes, and the pairs of files that it refuses."""

import os
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from _pytest.mark import ParameterSet

from exchange.accounts import Role
from tests.fakes.callers import bearer, token_at
from tests.fakes.http_service import HttpService, tls_service
from tests.fakes.mail_certificate import ServerCertificate, certificate_for
from tests.fakes.situation import Situation

_Spoiling = Callable[[ServerCertificate], ServerCertificate]
_SECONDS = 30
_FORMER_TLS = ssl.TLSVersion.TLSv1_1


@pytest.fixture(name="shown")
def _shown(tmp_path: Path) -> ServerCertificate:
    return certificate_for(tmp_path)


@pytest.fixture(name="serving")
def _serving(sent: Situation, shown: ServerCertificate) -> Iterator[HttpService]:
    with tls_service(sent.departement, shown) as service:
        yield service


# To ask for a version that is too old is the test.
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated:DeprecationWarning")
def test_a_recipient_is_served_over_tls_and_over_nothing_before_1_2(
    serving: HttpService, sent: Situation
) -> None:
    recipient = bearer(token_at(sent.departement, Role.RECIPIENT))

    answer = requests.get(
        serving.at("/transfers"),
        headers=recipient,
        verify=str(serving.authority),
        timeout=_SECONDS,
    )

    assert answer.status_code == 200
    assert answer.json()["items"]
    assert _negotiated(serving, ssl.TLSVersion.TLSv1_3) == "TLSv1.3"
    assert _negotiated(serving, ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    with pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"):
        _negotiated(serving, _FORMER_TLS)
    with pytest.raises(requests.ConnectionError):
        requests.get(serving.at("/health/live").replace("https", "http"), timeout=_SECONDS)


def _negotiated(serving: HttpService, version: ssl.TLSVersion) -> str | None:
    """Speak one version only, with all that a lax client would take."""
    context = ssl.create_default_context(cafile=str(serving.authority))
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    address = urlsplit(serving.url)
    with (
        socket.create_connection((str(address.hostname), address.port), _SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=address.hostname) as wrapped,
    ):
        return wrapped.version()


def _expired(pair: ServerCertificate) -> ServerCertificate:
    return certificate_for(pair.certificate.parent, days=-1)


def _without_certificate(pair: ServerCertificate) -> ServerCertificate:
    pair.certificate.unlink()
    return pair


def _a_folder(pair: ServerCertificate) -> ServerCertificate:
    return ServerCertificate(pair.certificate, pair.key.parent)


def _of_another_key(pair: ServerCertificate) -> ServerCertificate:
    folder = pair.key.parent / "autre"
    folder.mkdir()
    return ServerCertificate(pair.certificate, certificate_for(folder).key)


def _exchanged(pair: ServerCertificate) -> ServerCertificate:
    return ServerCertificate(pair.key, pair.certificate)


def _of_no_certificate(pair: ServerCertificate) -> ServerCertificate:
    pair.certificate.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    return pair


def _in_der(pair: ServerCertificate) -> ServerCertificate:
    pem = pair.certificate.read_text("ascii")
    pair.certificate.write_bytes(ssl.PEM_cert_to_DER_cert(pem))
    return pair


def _locked_key(pair: ServerCertificate) -> ServerCertificate:
    locked = pair.key.with_suffix(".locked")
    line = ("openssl", "ec", "-aes128", "-passout", "pass:secret", "-in", pair.key, "-out", locked)
    subprocess.run(line, check=True, capture_output=True)
    return ServerCertificate(pair.certificate, locked)


def _endless(pair: ServerCertificate) -> ServerCertificate:
    pipe = pair.key.with_suffix(".pipe")
    os.mkfifo(pipe)
    return ServerCertificate(pair.certificate, pipe)


def _at_length(spoilt: _Spoiling, code: int, said: str) -> ParameterSet:
    return pytest.param(spoilt, code, said, marks=pytest.mark.long)


@pytest.mark.parametrize(
    ("spoilt", "code", "said"),
    [
        (_without_certificate, 2, "ce chemin n'existe pas"),
        (_expired, 1, "ce certificat vaut du"),
        (_of_another_key, 1, "n'est pas celui de cette clé"),
        _at_length(_a_folder, 2, "n'est pas un fichier"),
        _at_length(_exchanged, 1, "n'est pas lisible"),
        _at_length(_of_no_certificate, 1, "n'est pas lisible"),
        _at_length(_in_der, 1, "au format PEM"),
        _at_length(_locked_key, 1, "sans mot de passe"),
        _at_length(_endless, 3, "n'est pas un fichier ordinaire"),
    ],
)
def test_a_pair_that_cannot_serve_is_refused_before_anybody_is_listened_to(
    published: Situation,
    shown: ServerCertificate,
    spoilt: _Spoiling,
    code: int,
    said: str,
) -> None:
    pair = spoilt(shown)

    answer = published.departement.run(
        "serve", "--certificate", pair.certificate, "--key", pair.key
    )

    assert answer.exit_code == code, answer
    assert said in answer.complaint
    assert "conseil" in answer.complaint
    assert "Le service répond" not in answer.complaint
