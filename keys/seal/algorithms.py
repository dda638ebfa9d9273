"""The algorithms a signature may use, as the exact DER they are written in."""

from dataclasses import dataclass
from typing import Final

from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from keys.seal.seal_key import PrivateKey


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A digest and a signature algorithm that belong together.

    ``digest`` and ``signature`` are AlgorithmIdentifiers in DER; ``digests`` are all the
    encodings of the digest that are accepted (RFC 5754: parameters absent, or NULL).
    """

    hash: hashes.SHA256 | hashes.SHA384
    digests: tuple[bytes, ...]
    signature: bytes


_SHA256: Final = bytes.fromhex("300b0609608648016503040201")
_SHA256_NULL: Final = bytes.fromhex("300d06096086480165030402010500")
_SHA384: Final = bytes.fromhex("300b0609608648016503040202")
_SHA384_NULL: Final = bytes.fromhex("300d06096086480165030402020500")
_ECDSA_SHA256: Final = bytes.fromhex("300a06082a8648ce3d040302")
_ECDSA_SHA384: Final = bytes.fromhex("300a06082a8648ce3d040303")
_RSA_ENCRYPTION: Final = bytes.fromhex("300d06092a864886f70d0101010500")
_RSA_SHA256: Final = bytes.fromhex("300d06092a864886f70d01010b0500")

_SHA256_DIGESTS: Final = (_SHA256, _SHA256_NULL)
_SHA384_DIGESTS: Final = (_SHA384, _SHA384_NULL)
ACCEPTED: Final = (
    Algorithm(hashes.SHA256(), _SHA256_DIGESTS, _ECDSA_SHA256),
    Algorithm(hashes.SHA384(), _SHA384_DIGESTS, _ECDSA_SHA384),
    Algorithm(hashes.SHA256(), _SHA256_DIGESTS, _RSA_SHA256),
    # What openssl writes for RSA (RFC 3370, 3.2): the digest says which hash it is.
    Algorithm(hashes.SHA256(), _SHA256_DIGESTS, _RSA_ENCRYPTION),
)


def algorithm_for(key: PrivateKey) -> Algorithm:
    """Choose how a key signs: SHA-384 on P-384, SHA-256 otherwise."""
    if isinstance(key, rsa.RSAPrivateKey):
        return ACCEPTED[2]
    return ACCEPTED[1] if key.curve.name == "secp384r1" else ACCEPTED[0]


def accepted_algorithm(digest: asn1.TLV, signature: asn1.TLV) -> Algorithm | None:
    """Find the accepted algorithm that two identifiers name together."""
    named = asn1.encode_der(digest), asn1.encode_der(signature)
    for algorithm in ACCEPTED:
        if named[0] in algorithm.digests and named[1] == algorithm.signature:
            return algorithm
    return None


def sign(key: PrivateKey, data: bytes, algorithm: Algorithm) -> bytes:
    """Sign bytes with the algorithm chosen for the key."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), algorithm.hash)
    return key.sign(data, ec.ECDSA(algorithm.hash))


def verify(public_key: object, signature: bytes, data: bytes, algorithm: Algorithm) -> None:
    """Verify bytes. Raises ``InvalidSignature`` of ``cryptography``, or ``TypeError``."""
    is_rsa = algorithm.signature in {_RSA_SHA256, _RSA_ENCRYPTION}
    if isinstance(public_key, rsa.RSAPublicKey) and is_rsa:
        public_key.verify(signature, data, padding.PKCS1v15(), algorithm.hash)
    elif isinstance(public_key, ec.EllipticCurvePublicKey) and not is_rsa:
        public_key.verify(signature, data, ec.ECDSA(algorithm.hash))
    else:
        raise TypeError("the key is not of the algorithm's kind")
