"""After a destruction nothing the service still reaches brings a record back."""

import base64
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from keys.errors import KeyringError
from keys.keyring import Keyring
from keys.keyring_file import KeyPurpose
from tests.fakes.home_database import ask, copy_database, stored_bytes
from tests.fakes.openable import count_openable
from tests.fakes.situation import Situation


@dataclass(frozen=True, slots=True)
class Known:
    """What a thief noted before the destruction: sealed bytes, wrapped keys, keys."""

    sealed: tuple[bytes, ...]
    wrapped: tuple[bytes, ...]
    material: tuple[bytes, ...]


def _known(situation: Situation) -> Known:
    departement = situation.departement
    keyring = Keyring(departement.home / "keyring.json", departement.master_key)
    doomed = [
        entry
        for entry in keyring.entries()
        if entry.key_id.purpose in {KeyPurpose.RECORDS, KeyPurpose.IDENTITY}
    ]
    rows = ask(departement.home, "SELECT sealed FROM person")
    return Known(
        sealed=tuple(row[0] for row in rows),
        # As the keyring writes them.
        wrapped=tuple(base64.b64encode(entry.wrapped) for entry in doomed),
        material=tuple(keyring.material(entry.key_id) for entry in doomed),
    )


def _saved(situation: Situation) -> Path:
    saved = situation.folder.parent.parent / "saved"
    saved.mkdir()
    for path in (situation.departement.home / "keyring.json", situation.departement.master_key):
        shutil.copy(path, saved)
    copy_database(situation.departement.home, saved)
    return saved


def _purge(situation: Situation) -> str:
    situation.departement.do("clock", "set", "2023-09-30T10:00")
    return situation.departement.do("purge", "--for-real")


def test_no_file_holds_a_destroyed_record_or_its_keys(sent: Situation) -> None:
    known = _known(sent)
    everything = (*known.sealed, *known.wrapped, *known.material)
    assert len(known.sealed) == 200
    before = _bytes_of_every_file(sent)
    assert all(needle in before for needle in (*known.sealed, *known.wrapped))
    old_master_key = sent.departement.master_key.read_bytes().strip()

    _purge(sent)

    after = _bytes_of_every_file(sent)
    assert [needle for needle in (*everything, old_master_key) if needle in after] == []


def test_the_old_database_opens_with_the_old_keys_only(sent: Situation) -> None:
    saved = _saved(sent)

    _purge(sent)

    new_keys = (sent.departement.home / "keyring.json", sent.departement.master_key)
    assert count_openable(saved, *new_keys) == (0, 200)
    assert count_openable(saved, saved / "keyring.json", saved / "master.key") == (200, 200)
    with pytest.raises(KeyringError):
        count_openable(saved, saved / "keyring.json", sent.departement.master_key)


def test_two_records_whose_sealed_cells_are_exchanged_fail_to_open(fresh: Situation) -> None:
    home = fresh.departement.home
    (first, one), (second, other) = ask(
        home, "SELECT person_id, sealed FROM person ORDER BY person_id LIMIT 2"
    )
    for sealed, person_id in ((other, first), (one, second)):
        exchange = "UPDATE person SET sealed = :sealed WHERE person_id = :person_id"
        ask(home, exchange, sealed=sealed, person_id=person_id)
    keys = (fresh.departement.home / "keyring.json", fresh.departement.master_key)

    answer = fresh.departement.run("export", "--for-real")

    assert count_openable(home, *keys) == (198, 200)
    assert answer.exit_code != 0
    assert "ne s'ouvre pas" in answer.complaint
    assert not fresh.package("dgefp").exists()


def test_the_certificate_counts_what_was_there_and_verifies_offline(sent: Situation) -> None:
    _purge(sent)

    certificate = next((sent.departement.home / "certificates").glob("*.p7m"))
    shown = sent.departement.do(
        *("certificate", "verify", certificate),
        *("--sender-cert", sent.departement.seal_certificate),
    )

    assert "personnes détruites  200" in shown
    sent.departement.do("audit", "verify")


def test_an_altered_certificate_does_not_verify(sent: Situation) -> None:
    _purge(sent)
    certificate = next((sent.departement.home / "certificates").glob("*.p7m"))
    data = bytearray(certificate.read_bytes())
    data[len(data) // 2] ^= 1
    certificate.write_bytes(data)

    answer = sent.departement.run(
        *("certificate", "verify", certificate),
        *("--sender-cert", sent.departement.seal_certificate),
    )

    assert answer.exit_code != 0


def test_nothing_is_destroyed_before_its_day_or_in_a_dry_run(sent: Situation) -> None:
    early = sent.departement.do("purge", "--for-real")
    sent.departement.do("clock", "set", "2023-09-30T10:00")
    dry = sent.departement.do("purge")

    assert "personnes à détruire                           0" in early
    assert "rien n'est détruit" in dry
    keys = (sent.departement.home / "keyring.json", sent.departement.master_key)
    assert count_openable(sent.departement.home, *keys) == (200, 200)


def test_nothing_is_loaded_once_the_records_are_destroyed(sent: Situation) -> None:
    _purge(sent)

    answer = sent.departement.run("import", sent.source, "--attest")

    assert answer.exit_code == 3
    assert "à détruire depuis le 29/08/2023" in answer.complaint


def _bytes_of_every_file(situation: Situation) -> bytes:
    files = sorted(path for path in situation.departement.folder.rglob("*") if path.is_file())
    stored = stored_bytes(situation.departement.home)
    return b"\0".join((*(path.read_bytes() for path in files), stored))
