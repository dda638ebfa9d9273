from datetime import UTC, datetime
from pathlib import Path

import pytest

from keys.durable_files import stage
from keys.errors import KeyringError, MasterKeyError, UnknownKeyError
from keys.keyring import Keyring
from keys.keyring_file import KeyPurpose

_AT = datetime(2023, 1, 31, 9, tzinfo=UTC)


@pytest.fixture(name="paths")
def _paths(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "keyring.json", tmp_path / "master.key"


@pytest.fixture(name="keyring")
def _keyring(paths: tuple[Path, Path]) -> Keyring:
    return Keyring.create(*paths)


def test_a_key_is_found_again_when_the_keyring_is_opened_anew(
    keyring: Keyring, paths: tuple[Path, Path]
) -> None:
    key_id = keyring.add(KeyPurpose.RECORDS, "spie-62", _AT)

    again = Keyring(*paths)

    assert again.material(key_id) == keyring.material(key_id)


def test_the_files_hold_no_key_in_clear(keyring: Keyring, paths: tuple[Path, Path]) -> None:
    key_id = keyring.add(KeyPurpose.RECORDS, "spie-62", _AT)

    material = keyring.material(key_id)

    assert all(material not in path.read_bytes() for path in paths)


def test_adding_twice_makes_a_second_version_and_keeps_the_first(keyring: Keyring) -> None:
    first = keyring.add(KeyPurpose.RECORDS, "spie-62", _AT)
    second = keyring.add(KeyPurpose.RECORDS, "spie-62", _AT)

    assert keyring.latest(KeyPurpose.RECORDS, "spie-62") == second
    assert keyring.material(first) != keyring.material(second)


def test_a_destroyed_key_is_gone_and_the_others_stay(
    keyring: Keyring, paths: tuple[Path, Path]
) -> None:
    doomed = keyring.add(KeyPurpose.RECORDS, "spie-62", _AT)
    kept = keyring.add(KeyPurpose.REFERENCE, "spie-62:dgefp", _AT)
    material = keyring.material(kept)

    gone = keyring.destroy(lambda key_id: key_id == doomed)

    assert gone == (doomed,)
    assert Keyring(*paths).material(kept) == material
    with pytest.raises(UnknownKeyError, match="détruite"):
        Keyring(*paths).material(doomed)


def test_a_destruction_replaces_the_master_key_so_that_an_old_keyring_stays_closed(
    keyring: Keyring, paths: tuple[Path, Path]
) -> None:
    doomed = keyring.add(KeyPurpose.RECORDS, "spie-62", _AT)
    old_keyring = paths[0].read_bytes()

    keyring.destroy(lambda key_id: key_id == doomed)
    paths[0].write_bytes(old_keyring)

    with pytest.raises(KeyringError, match="clé maîtresse"):
        Keyring(*paths)


def test_a_new_master_key_opens_every_key_there_was(
    keyring: Keyring, paths: tuple[Path, Path]
) -> None:
    key_id = keyring.add(KeyPurpose.RECORDS, "spie-62", _AT)
    before, material = keyring.master_key_id, keyring.material(key_id)

    after = keyring.replace_master_key()

    again = Keyring(*paths)
    assert (again.master_key_id, again.material(key_id)) == (after, material)
    assert after != before


def test_the_old_master_key_still_opens_the_old_keyring(
    keyring: Keyring, paths: tuple[Path, Path], tmp_path: Path
) -> None:
    doomed = keyring.add(KeyPurpose.RECORDS, "spie-62", _AT)
    material = keyring.material(doomed)
    saved = [(tmp_path / f"saved{n}", path) for n, path in enumerate(paths)]
    for copy, path in saved:
        copy.write_bytes(path.read_bytes())
        copy.chmod(0o600)

    keyring.destroy(lambda key_id: key_id == doomed)

    assert Keyring(saved[0][0], saved[1][0]).material(doomed) == material


def test_a_crash_before_the_new_master_key_takes_its_place_changes_nothing(
    keyring: Keyring, paths: tuple[Path, Path]
) -> None:
    key_id = keyring.add(KeyPurpose.RECORDS, "spie-62", _AT)
    material = keyring.material(key_id)
    other = Keyring.create(paths[0].with_name("other.json"), paths[1].with_name("other.key"))
    del other
    stage(paths[0], paths[0].with_name("other.json").read_bytes())

    again = Keyring(*paths)

    assert again.material(key_id) == material
    assert not paths[0].with_name("keyring.json.next").exists()


def test_a_crash_after_the_new_master_key_took_its_place_is_finished_at_the_next_opening(
    keyring: Keyring, paths: tuple[Path, Path]
) -> None:
    doomed = keyring.add(KeyPurpose.RECORDS, "spie-62", _AT)
    old = paths[0].read_bytes()
    keyring.destroy(lambda key_id: key_id == doomed)
    new = paths[0].read_bytes()
    paths[0].write_bytes(old)
    stage(paths[0], new)

    again = Keyring(*paths)

    assert again.entries() == ()
    assert paths[0].read_bytes() == new


def test_a_swapped_wrapped_key_does_not_open(keyring: Keyring, paths: tuple[Path, Path]) -> None:
    first = keyring.add(KeyPurpose.RECORDS, "aaa", _AT)
    keyring.add(KeyPurpose.RECORDS, "bbb", _AT)
    text = paths[0].read_text("ascii")
    paths[0].write_text(text.replace('"aaa"', '"x"').replace('"bbb"', '"aaa"'), "ascii")

    with pytest.raises(KeyringError, match="ne s'ouvre pas"):
        Keyring(*paths).material(first)


def test_a_master_key_that_others_may_read_is_refused(
    keyring: Keyring, paths: tuple[Path, Path]
) -> None:
    del keyring
    paths[1].chmod(0o644)

    with pytest.raises(MasterKeyError, match="chmod 600"):
        Keyring(*paths)


@pytest.mark.parametrize("content", [b"", b"spie-exchange-master-key-1:\n", b"\xff", b"x" * 80])
def test_a_file_that_is_no_master_key_is_refused(
    keyring: Keyring, paths: tuple[Path, Path], content: bytes
) -> None:
    del keyring
    paths[1].write_bytes(content)

    with pytest.raises(MasterKeyError, match="n'est pas une clé maîtresse"):
        Keyring(*paths)


def test_the_name_of_a_destroyed_key_is_never_given_again(
    keyring: Keyring, paths: tuple[Path, Path]
) -> None:
    doomed = keyring.add(KeyPurpose.RECORDS, "spie-62", _AT)
    keyring.destroy(lambda key_id: key_id == doomed)

    successor = Keyring(*paths).add(KeyPurpose.RECORDS, "spie-62", _AT)

    assert successor.version == doomed.version + 1


def test_half_a_staged_keyring_does_not_keep_the_keyring_from_opening(
    keyring: Keyring, paths: tuple[Path, Path]
) -> None:
    key_id = keyring.add(KeyPurpose.RECORDS, "spie-62", _AT)
    stage(paths[0], b'{"format": 1, "mast')

    again = Keyring(*paths)

    assert again.material(key_id) == keyring.material(key_id)
