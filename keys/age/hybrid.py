"""The post-quantum recipient, ``age1pq1...`` (C2SP age.md, "MLKEM768-X25519").

HPKE (RFC 9180) with the hybrid KEM of draft-ietf-hpke-pq-03, also known as X-Wing: whoever
wants the file key has to break ML-KEM-768 and X25519 both.
"""

import hashlib
import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import (
    MLKEM768PrivateKey,
    MLKEM768PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from keys.age import bech32, raw_base64
from keys.age.header import Stanza
from keys.age.primitives import FileKey, is_low_order
from keys.errors import AgeHeaderError

RECIPIENT_PREFIX = "age1pq"
IDENTITY_PREFIX = "AGE-SECRET-KEY-PQ-"
_KIND = "mlkem768x25519"
_INFO = b"age-encryption.org/mlkem768x25519"
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_SEED_BYTES = 32
_MLKEM_SEED_BYTES = 64
_MLKEM_PUBLIC_BYTES = 1184
_X25519_BYTES = 32
_PUBLIC_BYTES = _MLKEM_PUBLIC_BYTES + _X25519_BYTES
_SHARE_BYTES = KEM.MLKEM768_X25519.enc_length()


@dataclass(frozen=True, slots=True)
class HybridRecipient:
    """A public key: 1216 bytes, of ML-KEM-768 and then of X25519."""

    public: bytes

    def __post_init__(self) -> None:
        if len(self.public) != _PUBLIC_BYTES or is_low_order(self.public[_MLKEM_PUBLIC_BYTES:]):
            raise ValueError("not a pair of keys to exchange keys with")
        MLKEM768PublicKey.from_public_bytes(self.public[:_MLKEM_PUBLIC_BYTES])

    def __str__(self) -> str:
        return bech32.encode(RECIPIENT_PREFIX, self.public)

    def wrap(self, file_key: FileKey) -> Stanza:
        """Wrap a file key for the holder of the private key."""
        public = MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(self.public[:_MLKEM_PUBLIC_BYTES]),
            X25519PublicKey.from_public_bytes(self.public[_MLKEM_PUBLIC_BYTES:]),
        )
        sealed = _SUITE.encrypt(file_key.secret, public, _INFO)
        argument = raw_base64.encode(sealed[:_SHARE_BYTES]).decode("ascii")
        return Stanza(_KIND, (argument,), sealed[_SHARE_BYTES:])


@dataclass(frozen=True, slots=True)
class HybridIdentity:
    """A private key: a seed of 32 bytes from the operating system, hidden in ``repr``."""

    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != _SEED_BYTES:
            raise ValueError("not the seed of a hybrid key")

    @classmethod
    def generate(cls) -> "HybridIdentity":
        """Draw a new private key."""
        return cls(secrets.token_bytes(_SEED_BYTES))

    @property
    def recipient(self) -> HybridRecipient:
        """The public key that goes with it."""
        mlkem, x25519 = self._private_keys()
        public = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        return HybridRecipient(public)

    def secret_text(self) -> str:
        """Give the line of an identity file. Whoever reads it reads every file sent to us."""
        return bech32.encode(IDENTITY_PREFIX.lower(), self.seed).upper()

    def unwrap(self, stanza: Stanza) -> FileKey | None:
        """Give the file key; ``None`` when the stanza is of another kind or for someone else.

        Raises ``AgeHeaderError`` when it is of this kind and breaks its rules.
        """
        if stanza.kind != _KIND:
            return None
        share = stanza.share(_SHARE_BYTES)
        # HPKE reports such a share as a wrong tag, as if the file were for someone else.
        if is_low_order(share[-_X25519_BYTES:]):
            raise AgeHeaderError("l'en-tête du fichier age porte une clé éphémère nulle")
        private = MLKEM768X25519PrivateKey(*self._private_keys())
        try:
            return FileKey(_SUITE.decrypt(share + stanza.body, private, _INFO))
        except InvalidTag:
            return None

    def _private_keys(self) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        # draft-ietf-hpke-pq-03, DeriveKeyPair of the hybrids: both keys from one SHAKE256.
        expanded = hashlib.shake_256(self.seed).digest(_MLKEM_SEED_BYTES + _X25519_BYTES)
        return (
            MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED_BYTES]),
            X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED_BYTES:]),
        )
