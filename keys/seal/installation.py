"""Installing a seal whose certificate an authority issued: checks before it is relied upon."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from keys.errors import InvalidCertificateError
from keys.seal.certificates import Certificate, read_certificates, require_readable
from keys.seal.seal_key import SealKey


def install(private_der: bytes, certificates_pem: bytes, at: datetime) -> SealKey:
    """Put a key and its certificate together; ``certificates_pem`` is the chain, seal first.

    Properties that hold (RFC 5280, 6.1, as far as one chain without policies needs it):

    1. the first certificate is that of the key, which is strong enough;
    2. it is no authority's, and its key may sign;
    3. each further one issued the one before it: name, signature, right to sign certificates,
       length of path; one alone is self-signed;
    4. all of them are valid at ``at``.

    A chain tells mistakes, not trust: readers pin the certificate. Revocation is not asked for.
    Raises ``InvalidCertificateError``, which says what to do.
    """
    return _install(private_der, read_certificates(certificates_pem), at)


def import_pkcs12(data: bytes, password: str, at: datetime) -> SealKey:
    """Take a key with its certificates out of a PKCS #12 file (RFC 7292).

    The properties are those of ``install``. Raises ``InvalidCertificateError``.
    """
    try:
        bundle = pkcs12.load_pkcs12(data, password.encode())
    except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion):
        raise InvalidCertificateError(
            "ce fichier PKCS #12 ne s'ouvre pas : vérifiez le mot de passe, ou demandez de "
            "nouveau le fichier"
        ) from None
    if bundle.key is None or bundle.cert is None:
        raise InvalidCertificateError(
            "ce fichier PKCS #12 ne contient pas une clé et son certificat : exportez les deux"
        )
    private_der = bundle.key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    others = [extra.certificate for extra in bundle.additional_certs]
    for parsed in (bundle.cert.certificate, *others):
        require_readable(parsed)
    return _install(private_der, _chain(bundle.cert.certificate, others), at)


def _install(private_der: bytes, chain: Sequence[x509.Certificate], at: datetime) -> SealKey:
    certificate = Certificate.of(chain[0])
    seal = SealKey.load(private_der, certificate.der)  # (1)
    _require_signing_certificate(chain[0])  # (2)
    if len(chain) == 1:
        _require_signed_by(chain[0], chain[0])  # (3)
    for depth, (issued, issuer) in enumerate(pairwise(chain)):
        _require_signed_by(issued, issuer)  # (3)
        _require_authority(issuer, depth)  # (3)
    for link in chain:
        _require_valid(link, at)  # (4)
    return seal


def _chain(
    certificate: x509.Certificate, others: Sequence[x509.Certificate]
) -> list[x509.Certificate]:
    # PKCS #12 does not order its certificates; each is used once, so that this ends.
    chain = [certificate]
    remaining = list(others)
    while chain[-1].issuer != chain[-1].subject:
        issuers = [other for other in remaining if other.subject == chain[-1].issuer]
        if not issuers:
            break
        chain.append(issuers[0])
        remaining.remove(issuers[0])
    return chain


def _require_signing_certificate(certificate: x509.Certificate) -> None:
    if _is_authority(certificate):
        raise InvalidCertificateError(
            "le premier certificat du fichier est celui d'une autorité : mettez d'abord le "
            "certificat du cachet, puis ceux de ses autorités"
        )
    usage = _key_usage(certificate)
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        raise InvalidCertificateError(
            "ce certificat n'est pas fait pour signer : demandez un certificat de cachet"
        )


def _require_signed_by(issued: x509.Certificate, issuer: x509.Certificate) -> None:
    try:
        issued.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        raise InvalidCertificateError(
            "les certificats du fichier ne forment pas une chaîne : mettez d'abord celui du "
            "cachet, puis chaque autorité après le certificat qu'elle a émis"
        ) from None


def _require_authority(issuer: x509.Certificate, depth: int) -> None:
    usage = _key_usage(issuer)
    if not _is_authority(issuer, depth) or (usage is not None and not usage.key_cert_sign):
        raise InvalidCertificateError(
            "un certificat de la chaîne n'a pas le droit d'en émettre : demandez à l'autorité "
            "la chaîne complète du cachet"
        )


def _require_valid(certificate: x509.Certificate, at: datetime) -> None:
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise InvalidCertificateError(
            "un certificat de la chaîne n'est pas valide à cette date (il vaut du "
            f"{certificate.not_valid_before_utc:%d/%m/%Y} au "
            f"{certificate.not_valid_after_utc:%d/%m/%Y}) : demandez un nouveau certificat"
        )


def _is_authority(certificate: x509.Certificate, below: int = 0) -> bool:
    """Tell whether a certificate is an authority's, with ``below`` authorities under it."""
    try:
        constraints = _extensions(certificate).get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False
    return constraints.ca and (constraints.path_length is None or below <= constraints.path_length)


def _key_usage(certificate: x509.Certificate) -> x509.KeyUsage | None:
    try:
        return _extensions(certificate).get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None


def _extensions(certificate: x509.Certificate) -> x509.Extensions:
    try:
        return certificate.extensions
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        raise InvalidCertificateError(
            "un certificat de la chaîne est mal formé : demandez-le de nouveau à l'autorité"
        ) from None
