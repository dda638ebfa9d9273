"""One test for each numbered property of ``install``, and the same for PKCS #12 files."""

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    load_der_private_key,
    pkcs12,
)

from keys.errors import InvalidCertificateError
from keys.seal import SealKey, generate_key, import_pkcs12, install, self_signed
from tests.unit.keys.seal.authority import VALID_UNTIL, Authority, key_usage, pem

_AT = datetime(2023, 1, 31, tzinfo=UTC)
_PASSWORD = "synthetic"
_ROOT = Authority.root("Racine d'essai")
_ISSUER = _ROOT.subordinate("Autorité d'essai", x509.BasicConstraints(ca=True, path_length=0))
_PRIVATE = generate_key()


def _private_key() -> ec.EllipticCurvePrivateKey:
    key = load_der_private_key(_PRIVATE, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


_PUBLIC = _private_key().public_key()
_SEAL = _ISSUER.issue(_PUBLIC)


def _bundle(certificate: x509.Certificate | None, *others: x509.Certificate) -> bytes:
    key = _private_key()
    encryption = BestAvailableEncryption(_PASSWORD.encode())
    return pkcs12.serialize_key_and_certificates(b"seal", key, certificate, others, encryption)


def test_a_seal_with_its_chain_is_installed() -> None:
    seal = install(_PRIVATE, pem(_SEAL, _ISSUER.certificate, _ROOT.certificate), _AT)

    assert seal.certificate.subject == "CN=Cachet d'essai"
    assert SealKey.load(seal.private_key_der(), seal.certificate.der) == seal


def test_a_chain_need_not_end_with_its_root() -> None:
    seal = install(_PRIVATE, pem(_SEAL, _ISSUER.certificate), _AT)

    assert seal.certificate.subject == "CN=Cachet d'essai"


def test_1_a_certificate_of_another_key_is_refused() -> None:
    with pytest.raises(InvalidCertificateError, match="n'est pas celui de cette clé privée"):
        install(generate_key(), pem(_SEAL, _ISSUER.certificate), _AT)


def test_1_a_key_too_weak_is_refused() -> None:
    weak = ec.generate_private_key(ec.SECP224R1())

    with pytest.raises(InvalidCertificateError, match="demandez un certificat pour une clé plus"):
        install(_PRIVATE, pem(_ISSUER.issue(weak.public_key()), _ISSUER.certificate), _AT)


def test_2_an_authority_in_the_place_of_the_seal_is_refused() -> None:
    authority = _ROOT.issue(_PUBLIC, [x509.BasicConstraints(ca=True, path_length=None)])

    with pytest.raises(InvalidCertificateError, match="mettez d'abord le certificat du cachet"):
        install(_PRIVATE, pem(authority, _ROOT.certificate), _AT)


def test_2_a_key_that_may_not_sign_is_refused() -> None:
    certificate = _ISSUER.issue(_PUBLIC, [key_usage()])

    with pytest.raises(InvalidCertificateError, match="n'est pas fait pour signer"):
        install(_PRIVATE, pem(certificate, _ISSUER.certificate), _AT)


def test_2_a_certificate_that_says_nothing_of_its_use_is_accepted() -> None:
    seal = install(_PRIVATE, pem(_ISSUER.issue(_PUBLIC, []), _ISSUER.certificate), _AT)

    assert seal.certificate.subject == "CN=Cachet d'essai"


def test_2_a_certificate_with_an_extension_that_cannot_be_read_is_refused() -> None:
    unreadable = x509.UnrecognizedExtension(x509.BasicConstraints.oid, b"unreadable")
    certificate = _ISSUER.issue(_PUBLIC, [unreadable])

    with pytest.raises(InvalidCertificateError, match="est mal formé"):
        install(_PRIVATE, pem(certificate, _ISSUER.certificate), _AT)


def test_3_a_lone_certificate_of_an_authority_is_refused() -> None:
    with pytest.raises(InvalidCertificateError, match="ne forment pas une chaîne"):
        install(_PRIVATE, pem(_SEAL), _AT)


def test_3_a_lone_certificate_signed_by_itself_is_installed() -> None:
    trial = self_signed("Département d'essai")

    assert install(trial.private_key_der(), trial.certificate.pem, _AT) == trial


def test_3_a_chain_with_a_link_missing_or_exchanged_is_refused() -> None:
    namesake = _ROOT.subordinate("Autorité d'essai", x509.BasicConstraints(ca=True, path_length=0))

    for chain in (
        (_SEAL, _ROOT.certificate),
        (_SEAL, _ROOT.certificate, _ISSUER.certificate),
        (_SEAL, namesake.certificate),
    ):
        with pytest.raises(InvalidCertificateError, match="ne forment pas une chaîne"):
            install(_PRIVATE, pem(*chain), _AT)


@pytest.mark.parametrize("constraints", [None, x509.BasicConstraints(ca=False, path_length=None)])
def test_3_an_issuer_that_is_no_authority_is_refused(
    constraints: x509.BasicConstraints | None,
) -> None:
    issuer = _ROOT.subordinate("Autorité d'essai", constraints)

    with pytest.raises(InvalidCertificateError, match="n'a pas le droit d'en émettre"):
        install(_PRIVATE, pem(issuer.issue(_PUBLIC), issuer.certificate), _AT)


def test_3_an_issuer_whose_key_may_not_sign_certificates_is_refused() -> None:
    constraints = x509.BasicConstraints(ca=True, path_length=None)
    issuer = _ROOT.subordinate("Autorité d'essai", constraints, signs=False)

    with pytest.raises(InvalidCertificateError, match="n'a pas le droit d'en émettre"):
        install(_PRIVATE, pem(issuer.issue(_PUBLIC), issuer.certificate), _AT)


def test_3_more_authorities_than_the_path_admits_are_refused() -> None:
    below = _ISSUER.subordinate("Trop bas", x509.BasicConstraints(ca=True, path_length=None))

    with pytest.raises(InvalidCertificateError, match="n'a pas le droit d'en émettre"):
        install(_PRIVATE, pem(below.issue(_PUBLIC), below.certificate, _ISSUER.certificate), _AT)


def test_4_a_seal_out_of_its_dates_is_refused_and_the_dates_are_given() -> None:
    expired = _ISSUER.issue(_PUBLIC, until=datetime(2023, 1, 30, tzinfo=UTC))

    with pytest.raises(InvalidCertificateError, match="du 01/01/2022 au 30/01/2023"):
        install(_PRIVATE, pem(expired, _ISSUER.certificate), _AT)


def test_4_an_authority_out_of_its_dates_is_refused() -> None:
    long_lived = _ISSUER.issue(_PUBLIC, until=VALID_UNTIL.replace(year=2042))

    with pytest.raises(InvalidCertificateError, match="n'est pas valide à cette date"):
        install(_PRIVATE, pem(long_lived, _ISSUER.certificate), VALID_UNTIL.replace(year=2041))


def test_a_file_without_certificate_is_refused() -> None:
    with pytest.raises(InvalidCertificateError, match="donnez-le au format PEM ou DER"):
        install(_PRIVATE, b"no certificate", _AT)


def test_a_pkcs12_file_is_imported_whatever_the_order_of_its_certificates() -> None:
    data = _bundle(_SEAL, _ROOT.certificate, _ISSUER.certificate)

    seal = import_pkcs12(data, _PASSWORD, _AT)

    assert seal == install(_PRIVATE, pem(_SEAL, _ISSUER.certificate), _AT)


def test_a_pkcs12_file_whose_authorities_certify_each_other_is_read_to_an_end() -> None:
    first = Authority.root("Une")
    second = first.subordinate("Autre", x509.BasicConstraints(ca=True, path_length=None))
    crossed = Authority(
        first.key,
        second.subordinate("Une", x509.BasicConstraints(ca=True, path_length=None)).certificate,
    )
    data = _bundle(first.issue(_PUBLIC), crossed.certificate, second.certificate)

    with pytest.raises(InvalidCertificateError, match="ne forment pas une chaîne"):
        import_pkcs12(data, _PASSWORD, _AT)


@pytest.mark.parametrize("password", ["", "wrong", "é"])
def test_a_pkcs12_file_with_a_wrong_password_is_refused(password: str) -> None:
    with pytest.raises(InvalidCertificateError, match="vérifiez le mot de passe"):
        import_pkcs12(_bundle(_SEAL, _ISSUER.certificate), password, _AT)


def test_a_pkcs12_file_without_certificate_is_refused() -> None:
    with pytest.raises(InvalidCertificateError, match="exportez les deux"):
        import_pkcs12(_bundle(None), _PASSWORD, _AT)


def test_a_pkcs12_file_with_a_key_of_another_kind_is_refused() -> None:
    key = dsa.generate_private_key(2048)
    encryption = BestAvailableEncryption(_PASSWORD.encode())
    certificate = _ISSUER.issue(key.public_key())
    data = pkcs12.serialize_key_and_certificates(b"seal", key, certificate, None, encryption)

    with pytest.raises(InvalidCertificateError, match="demandez un certificat pour une clé plus"):
        import_pkcs12(data, _PASSWORD, _AT)
