"""CAdES baseline signatures with X.509 certificates: the seal, receipts, certificates."""

from keys.seal.certificates import Certificate, load_certificate
from keys.seal.issuance import (
    certificate_request,
    generate_key,
    import_pkcs12,
    install,
    self_signed,
)
from keys.seal.seal_key import SealKey
from keys.seal.signing import sign_detached, sign_enveloping
from keys.seal.verification import VerifiedSignature, verify_detached, verify_enveloping

__all__ = [
    "Certificate",
    "SealKey",
    "VerifiedSignature",
    "certificate_request",
    "generate_key",
    "import_pkcs12",
    "install",
    "load_certificate",
    "self_signed",
    "sign_detached",
    "sign_enveloping",
    "verify_detached",
    "verify_enveloping",
]
