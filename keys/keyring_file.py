"""The keyring file: its JSON form. Format 1, one entry a key, each wrapped apart."""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from keys.errors import KeyringError
from keys.system_errors import system_sentence

_FORMAT = 1


class KeyPurpose(StrEnum):
    """What a key is for; one key never serves two purposes."""

    RECORDS = "records"
    IDENTITY = "identity"
    REFERENCE = "reference"
    PSEUDONYM = "pseudonym"
    CHECKPOINT = "checkpoint"
    SEAL = "seal"
    REQUESTS = "requests"


@dataclass(frozen=True, slots=True, order=True)
class KeyId:
    """Names one version of one key: ``records/spie-62/1``."""

    purpose: KeyPurpose
    scope: str
    version: int

    def __str__(self) -> str:
        return f"{self.purpose}/{self.scope}/{self.version}"


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """One entry of the keyring as it lies in the file."""

    key_id: KeyId
    created_at: datetime
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class KeyringDocument:
    """What the file says: whose master key wraps it, and the wrapped keys."""

    master_key_id: str
    entries: tuple[WrappedKey, ...]
    destroyed: tuple[KeyId, ...]


def encode_keyring(
    master_key_id: str, entries: Iterable[WrappedKey], destroyed: Iterable[KeyId] = ()
) -> bytes:
    """Give the bytes of the file, in the order of the keys' names.

    ``destroyed`` are the names of keys that are gone: a name is never given twice.
    """
    document = {
        "format": _FORMAT,
        "master_key_id": master_key_id,
        "keys": [
            {
                **_name(entry.key_id),
                "created_at": entry.created_at.isoformat(),
                "wrapped": base64.b64encode(entry.wrapped).decode("ascii"),
            }
            for entry in sorted(entries, key=lambda entry: entry.key_id)
        ],
        "destroyed": [_name(key_id) for key_id in sorted(destroyed)],
    }
    return json.dumps(document, indent=1).encode() + b"\n"


def read_keyring(path: Path) -> KeyringDocument:
    """Read a keyring file. Raises ``KeyringError``."""
    try:
        document = json.loads(path.read_bytes())
        if document["format"] != _FORMAT:
            raise KeyringError(f"{path} : format de trousseau inconnu")
        return KeyringDocument(
            document["master_key_id"],
            tuple(_decode_entry(entry) for entry in document["keys"]),
            tuple(_decode_name(name) for name in document["destroyed"]),
        )
    except OSError as error:
        raise KeyringError(f"impossible de lire {path} : {system_sentence(error)}") from None
    except (ValueError, KeyError, TypeError):
        raise KeyringError(f"{path} n'est pas un trousseau") from None


def _decode_entry(entry: Mapping[str, str]) -> WrappedKey:
    key_id = _decode_name(entry)
    created_at = datetime.fromisoformat(entry["created_at"])
    return WrappedKey(key_id, created_at, base64.b64decode(entry["wrapped"], validate=True))


def _name(key_id: KeyId) -> dict[str, str | int]:
    return {"purpose": key_id.purpose, "scope": key_id.scope, "version": key_id.version}


def _decode_name(name: Mapping[str, str]) -> KeyId:
    return KeyId(KeyPurpose(name["purpose"]), name["scope"], int(name["version"]))
