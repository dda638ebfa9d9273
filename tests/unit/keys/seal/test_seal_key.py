from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given
from hypothesis import strategies as st

from keys.errors import InvalidCertificateError, MismatchedKeyError
from keys.seal import (
    SealKey,
    certificate_request,
    generate_key,
    load_certificate,
    self_signed,
    sign_detached,
)
from tests.unit.keys.seal.authority import Authority, pem

_TRIAL = self_signed("Département d'essai")
_EC_PUBLIC_KEY = bytes.fromhex("06072a8648ce3d0201")


def test_a_trial_seal_is_valid_from_2020_to_2040_and_may_only_sign() -> None:
    certificate = _TRIAL.certificate
    usage = certificate.parsed.extensions.get_extension_for_class(x509.KeyUsage).value

    assert certificate.subject == "CN=Département d'essai"
    assert certificate.not_before == datetime(2020, 1, 1, tzinfo=UTC)
    assert certificate.not_after == datetime(2040, 1, 1, tzinfo=UTC)
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign


@pytest.mark.parametrize("name", ["", "a" * 65])
def test_a_name_that_no_certificate_can_hold_is_refused(name: str) -> None:
    with pytest.raises(InvalidCertificateError, match="de 1 à 64 caractères"):
        self_signed(name)


def test_a_seal_loads_from_der_and_from_pem() -> None:
    from_der = SealKey.load(_TRIAL.private_key_der(), _TRIAL.certificate.der)
    from_pem = SealKey.load(_TRIAL.private_key_pem(), _TRIAL.certificate.pem)

    assert from_der.private_key_der() == from_pem.private_key_der() == _TRIAL.private_key_der()
    assert from_der.certificate == from_pem.certificate == _TRIAL.certificate


def test_a_seal_shows_its_certificate_and_not_its_key() -> None:
    assert repr(_TRIAL) == f"SealKey(certificate=Certificate({_TRIAL.certificate.fingerprint}))"


def test_a_certificate_of_another_key_is_refused() -> None:
    with pytest.raises(MismatchedKeyError, match="n'est pas celui de cette clé privée"):
        SealKey.load(generate_key(), _TRIAL.certificate.der)


def test_a_private_key_of_another_kind_or_not_readable_is_refused() -> None:
    other = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )

    for data in (other, b"", b"-----BEGIN PRIVATE KEY-----"):
        with pytest.raises(InvalidCertificateError, match="n'est ni ECDSA ni RSA"):
            SealKey.load(data, _TRIAL.certificate.der)


def test_a_request_names_the_holder_and_proves_the_key() -> None:
    private_der = generate_key()

    text = certificate_request(
        private_der, organisation="Département d'essai", common_name="Cachet SPIE", country="FR"
    )

    request = x509.load_pem_x509_csr(text)
    private_key = serialization.load_der_private_key(private_der, None)
    assert request.is_signature_valid
    assert request.public_key() == private_key.public_key()
    assert request.subject.rfc4514_string() == "CN=Cachet SPIE,O=Département d'essai,C=FR"


@pytest.mark.parametrize(
    ("name", "country"), [("", "FR"), ("a" * 65, "FR"), ("x", "FRA"), ("x", "ÉÉ")]
)
def test_a_request_with_an_impossible_name_is_refused(name: str, country: str) -> None:
    with pytest.raises(InvalidCertificateError, match="un pays deux lettres"):
        certificate_request(
            generate_key(), organisation=name, common_name="Cachet SPIE", country=country
        )


def test_nothing_is_signed_outside_the_validity_of_the_certificate() -> None:
    with pytest.raises(InvalidCertificateError, match="vaut du 01/01/2020 au 01/01/2040"):
        sign_detached(b"content", _TRIAL, datetime(2040, 1, 2, tzinfo=UTC))


def test_a_certificate_reads_from_pem_and_der_alike() -> None:
    certificate = _TRIAL.certificate

    assert load_certificate(certificate.pem) == load_certificate(certificate.der) == certificate
    assert load_certificate(b"a comment\n" + certificate.pem).fingerprint == certificate.fingerprint


def test_a_pinned_certificate_comes_alone() -> None:
    root = Authority.root("Racine d'essai").certificate

    with pytest.raises(InvalidCertificateError, match="plusieurs certificats"):
        load_certificate(pem(_TRIAL.certificate.parsed, root))


def test_a_certificate_of_an_unknown_kind_of_key_is_refused() -> None:
    root = Authority.root("Racine d'essai")
    ed = root.issue(ed25519.Ed25519PrivateKey.generate().public_key())
    weak = root.issue(ec.generate_private_key(ec.SECP224R1()).public_key())

    # The last arc of id-ecPublicKey made another: an algorithm that nobody knows.
    unknown = _TRIAL.certificate.der.replace(_EC_PUBLIC_KEY, _EC_PUBLIC_KEY[:-1] + b"\x7f")

    for certificate in (pem(ed), pem(weak), unknown):
        with pytest.raises(InvalidCertificateError, match="une clé plus forte"):
            load_certificate(certificate)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_no_certificate(data: bytes) -> None:
    for prefix in (b"", b"-----BEGIN CERTIFICATE-----\n"):
        with pytest.raises(InvalidCertificateError, match="n'est pas lisible"):
            load_certificate(prefix + data)


@pytest.mark.parametrize(
    ("found", "put"),
    [
        pytest.param("a003020102", "a003020109", id="a version of X.509 that is none"),
        pytest.param("0c14", "0314", id="a name that is a string of bits"),
        pytest.param("0c14", "1d14", id="a name of a type that no name has"),
        pytest.param("0603550403", "0603550406", id="a country of twenty letters"),
    ],
)
def test_a_certificate_whose_parts_do_not_parse_is_refused_when_it_is_read(
    found: str, put: str
) -> None:
    der = _TRIAL.certificate.der
    altered = der.replace(bytes.fromhex(found), bytes.fromhex(put))
    assert altered != der

    with pytest.raises(InvalidCertificateError, match="n'est pas lisible"):
        load_certificate(altered)
