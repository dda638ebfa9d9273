"""The seal: a private key with its certificate; drawing one, asking for a certificate."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Self

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from keys.errors import InvalidCertificateError, MismatchedKeyError
from keys.seal.algorithms import SealPrivateKey, signing_digest
from keys.seal.certificates import Certificate, load_certificate

# Trials live between the dates of the agreements they try and the days they are run on.
_TRIAL_NOT_BEFORE: Final = datetime(2020, 1, 1, tzinfo=UTC)
_TRIAL_NOT_AFTER: Final = datetime(2040, 1, 1, tzinfo=UTC)

# RFC 5280, appendix A.1: ub-common-name, ub-organization-name.
_NAME_CHARACTERS: Final = 64
_PEM_START: Final = b"-----BEGIN"
_SIGNS_ONLY: Final = x509.KeyUsage(
    digital_signature=True,
    content_commitment=True,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


@dataclass(frozen=True, slots=True)
class SealKey:
    """A private key and the certificate that names its holder."""

    certificate: Certificate
    private_key: SealPrivateKey = field(repr=False, compare=False)

    @classmethod
    def load(cls, private_key: bytes, certificate: bytes) -> Self:
        """Put an unencrypted private key and its certificate together, each in PEM or DER.

        Raises ``InvalidCertificateError``; its ``MismatchedKeyError`` when they do not belong to
        each other.
        """
        loaded = load_certificate(certificate)
        key = load_private_key(private_key)
        if key.public_key() != loaded.public_key:
            raise MismatchedKeyError("ce certificat n'est pas celui de cette clé privée")
        return cls(loaded, key)

    def private_key_der(self) -> bytes:
        """Give the key in PKCS #8 DER, in clear: to be wrapped at once."""
        return _private_bytes(self.private_key, serialization.Encoding.DER)

    def private_key_pem(self) -> bytes:
        """Give the key in PKCS #8 PEM, in clear: what ``openssl cms -inkey`` reads."""
        return _private_bytes(self.private_key, serialization.Encoding.PEM)


def generate_key() -> bytes:
    """Draw an ECDSA key on P-256. Gives PKCS #8 DER, in clear: to be wrapped at once."""
    key = ec.generate_private_key(ec.SECP256R1())
    return _private_bytes(key, serialization.Encoding.DER)


def certificate_request(
    private_der: bytes, *, organisation: str, common_name: str, country: str
) -> bytes:
    """Ask for a certificate (PKCS #10, RFC 2986). Gives PEM.

    ``country`` is an ISO 3166 code of two letters; the names have 1 to 64 characters (RFC 5280,
    appendix A). Raises ``InvalidCertificateError`` otherwise.
    """
    private_key = load_private_key(private_der)
    name = _name(
        {
            NameOID.COUNTRY_NAME: country,
            NameOID.ORGANIZATION_NAME: organisation,
            NameOID.COMMON_NAME: common_name,
        }
    )
    builder = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(name)
        .add_extension(_SIGNS_ONLY, critical=True)
    )
    try:
        request = builder.sign(private_key, signing_digest(private_key.public_key()).function)
    except ValueError:  # the name is only encoded now: a country is of PrintableString
        raise _impossible_name() from None
    return request.public_bytes(serialization.Encoding.PEM)


def self_signed(
    common_name: str,
    not_before: datetime = _TRIAL_NOT_BEFORE,
    not_after: datetime = _TRIAL_NOT_AFTER,
) -> SealKey:
    """Draw a key and sign its certificate with itself: for trials, and for receipts.

    Such a certificate is worth what the reader knows of its fingerprint.
    """
    private_key = ec.generate_private_key(ec.SECP256R1())
    name = _name({NameOID.COMMON_NAME: common_name})
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_SIGNS_ONLY, critical=True)
        .sign(private_key, signing_digest(private_key.public_key()).function)
    )
    return SealKey(Certificate.of(certificate), private_key)


def load_private_key(data: bytes) -> SealPrivateKey:
    """Read an unencrypted private key, in PEM or DER. Raises ``InvalidCertificateError``."""
    try:
        if data.startswith(_PEM_START):
            key = serialization.load_pem_private_key(data, password=None)
        else:
            key = serialization.load_der_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _unusable_key() from None
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise _unusable_key()
    return key


def _private_bytes(key: SealPrivateKey, encoding: serialization.Encoding) -> bytes:
    return key.private_bytes(
        encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _name(parts: dict[x509.ObjectIdentifier, str]) -> x509.Name:
    if not all(1 <= len(text) <= _NAME_CHARACTERS for text in parts.values()):
        raise _impossible_name()
    try:
        return x509.Name([x509.NameAttribute(kind, text) for kind, text in parts.items()])
    except ValueError:
        raise _impossible_name() from None


def _impossible_name() -> InvalidCertificateError:
    return InvalidCertificateError(
        "un nom de certificat a de 1 à 64 caractères, et un pays deux lettres (FR)"
    )


def _unusable_key() -> InvalidCertificateError:
    return InvalidCertificateError(
        "cette clé privée n'est ni ECDSA ni RSA, ou n'est pas lisible sans mot de passe"
    )
