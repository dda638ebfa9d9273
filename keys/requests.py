"""Keyed fingerprints of requests: two equal ones are recognised, and nothing of either is told.

HMAC-SHA-256 under a 256-bit key. A request may hold one person's data: from a plain digest, as
from that of a key that somebody made of a name, it would be found by trying.
"""

import hmac
import json
from collections.abc import Sequence

_KEY_LABEL = b"spie-exchange request key 1\0"
_REQUEST_LABEL = b"spie-exchange request 1\0"


def key_digest(key: bytes, chosen: str) -> bytes:
    """Give what is kept of the key that a caller chose: 32 bytes."""
    return hmac.digest(key, _KEY_LABEL + chosen.encode(), "sha256")


def request_fingerprint(key: bytes, parts: Sequence[str]) -> bytes:
    """Give what is kept of a request, from the parts that make it the same: 32 bytes."""
    # As JSON, where one part ends and the next begins is not the caller's to move.
    return hmac.digest(key, _REQUEST_LABEL + json.dumps(list(parts)).encode(), "sha256")
