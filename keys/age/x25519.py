"""The classical recipient, ``age1...`` (C2SP age.md, "The X25519 recipient type")."""

import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from keys.age import bech32, raw_base64
from keys.age.header import Stanza
from keys.age.primitives import (
    FileKey,
    derive_key,
    is_low_order,
    unwrap_file_key,
    wrap_file_key,
)
from keys.errors import AgeHeaderError

RECIPIENT_PREFIX = "age"
IDENTITY_PREFIX = "AGE-SECRET-KEY-"
_KIND = "X25519"
_INFO = b"age-encryption.org/v1/X25519"
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class X25519Recipient:
    """A public key: 32 bytes, a point of Curve25519. Its text is what ``age`` reads."""

    public: bytes

    def __post_init__(self) -> None:
        if len(self.public) != _KEY_BYTES or is_low_order(self.public):
            raise ValueError("not a point to exchange keys with")

    def __str__(self) -> str:
        return bech32.encode(RECIPIENT_PREFIX, self.public)

    def wrap(self, file_key: FileKey) -> Stanza:
        """Wrap a file key for the holder of the private key, under a fresh ephemeral one."""
        ephemeral = X25519PrivateKey.generate()
        share = ephemeral.public_key().public_bytes_raw()
        wrap_key = _wrap_key(ephemeral, peer=self.public, share=share, recipient=self.public)
        argument = raw_base64.encode(share).decode("ascii")
        return Stanza(_KIND, (argument,), wrap_file_key(wrap_key, file_key))


@dataclass(frozen=True, slots=True)
class X25519Identity:
    """A private key: 32 bytes from the operating system, hidden in ``repr``."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != _KEY_BYTES:
            raise ValueError("not a private key of Curve25519")

    @classmethod
    def generate(cls) -> "X25519Identity":
        """Draw a new private key."""
        return cls(secrets.token_bytes(_KEY_BYTES))

    @property
    def recipient(self) -> X25519Recipient:
        """The public key that goes with it."""
        return X25519Recipient(self._private.public_key().public_bytes_raw())

    def secret_text(self) -> str:
        """Give the line of an identity file. Whoever reads it reads every file sent to us."""
        return bech32.encode(IDENTITY_PREFIX.lower(), self.secret).upper()

    def unwrap(self, stanza: Stanza) -> FileKey | None:
        """Give the file key; ``None`` when the stanza is of another kind or for someone else.

        Raises ``AgeHeaderError`` when it is of this kind and breaks its rules.
        """
        if stanza.kind != _KIND:
            return None
        share = stanza.share(_KEY_BYTES)
        if is_low_order(share):
            raise AgeHeaderError("l'en-tête du fichier age porte une clé éphémère nulle")
        recipient = self.recipient.public
        wrap_key = _wrap_key(self._private, peer=share, share=share, recipient=recipient)
        return unwrap_file_key(wrap_key, stanza.body)

    @property
    def _private(self) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(self.secret)


def _wrap_key(private: X25519PrivateKey, *, peer: bytes, share: bytes, recipient: bytes) -> bytes:
    shared_secret = private.exchange(X25519PublicKey.from_public_bytes(peer))
    return derive_key(shared_secret, salt=share + recipient, info=_INFO)
