"""The master key: one file outside the home, which wraps every key of the keyring."""

import base64
import binascii
import hashlib
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from keys.durable_files import stage, write_new
from keys.errors import MasterKeyError
from keys.system_errors import lacks_space, system_sentence

_KEY_BYTES = 32
_PREFIX = "spie-exchange-master-key-1:"
_SHARED_BITS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A 256-bit AES key; ``key_id`` names it without giving it away."""

    secret: bytes = field(repr=False)

    @property
    def key_id(self) -> str:
        """16 hex digits: a truncated hash under a label used for nothing else."""
        return hashlib.sha256(b"spie-exchange master key id\0" + self.secret).hexdigest()[:16]


def generate_master_key() -> MasterKey:
    """Draw a new master key from the operating system."""
    return MasterKey(secrets.token_bytes(_KEY_BYTES))


def create_master_key(path: Path) -> MasterKey:
    """Draw a master key and write it to a new file, readable by its owner only.

    Raises ``MasterKeyError`` when the file exists or cannot be written, ``OSError`` when the
    disk is full.
    """
    key = generate_master_key()
    try:
        write_new(path, _encode(key))
    except FileExistsError:
        raise MasterKeyError(f"le fichier {path} existe déjà, il n'est pas remplacé") from None
    except OSError as error:
        if lacks_space(error):
            raise
        raise MasterKeyError(f"impossible d'écrire {path} : {system_sentence(error)}") from None
    return key


def read_master_key(path: Path) -> MasterKey:
    """Read the master key.

    Raises ``MasterKeyError`` when the file is missing, malformed, or when others than
    its owner may read it.
    """
    try:
        mode = path.stat().st_mode
        text = path.read_text("ascii").strip()
    except OSError as error:
        raise MasterKeyError(f"impossible de lire {path} : {system_sentence(error)}") from None
    except UnicodeDecodeError:
        raise MasterKeyError(f"{path} n'est pas une clé maîtresse") from None
    if mode & _SHARED_BITS:
        raise MasterKeyError(f"{path} est lisible par d'autres que son propriétaire : chmod 600")
    return _decode(text, path)


def stage_master_key(path: Path, key: MasterKey) -> None:
    """Write the successor of the key at ``path`` under its waiting name."""
    stage(path, _encode(key))


def _encode(key: MasterKey) -> bytes:
    return (_PREFIX + base64.b64encode(key.secret).decode("ascii") + "\n").encode("ascii")


def _decode(text: str, path: Path) -> MasterKey:
    try:
        secret = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        secret = b""
    if not text.startswith(_PREFIX) or len(secret) != _KEY_BYTES:
        raise MasterKeyError(f"{path} n'est pas une clé maîtresse")
    return MasterKey(secret)
