"""Sealing of one record at rest: AES-256-GCM, bound to what the record is.

Layout of sealed bytes: ``0x01 ‖ nonce (12 bytes) ‖ ciphertext ‖ tag (16 bytes)``.
"""

import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keys.errors import UnsealingError
from keys.keyring_file import KeyId

_LAYOUT = b"\x01"
_NONCE_BYTES = 12
_TAG_BYTES = 16


@dataclass(frozen=True, slots=True)
class Binding:
    """What a sealed record belongs to; moved anywhere else it no longer opens.

    ``person_id`` is the random id, ``schema_version`` the shape of the plaintext.
    """

    agreement_id: str
    person_id: bytes
    schema_version: int


class RecordSealer:
    """Seals and opens records under one data key."""

    def __init__(self, key_id: KeyId, material: bytes) -> None:
        """Take a 32-byte key and its name, which becomes part of what is authenticated."""
        self.key_id = key_id
        self._prefix = str(key_id).encode()
        self._cipher = AESGCM(material)

    def seal(self, plaintext: bytes, binding: Binding) -> bytes:
        """Seal one record.

        The nonce is random: with one message a record, two records out of 2^32 sealed
        under one key share a nonce with a probability below 2^-32 (NIST SP 800-38D,
        8.3). All RSA households of France, sealed anew every day for five years, stay
        below that.
        """
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _LAYOUT + nonce + self._cipher.encrypt(nonce, plaintext, self._bound_to(binding))

    def open(self, sealed: bytes, binding: Binding) -> bytes:
        """Open one record. Raises ``UnsealingError``, which says nothing of the cause."""
        if len(sealed) < 1 + _NONCE_BYTES + _TAG_BYTES or sealed[:1] != _LAYOUT:
            raise UnsealingError("un enregistrement scellé ne s'ouvre pas")
        nonce, ciphertext = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, ciphertext, self._bound_to(binding))
        except InvalidTag:
            raise UnsealingError("un enregistrement scellé ne s'ouvre pas") from None

    def _bound_to(self, binding: Binding) -> bytes:
        # Lengths first, so that no two bindings have the same bytes.
        agreement = binding.agreement_id.encode()
        return b"".join(
            (
                len(self._prefix).to_bytes(2),
                self._prefix,
                len(agreement).to_bytes(2),
                agreement,
                len(binding.person_id).to_bytes(2),
                binding.person_id,
                binding.schema_version.to_bytes(2),
            )
        )
