"""X.509 seals and the CAdES baseline signatures they make (ETSI EN 319 122-1, RFC 5652).

What is signed is made and checked here; trust comes from elsewhere: the reader pins one
certificate, received by another channel and checked by its fingerprint.
"""

from keys.seal.certificates import Certificate, load_certificate
from keys.seal.installation import import_pkcs12, install
from keys.seal.seal_key import SealKey, certificate_request, generate_key, self_signed
from keys.seal.signing import sign_detached, sign_enveloping
from keys.seal.verification import (
    VerifiedSignature,
    require_own_form,
    unverified_content,
    verify_detached,
    verify_enveloping,
)

__all__ = [
    "Certificate",
    "SealKey",
    "VerifiedSignature",
    "certificate_request",
    "generate_key",
    "import_pkcs12",
    "install",
    "load_certificate",
    "require_own_form",
    "self_signed",
    "sign_detached",
    "sign_enveloping",
    "unverified_content",
    "verify_detached",
    "verify_enveloping",
]
