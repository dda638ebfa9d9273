"""How many records of a database open with a keyring and a master key: what a thief tries."""

from pathlib import Path

from exchange.people.sealing import binding
from keys.errors import UnsealingError
from keys.keyring import Keyring
from keys.keyring_file import KeyPurpose
from keys.sealing import RecordSealer
from tests.fakes.home_database import ask

_RECORDS = "SELECT agreement_id, person_id, schema_version, sealed FROM person"


def count_openable(home: Path, keyring_path: Path, master_key_path: Path) -> tuple[int, int]:
    """Give how many records open, and how many there are. Tries every key on every record.

    ``home`` is a folder that has, or had kept for it, the database of a home.
    """
    keyring = Keyring(keyring_path, master_key_path)
    ids = [entry.key_id for entry in keyring.entries()]
    sealers = [
        RecordSealer(key_id, keyring.material(key_id))
        for key_id in ids
        if key_id.purpose is KeyPurpose.RECORDS
    ]
    records = ask(home, _RECORDS)
    return sum(_opens(record, sealers) for record in records), len(records)


def _opens(record: tuple[str, bytes, int, bytes], sealers: list[RecordSealer]) -> bool:
    agreement_id, person_id, schema_version, sealed = record
    for sealer in sealers:
        try:
            sealer.open(sealed, binding(agreement_id, person_id, schema_version))
        except UnsealingError:
            continue
        return True
    return False
