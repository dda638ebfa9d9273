"""The keys a transfer needs of the keyring: to open records, to derive references."""

from exchange.agreements import reference_scope
from keys.keyring import Keyring
from keys.keyring_file import KeyPurpose
from keys.sealing import RecordSealer


def record_sealers(keyring: Keyring, agreement_id: str) -> dict[int, RecordSealer]:
    """Give a sealer for each version of an agreement's data key."""
    ids = [entry.key_id for entry in keyring.entries()]
    mine = [k for k in ids if (k.purpose, k.scope) == (KeyPurpose.RECORDS, agreement_id)]
    return {key_id.version: RecordSealer(key_id, keyring.material(key_id)) for key_id in mine}


def reference_key(keyring: Keyring, agreement_id: str, recipient_id: str) -> bytes:
    """Give the key of the references one recipient gets under one agreement."""
    scope = reference_scope(agreement_id, recipient_id)
    return keyring.current(KeyPurpose.REFERENCE, scope)
