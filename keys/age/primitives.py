"""The file key, what age derives from it and wraps it with, and the points it must not use."""

import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_FILE_KEY_BYTES = 16
_TAG_BYTES = 16
WRAPPED_FILE_KEY_BYTES = _FILE_KEY_BYTES + _TAG_BYTES
_DERIVED_KEY_BYTES = 32

# A wrap key wraps one file key and nothing else, so its only nonce cannot repeat
# (age.md, "X25519 recipient stanza").
_WRAP_NONCE = bytes(12)


@dataclass(frozen=True, slots=True)
class FileKey:
    """The 128-bit key of one age file: it opens that file and no other."""

    secret: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> "FileKey":
        """Draw the key of a new file from the operating system."""
        return cls(secrets.token_bytes(_FILE_KEY_BYTES))


def derive_key(secret: bytes, *, salt: bytes, info: bytes) -> bytes:
    """HKDF-SHA-256 (RFC 5869) to 32 bytes, the only key derivation of age."""
    return HKDF(SHA256(), _DERIVED_KEY_BYTES, salt, info).derive(secret)


def wrap_file_key(wrap_key: bytes, file_key: FileKey) -> bytes:
    """Encrypt a file key under a key that serves this once: 32 bytes, tag included."""
    return ChaCha20Poly1305(wrap_key).encrypt(_WRAP_NONCE, file_key.secret, None)


def unwrap_file_key(wrap_key: bytes, wrapped: bytes) -> FileKey | None:
    """Decrypt a wrapped file key of 32 bytes; ``None`` when it is wrapped under another key."""
    try:
        return FileKey(ChaCha20Poly1305(wrap_key).decrypt(_WRAP_NONCE, wrapped, None))
    except InvalidTag:
        return None


def is_low_order(point: bytes) -> bool:
    """Tell whether every X25519 with this 32-byte point gives zero (RFC 7748, section 6.1).

    A private key is a multiple of the curve's cofactor, so that any will do to find out;
    ``cryptography`` refuses the all-zero result.
    """
    try:
        X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(point))
    except ValueError:
        return True
    return False
