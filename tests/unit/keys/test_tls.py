"""What is asked of a certificate on a connection: each numbered property, by its number."""

import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from keys.errors import InvalidCertificateError, MismatchedKeyError
from keys.seal import generate_key, self_signed
from keys.seal.algorithms import SealPrivateKey
from keys.seal.seal_key import load_private_key
from keys.tls import load_client_certificate, require_server_pair
from tests.unit.keys.seal.authority import VALID_UNTIL, Authority, pem

_AT = datetime(2026, 11, 22, tzinfo=UTC)
_ISSUER = Authority.root("Racine d'essai")
_DRAWN = self_signed("serveur")
_SERVER = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
_CLIENT = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
_DOCUMENT = Path(__file__).parents[3] / "docs/http-service.md"


def _issued(*uses: x509.ExtensionType) -> tuple[bytes, bytes]:
    """Give a chain and its key, in PEM."""
    key = load_private_key(generate_key())
    chain = pem(_ISSUER.issue(key.public_key(), list(uses)), _ISSUER.certificate)
    return chain, _pem_of(key)


def _pem_of(key: SealPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@pytest.mark.parametrize("uses", [(), (_SERVER,)])
def test_a_server_shows_a_certificate_of_its_key_with_those_of_its_authorities(
    uses: tuple[x509.ExtensionType, ...],
) -> None:
    chain, key = _issued(*uses)

    assert require_server_pair(chain, key, _AT).pem in chain


def test_1_what_is_in_der_is_to_be_converted() -> None:
    with pytest.raises(InvalidCertificateError, match="au format PEM"):
        require_server_pair(_DRAWN.certificate.der, _DRAWN.private_key_pem(), _AT)
    with pytest.raises(InvalidCertificateError, match="au format PEM"):
        require_server_pair(_DRAWN.certificate.pem, _DRAWN.private_key_der(), _AT)


def test_1_a_key_of_another_pair_is_refused() -> None:
    with pytest.raises(MismatchedKeyError):
        require_server_pair(_DRAWN.certificate.pem, self_signed("autre").private_key_pem(), _AT)


def test_1_a_weak_key_is_refused() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(InvalidCertificateError, match="3072 bits"):
        require_server_pair(pem(_ISSUER.issue(key.public_key())), _pem_of(key), _AT)


@pytest.mark.parametrize("at", [VALID_UNTIL + timedelta(days=1), datetime(2019, 1, 1, tzinfo=UTC)])
def test_2_a_certificate_that_is_over_or_has_not_begun_is_refused(at: datetime) -> None:
    with pytest.raises(InvalidCertificateError, match="pas à cette date"):
        require_server_pair(_DRAWN.certificate.pem, _DRAWN.private_key_pem(), at)
    with pytest.raises(InvalidCertificateError, match="pas à cette date"):
        load_client_certificate(_DRAWN.certificate.pem, at)


def test_3_a_certificate_made_for_something_else_is_refused() -> None:
    with pytest.raises(InvalidCertificateError, match="n'est pas fait pour un serveur"):
        require_server_pair(*_issued(_CLIENT), _AT)
    key = load_private_key(generate_key()).public_key()
    with pytest.raises(InvalidCertificateError, match="n'est pas fait pour un client"):
        load_client_certificate(pem(_ISSUER.issue(key, [_SERVER])), _AT)


def test_a_chain_is_no_client_s_certificate() -> None:
    with pytest.raises(InvalidCertificateError, match="plusieurs certificats"):
        load_client_certificate(_issued(_CLIENT)[0], _AT)


@pytest.mark.stock
def test_the_certificate_that_the_documentation_makes_is_a_client_s(tmp_path: Path) -> None:
    (line,) = re.findall(
        r"^(openssl req (?:.+\\\n)+.+)$", _DOCUMENT.read_text("utf-8"), re.MULTILINE
    )

    subprocess.run(["sh", "-c", line], cwd=tmp_path, check=True, capture_output=True)

    certificate = load_client_certificate(
        (tmp_path / "client.pem").read_bytes(), datetime.now(UTC) + timedelta(days=1)
    )
    assert certificate.subject == "CN=enquete dgefp"
