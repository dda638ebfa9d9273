"""Base64 as age headers write it: RFC 4648 section 4, no padding, canonical only."""

import base64
import binascii


def encode(data: bytes) -> bytes:
    """Give the ASCII text of ``data``, without ``=``."""
    return base64.b64encode(data).rstrip(b"=")


def decode(text: bytes) -> bytes:
    """Give the bytes. Raises ``ValueError`` on whatever ``encode`` would not have written."""
    try:
        data = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
    # Comparing with the one canonical text also refuses padding and spare bits that are set.
    if encode(data) != text:
        raise ValueError("not canonical base64")
    return data
