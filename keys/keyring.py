"""The keyring: every key of the service, each wrapped by the master key.

One JSON file in the home. What each key is for, what its rotation does and when it is
destroyed: ``docs/keys.md``.
"""

import copy
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keys.durable_files import promote, replace_file, stage, staged_name
from keys.errors import KeyringError, UnknownKeyError
from keys.keyring_file import (
    KeyId,
    KeyPurpose,
    KeyringDocument,
    WrappedKey,
    encode_keyring,
    read_keyring,
)
from keys.master_key import (
    MasterKey,
    create_master_key,
    generate_master_key,
    read_master_key,
    stage_master_key,
)
from keys.patient_locks import lock_patiently

_NONCE_BYTES = 12
_KEY_BYTES = 32
_Identity: TypeAlias = tuple[tuple[int, ...], ...]


class Keyring:
    """The keys of one home. Every change re-reads the file under a lock, then replaces it."""

    def __init__(self, path: Path, master_key_path: Path) -> None:
        """Open the keyring at ``path`` with the master key at ``master_key_path``.

        Ends an interrupted replacement of the master key first. Raises
        ``KeyringError`` or ``MasterKeyError``.
        """
        self._path = path
        self._master_key_path = master_key_path
        self._master_key = read_master_key(master_key_path)
        self._entries: dict[KeyId, WrappedKey] = {}
        self._destroyed: set[KeyId] = set()
        self._seen: _Identity = ()
        self.reload()

    @classmethod
    def create(cls, path: Path, master_key_path: Path) -> "Keyring":
        """Make a master key and an empty keyring, neither of which may exist yet."""
        master_key = create_master_key(master_key_path)
        replace_file(path, encode_keyring(master_key.key_id, ()))
        return cls(path, master_key_path)

    def reload(self) -> None:
        """Read the files again if they are others: another process may have replaced them.

        A change puts a new file in the place of the old one, whole and on disk, each time.
        """
        seen = self._identity()
        if not seen or seen != self._seen:
            with self._exclusively():
                pass
            # As it was before it was read: what changed meanwhile is read again the next time.
            self._seen = seen

    def apart(self) -> "Keyring":
        """Give a keyring that reads again by itself, with the keys as they were read here."""
        return copy.copy(self)

    def entries(self) -> tuple[WrappedKey, ...]:
        """Every key, wrapped, in the order of their names."""
        return tuple(sorted(self._entries.values(), key=lambda entry: entry.key_id))

    def entries_for(self, purpose: KeyPurpose) -> tuple[WrappedKey, ...]:
        """Every key of one purpose, wrapped, by scope and then from the oldest version on."""
        return tuple(entry for entry in self.entries() if entry.key_id.purpose is purpose)

    @property
    def master_key_id(self) -> str:
        """The name of the master key: 16 hex digits that do not give it away."""
        return self._master_key.key_id

    def latest(self, purpose: KeyPurpose, scope: str) -> KeyId | None:
        """Name the key in use for a purpose and scope; ``None`` when there is none (any more)."""
        versions = [k for k in self._entries if (k.purpose, k.scope) == (purpose, scope)]
        return max(versions, default=None)

    def material(self, key_id: KeyId) -> bytes:
        """Unwrap one key. Raises ``UnknownKeyError`` when it is not there or was destroyed."""
        entry = self._entries.get(key_id)
        if entry is None:
            raise UnknownKeyError(f"la clé {key_id} n'existe pas ou a été détruite")
        return _unwrap(self._master_key, entry)

    def current(self, purpose: KeyPurpose, scope: str) -> bytes:
        """Unwrap the key in use. Raises ``UnknownKeyError`` when there is none (any more)."""
        key_id = self.latest(purpose, scope)
        if key_id is None:
            raise UnknownKeyError(f"la clé {purpose}/{scope} n'existe pas ou a été détruite")
        return self.material(key_id)

    def add(self, purpose: KeyPurpose, scope: str, at: datetime, material: bytes = b"") -> KeyId:
        """Add the next version of a key, drawn here unless its material is given."""
        with self._exclusively():
            key_id = KeyId(purpose, scope, self._last_version(purpose, scope) + 1)
            material = material or secrets.token_bytes(_KEY_BYTES)
            self._entries[key_id] = _wrap(self._master_key, key_id, at, material)
            self._write()
        return key_id

    def obtain(self, purpose: KeyPurpose, scope: str, at: datetime) -> KeyId:
        """Name the key in use for a purpose and scope, made on first need."""
        return self.latest(purpose, scope) or self.add(purpose, scope, at)

    def destroy(self, doomed: Callable[[KeyId], bool]) -> tuple[KeyId, ...]:
        """Remove keys and replace the master key, so that an old keyring opens nothing either.

        The remaining keys are wrapped again under the new master key. Order, each step
        on disk before the next:

        1. the new keyring waits beside the old one;
        2. the new master key waits beside the old one;
        3. the new master key takes its place: from here on the doomed keys are gone;
        4. the new keyring takes its place.

        A crash before (3) leaves everything as it was, a crash after it is finished by
        the next opening. Returns the names of the keys destroyed.
        """
        with self._exclusively():
            gone = tuple(sorted(k for k in self._entries if doomed(k)))
            successor = generate_master_key()
            kept = [
                _rewrap(self._master_key, successor, e)
                for k, e in self._entries.items()
                if k not in gone
            ]
            self._destroyed |= set(gone)
            stage(self._path, encode_keyring(successor.key_id, kept, self._destroyed))  # (1)
            stage_master_key(self._master_key_path, successor)  # (2)
            promote(self._master_key_path)  # (3)
            promote(self._path)  # (4)
            self._master_key = successor
            self._entries = {entry.key_id: entry for entry in kept}
        return gone

    def replace_master_key(self) -> str:
        """Wrap every key again under a new master key, as ``destroy`` does; give its name."""
        self.destroy(lambda _: False)
        return self.master_key_id

    def _last_version(self, purpose: KeyPurpose, scope: str) -> int:
        # Destroyed ones count: a certificate names them, and no living key may bear that name.
        named = (*self._entries, *self._destroyed)
        versions = [k.version for k in named if (k.purpose, k.scope) == (purpose, scope)]
        return max(versions, default=0)

    def _write(self) -> None:
        content = encode_keyring(self._master_key.key_id, self._entries.values(), self._destroyed)
        replace_file(self._path, content)

    def _identity(self) -> "_Identity":
        try:
            return tuple(_identity(path) for path in (self._path, self._master_key_path))
        except OSError:
            return ()  # whoever reads them says what is wrong

    @contextmanager
    def _exclusively(self) -> Iterator[None]:
        with self._path.with_suffix(".lock").open("a") as lock:
            lock_patiently(lock)
            self._master_key = read_master_key(self._master_key_path)
            _finish_replacement(self._path, self._master_key_path, self._master_key)
            document = _read(self._path, self._master_key)
            self._entries = {entry.key_id: entry for entry in document.entries}
            self._destroyed = set(document.destroyed)
            yield


