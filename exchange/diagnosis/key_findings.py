"""The keys: the master key, the keyring, and whether each key of it opens."""

from collections.abc import Iterator
from typing import Final

from exchange.diagnosis.findings import Finding, good, mend
from exchange.french_numbers import counted
from exchange.home import Home
from keys.errors import KeyringError, MasterKeyError
from keys.keyring import Keyring
from keys.keyring_file import KeyId, KeyPurpose, read_keyring
from keys.master_key import read_master_key

_SAME_BACKUP: Final = "restaurez keyring.json et la clé maîtresse depuis la même sauvegarde"
_OF_THE_LOG: Final = (KeyPurpose.CHECKPOINT, KeyPurpose.PSEUDONYM)


def file_findings(home: Home) -> Iterator[Finding]:
    """Look at the two files, each by itself."""
    try:
        read_master_key(home.master_key)
    except MasterKeyError as error:
        yield mend(
            "clé maîtresse",
            str(error),
            f"rebranchez son support, ou restaurez-la depuis sa sauvegarde, chmod 600 "
            f"{home.master_key}",
        )
    else:
        yield good("clé maîtresse", "lisible par son seul propriétaire")
    yield from keyring_findings(home)


def keyring_findings(home: Home) -> Iterator[Finding]:
    """Look at the form of the keyring file, for which no master key is needed."""
    try:
        document = read_keyring(home.keyring)
    except KeyringError as error:
        yield mend("trousseau", str(error), _SAME_BACKUP)
    else:
        yield good("trousseau", counted(len(document.entries), "clé"))


def opening_findings(keyring: Keyring) -> Iterator[Finding]:
    """Open every key; what each opens or signs is another check's affair."""
    closed = [str(e.key_id) for e in keyring.entries() if not _opens(keyring, e.key_id)]
    closed += [f"{p}/evidence" for p in _OF_THE_LOG if keyring.latest(p, "evidence") is None]
    if closed:
        names = ", ".join(closed)
        yield mend("clés", f"ne s'ouvrent pas ou manquent : {names}", _SAME_BACKUP)
    else:
        yield good("clés", "chacune s'ouvre avec la clé maîtresse")


def _opens(keyring: Keyring, key_id: KeyId) -> bool:
    try:
        keyring.material(key_id)
    except KeyringError:
        return False
    return True
