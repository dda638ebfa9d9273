"""Certificates that prove a machine on a connection (TLS): what is asked of one before it is used.

Trust lies elsewhere: a caller trusts the authority of the service's certificate, and the service
knows each caller's certificate by its SHA-256.
"""

from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from keys.errors import InvalidCertificateError
from keys.seal.certificates import Certificate, load_certificate, read_certificates
from keys.seal.seal_key import SealKey

_PEM_START: Final = b"-----BEGIN "


def require_server_pair(certificates: bytes, private_key: bytes, at: datetime) -> Certificate:
    """Give the certificate that a server may show from an instant on.

    ``certificates`` is PEM: the server's first, then those of its authorities. Properties that
    hold:

    1. certificate and key are in PEM, in clear, of one pair, and strong enough;
    2. the certificate is valid at ``at``;
    3. if it says what it is made for, servers are among it (RFC 5280, 4.2.1.12).

    Raises ``InvalidCertificateError``, which says what to do.
    """
    if not (_PEM_START in certificates and _PEM_START in private_key):
        raise InvalidCertificateError(
            "un serveur lit son certificat et sa clé au format PEM : convertissez-les "
            "(openssl x509 -in certificat.der -out certificat.pem)"
        )
    first = Certificate.of(read_certificates(certificates)[0])
    certificate = SealKey.load(private_key, first.der).certificate  # (1)
    _require_valid(certificate, at)  # (2)
    _require_made_for(certificate, ExtendedKeyUsageOID.SERVER_AUTH, "un serveur")  # (3)
    return certificate


def load_client_certificate(data: bytes, at: datetime) -> Certificate:
    """Read the certificate by which a caller may say who it is, in PEM or DER.

    It is valid at ``at``, and made for clients if it says what it is made for: a server would
    not take it otherwise. Raises ``InvalidCertificateError``, which says what to do.
    """
    certificate = load_certificate(data)
    _require_valid(certificate, at)
    _require_made_for(certificate, ExtendedKeyUsageOID.CLIENT_AUTH, "un client")
    return certificate


def _require_valid(certificate: Certificate, at: datetime) -> None:
    if not certificate.is_valid_at(at):
        raise InvalidCertificateError(
            f"ce certificat vaut du {certificate.not_before:%d/%m/%Y} au "
            f"{certificate.not_after:%d/%m/%Y}, pas à cette date : demandez-en un autre à "
            "l'autorité"
        )


def _require_made_for(certificate: Certificate, use: x509.ObjectIdentifier, whom: str) -> None:
    uses = _said_uses(certificate)
    if uses is not None and use not in uses:
        raise InvalidCertificateError(
            f"ce certificat n'est pas fait pour {whom} : demandez à l'autorité un certificat "
            "dont l'usage étendu (extended key usage) le permet"
        )


def _said_uses(certificate: Certificate) -> x509.ExtendedKeyUsage | None:
    try:
        found = certificate.parsed.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return None
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        raise InvalidCertificateError(
            "ce certificat est mal formé : demandez-le de nouveau à l'autorité"
        ) from None
    return found.value
