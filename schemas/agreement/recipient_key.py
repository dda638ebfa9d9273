"""An age public key as the agreement writes it: its outer form, its kind, its fingerprint.

Whether the key is sound (checksum, curve point) is for ``keys.age``; this room sees no key
but as text. Forms: C2SP ``age.md``, recipients ``age1…`` (X25519, 62 characters) and
``age1pq1…`` (ML-KEM-768 with X25519, 1959 characters), in lower case.
"""

import hashlib
import re
from typing import Final

_BECH32: Final = "[qpzry9x8gf2tvdw0s3jn54khce6mua7l]"
_CLASSICAL: Final = re.compile(f"age1{_BECH32}{{58}}")
_POST_QUANTUM: Final = re.compile(f"age1pq1{_BECH32}{{1952}}")
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{4}(?: [0-9a-f]{4}){7}")
_FINGERPRINT_BYTES: Final = 16


def has_key_form(text: str) -> bool:
    """Tell whether a text looks like one age public key, from outside."""
    return is_classical(text) or _POST_QUANTUM.fullmatch(text) is not None


def is_classical(key: str) -> bool:
    """Tell whether a key is X25519 alone, which a quantum computer would open."""
    return _CLASSICAL.fullmatch(key) is not None


def has_fingerprint_form(text: str) -> bool:
    """Tell whether a text is eight groups of four lower-case hex digits."""
    return _FINGERPRINT.fullmatch(text) is not None


def recipient_fingerprint(key: str) -> str:
    """Give the first 16 bytes of SHA-256 of the key's text, as eight groups of four hex digits."""
    digest = hashlib.sha256(key.encode("utf-8")).digest()[:_FINGERPRINT_BYTES]
    return digest.hex(" ", 2)
