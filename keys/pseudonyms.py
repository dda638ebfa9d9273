"""Keyed pseudonyms: one key per domain, so that no two domains can be linked.

HMAC-SHA-256 under a 256-bit key (ENISA 2019, 5.1: robust while the key is safe); a
plain hash of a name and a birth date would be reversed by trying them all.
"""

import base64
import hmac

_IDENTITY_LABEL = b"spie-exchange identity 1\0"
_REFERENCE_LABEL = b"spie-exchange reference 1\0"
_EVIDENCE_LABEL = b"spie-exchange evidence 1\0"
_REFERENCE_BYTES = 16
_REFERENCE_CHARACTERS = 26
_EVIDENCE_BYTES = 16
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def identity_index(key: bytes, folded_identity: str) -> bytes:
    """Give the blind index under which a person is found again: 32 bytes."""
    return hmac.digest(key, _IDENTITY_LABEL + folded_identity.encode(), "sha256")


def reference(key: bytes, person_id: bytes) -> str:
    """Give the reference sent to one recipient under one agreement: 27 characters.

    Base32 (RFC 4648) of 16 bytes, then a check character (ISO/IEC 7064 MOD 37,36) that
    catches a mistyped or exchanged character.
    """
    digest = hmac.digest(key, _REFERENCE_LABEL + person_id, "sha256")[:_REFERENCE_BYTES]
    body = base64.b32encode(digest).decode("ascii").rstrip("=")
    return body + _check_character(body)


def is_reference(text: str) -> bool:
    """Tell whether a text has the form of a reference and its check character is right."""
    body, check = text[:-1], text[-1:]
    return (
        len(body) == _REFERENCE_CHARACTERS
        and all(character in _ALPHABET for character in body)
        and check == _check_character(body)
    )


def evidence_pseudonym(key: bytes, person_id: bytes) -> str:
    """Give the name of a person in the evidence: 32 hex digits; its key ends with the log."""
    return hmac.digest(key, _EVIDENCE_LABEL + person_id, "sha256")[:_EVIDENCE_BYTES].hex()


def _check_character(body: str) -> str:
    # ISO/IEC 7064, hybrid system MOD 37,36.
    product = 36
    for character in body:
        total = (product + _ALPHABET.index(character)) % 36 or 36
        product = total * 2 % 37
    return _ALPHABET[(37 - product) % 36]
