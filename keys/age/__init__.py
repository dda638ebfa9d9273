"""age v1 files (C2SP age.md), classical and post-quantum; no armor, no passphrase.

Why in Python: ``docs/decisions/0003-age-in-python.md``.
"""

from keys.age.files import EncryptingWriter, open_for_reading, open_with_file_key
from keys.age.hybrid import HybridIdentity, HybridRecipient
from keys.age.key_text import Identity, Recipient, parse_identities, parse_recipient
from keys.age.primitives import FileKey
from keys.age.x25519 import X25519Identity, X25519Recipient

__all__ = [
    "EncryptingWriter",
    "FileKey",
    "HybridIdentity",
    "HybridRecipient",
    "Identity",
    "Recipient",
    "X25519Identity",
    "X25519Recipient",
    "open_for_reading",
    "open_with_file_key",
    "parse_identities",
    "parse_recipient",
]
