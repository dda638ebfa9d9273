"""The algorithms admitted for seals: ECDSA on NIST curves or RSA PKCS #1 v1.5, with SHA-2.

Each curve signs with the digest of its strength, RSA with SHA-256. Verifying admits the three
digests with every key, since ``openssl cms`` signs with SHA-256 whatever the curve is.
Sizes: ANSSI, "Guide des mécanismes cryptographiques" (RSA from 3072 bits on, P-256 at least).
"""

from dataclasses import dataclass
from typing import Final, TypeAlias, TypeGuard

from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.x509 import ObjectIdentifier
from cryptography.x509.oid import PublicKeyAlgorithmOID, SignatureAlgorithmOID

from keys.seal.structures import AlgorithmIdentifier

SealPrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
SealPublicKey: TypeAlias = ec.EllipticCurvePublicKey | rsa.RSAPublicKey

_RSA_LEAST_BITS: Final = 3072


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest, its name in CMS (RFC 5754), and that of the ECDSA signatures made over it."""

    identifier: ObjectIdentifier
    function: hashes.SHA256 | hashes.SHA384 | hashes.SHA512
    ecdsa: ObjectIdentifier

    def of(self, content: bytes) -> bytes:
        """Give the digest of a content."""
        digest = hashes.Hash(self.function)
        digest.update(content)
        return digest.finalize()


SHA256: Final = Digest(
    ObjectIdentifier("2.16.840.1.101.3.4.2.1"),
    hashes.SHA256(),
    SignatureAlgorithmOID.ECDSA_WITH_SHA256,
)
SHA384: Final = Digest(
    ObjectIdentifier("2.16.840.1.101.3.4.2.2"),
    hashes.SHA384(),
    SignatureAlgorithmOID.ECDSA_WITH_SHA384,
)
SHA512: Final = Digest(
    ObjectIdentifier("2.16.840.1.101.3.4.2.3"),
    hashes.SHA512(),
    SignatureAlgorithmOID.ECDSA_WITH_SHA512,
)

_DIGESTS: Final = {digest.identifier: digest for digest in (SHA256, SHA384, SHA512)}
_DIGESTS_BY_CURVE: Final = {"secp256r1": SHA256, "secp384r1": SHA384, "secp521r1": SHA512}


def is_strong(key: object) -> TypeGuard[SealPublicKey]:
    """Tell whether a public key is one that a seal may have."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.curve.name in _DIGESTS_BY_CURVE
    return isinstance(key, rsa.RSAPublicKey) and key.key_size >= _RSA_LEAST_BITS


def signing_digest(key: SealPublicKey) -> Digest:
    """Give the digest that a key signs with."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        return _DIGESTS_BY_CURVE[key.curve.name]
    return SHA256


def named_digest(identifier: AlgorithmIdentifier) -> Digest:
    """Give the digest that CMS names.

    Raises ``ValueError`` for one that is not admitted, or that is not named as writers must:
    without parameters (RFC 5754, 2). Nobody signs those names, so NULL would be a second form.
    """
    digest = _DIGESTS.get(identifier.algorithm)
    if digest is None or identifier.parameters is not None:
        raise ValueError("this digest is not admitted")
    return digest


def digest_identifier(digest: Digest) -> AlgorithmIdentifier:
    """Name a digest as CMS does."""
    return AlgorithmIdentifier(algorithm=digest.identifier, parameters=None)


def signature_identifier(key: SealPublicKey, digest: Digest) -> AlgorithmIdentifier:
    """Name the signature of a key over a digest (RFC 5753, 2.1.1; RFC 3370, 3.2).

    RSA bears the name of the key alone, as ``openssl cms`` writes it.
    """
    if isinstance(key, ec.EllipticCurvePublicKey):
        return AlgorithmIdentifier(algorithm=digest.ecdsa, parameters=None)
    return AlgorithmIdentifier(
        algorithm=PublicKeyAlgorithmOID.RSAES_PKCS1_v1_5, parameters=asn1.Null()
    )


def sign(key: SealPrivateKey, digest: Digest, message: bytes) -> bytes:
    """Sign a message: ECDSA in DER, the low one of two twins (``is_low``), or RSA."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        r, s = decode_dss_signature(key.sign(message, ec.ECDSA(digest.function)))
        return encode_dss_signature(r, min(s, key.curve.group_order - s))
    return key.sign(message, padding.PKCS1v15(), digest.function)


def verify(key: SealPublicKey, digest: Digest, signature: bytes, message: bytes) -> None:
    """Verify a signature. Raises ``cryptography.exceptions.InvalidSignature``."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, message, ec.ECDSA(digest.function))
    else:
        key.verify(signature, message, padding.PKCS1v15(), digest.function)


def is_low(key: SealPublicKey, signature: bytes) -> bool:
    """Tell whether a signature that verifies is the one of its kind.

    With (r, s), anybody can write (r, n - s), which ECDSA takes as well (SEC 1, 4.1.4); only
    the one with the lesser s is low. RSA has no such twin (RFC 8017, 8.2.2).
    """
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return True
    _, s = decode_dss_signature(signature)
    return s <= key.curve.group_order // 2