def _identity(path: Path) -> tuple[int, ...]:
    status = path.stat()
    # With its rights: those of a master key that others may read are refused.
    return status.st_dev, status.st_ino, status.st_mode, status.st_size, status.st_ctime_ns


def _read(path: Path, master_key: MasterKey) -> KeyringDocument:
    document = read_keyring(path)
    if document.master_key_id != master_key.key_id:
        raise KeyringError("la clé maîtresse n'est pas celle de ce trousseau")
    return document


def _finish_replacement(path: Path, master_key_path: Path, master_key: MasterKey) -> None:
    waiting = staged_name(path)
    if not waiting.exists():
        return
    # Read only when it is needed: what a crash left of it may be half a file.
    if read_keyring(path).master_key_id == master_key.key_id:
        # Their master key never took its place: it wraps nothing else.
        staged_name(master_key_path).unlink(missing_ok=True)
        waiting.unlink()
    elif read_keyring(waiting).master_key_id == master_key.key_id:
        promote(path)


def _wrap(master_key: MasterKey, key_id: KeyId, at: datetime, material: bytes) -> WrappedKey:
    # A random 96-bit nonce: a master key wraps a few thousand keys in its life, far from
    # the 2^32 messages after which NIST SP 800-38D forbids random nonces.
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = AESGCM(master_key.secret).encrypt(nonce, material, str(key_id).encode())
    return WrappedKey(key_id, at, nonce + sealed)


def _unwrap(master_key: MasterKey, entry: WrappedKey) -> bytes:
    nonce, sealed = entry.wrapped[:_NONCE_BYTES], entry.wrapped[_NONCE_BYTES:]
    try:
        return AESGCM(master_key.secret).decrypt(nonce, sealed, str(entry.key_id).encode())
    except InvalidTag:
        raise KeyringError(f"la clé {entry.key_id} ne s'ouvre pas : trousseau altéré") from None


def _rewrap(old: MasterKey, new: MasterKey, entry: WrappedKey) -> WrappedKey:
    return _wrap(new, entry.key_id, entry.created_at, _unwrap(old, entry))
