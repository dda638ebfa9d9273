"""The key a transfer needs of the keyring to derive references."""

from exchange.agreements import reference_scope
from keys.keyring import Keyring
from keys.keyring_file import KeyPurpose


def reference_key(keyring: Keyring, agreement_id: str, recipient_id: str) -> bytes:
    """Give the key of the references one recipient gets under one agreement."""
    scope = reference_scope(agreement_id, recipient_id)
    return keyring.current(KeyPurpose.REFERENCE, scope)
