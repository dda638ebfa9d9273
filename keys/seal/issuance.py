"""Where a seal comes from: a request and its answer, a PKCS #12 file, or a trial's own."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from keys.errors import InvalidCertificateError
from keys.seal.certificates import Certificate, certificate_value, load_certificates
from keys.seal.seal_key import SealKey, load_private_key, private_key_bytes

_TRIAL_FROM: Final = datetime(2020, 1, 1, tzinfo=UTC)
_TRIAL_UNTIL: Final = datetime(2040, 1, 1, tzinfo=UTC)


def generate_key() -> bytes:
    """Draw an ECDSA P-256 key; give it in PKCS #8 DER, in clear."""
    key = ec.generate_private_key(ec.SECP256R1())
    return private_key_bytes(key, serialization.Encoding.DER)


def certificate_request(
    private_key_der: bytes, *, organisation: str, common_name: str, country: str
) -> bytes:
    """Give the certificate request (PKCS #10) in PEM.

    Raises ``InvalidCertificateError`` for a name that X.509 does not admit.
    """
    try:
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, country),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
                x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            ]
        )
    except ValueError:
        raise InvalidCertificateError(
            "ce nom n'est pas admis : pays en deux lettres, noms de 1 à 64 caractères"
        ) from None
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    signed = builder.sign(load_private_key(private_key_der), hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM)


def install(private_key_der: bytes, chain: bytes, at: datetime) -> SealKey:
    """Check the answer to a request: the seal's certificate first, then those above it.

    1. the certificate is of this key;
    2. it and every one above it is valid at ``at``;
    3. each is signed by the next, which may sign certificates; a lone certificate must
       be self-signed.

    The chain is the operator's word; what recipients trust is the pinned certificate.
    Raises ``InvalidCertificateError`` with what to do.
    """
    certificates = load_certificates(chain)
    seal = SealKey.load(private_key_der, certificates[0].der)  # (1)
    for certificate in certificates:
        _require_valid(certificate, at)  # (2)
    _require_chain([certificate.x509() for certificate in certificates])  # (3)
    return seal


def import_pkcs12(data: bytes, password: str, at: datetime) -> SealKey:
    """Take a seal out of a PKCS #12 file. Raises ``InvalidCertificateError``."""
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(data, password.encode())
    except ValueError:
        raise InvalidCertificateError(
            "ce fichier PKCS#12 ne s'ouvre pas : mot de passe faux, ou autre format"
        ) from None
    if key is None or certificate is None:
        raise InvalidCertificateError("ce fichier PKCS#12 n'a pas une clé et son certificat")
    private_key_der = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    value = certificate_value(certificate)
    _require_valid(value, at)
    return SealKey.load(private_key_der, value.der)


def self_signed(
    name: str, not_before: datetime = _TRIAL_FROM, not_after: datetime = _TRIAL_UNTIL
) -> SealKey:
    """Make a self-signed certificate and its key: a trial's seal, a recipient's receipt key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(
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
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return SealKey(certificate_value(certificate), key)


def _require_valid(certificate: Certificate, at: datetime) -> None:
    if not certificate.not_before <= at <= certificate.not_after:
        raise InvalidCertificateError(
            f"le certificat {certificate.subject} n'est valable que du "
            f"{certificate.not_before:%d/%m/%Y} au {certificate.not_after:%d/%m/%Y}"
        )


def _require_chain(chain: Sequence[x509.Certificate]) -> None:
    above = chain[1:] or chain
    for certificate, issuer in zip(chain, above, strict=False):
        try:
            certificate.verify_directly_issued_by(issuer)
        except (InvalidSignature, ValueError, TypeError):
            raise InvalidCertificateError(
                "la chaîne est incomplète ou en désordre : mettez le certificat du cachet, puis "
                "celui de son autorité, et ainsi de suite"
            ) from None
    for issuer in chain[1:]:
        if not _may_issue(issuer):
            raise InvalidCertificateError(
                f"le certificat {issuer.subject.rfc4514_string()} n'est pas celui d'une autorité"
            )


def _may_issue(certificate: x509.Certificate) -> bool:
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    except x509.ExtensionNotFound:
        return False
    return constraints.value.ca and usage.value.key_cert_sign
