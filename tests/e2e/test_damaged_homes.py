"""A home of which something is gone, spoilt or another's: refused in French, nothing made up."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from exchange.settings import HOME_VARIABLE
from tests.fakes.answer import Answer
from tests.fakes.command_here import CommandHere
from tests.fakes.departement import COMMAND, Departement
from tests.fakes.private_mounts import read_only, run_with_mounts
from tests.fakes.situation import Situation

Damage = Callable[[Path], object]


def _write(name: str, content: bytes) -> Damage:
    return lambda home: (home / name).write_bytes(content)


def _remove(name: str) -> Damage:
    return lambda home: (home / name).unlink()


def _make_folder(name: str) -> Damage:
    def damage(home: Path) -> None:
        (home / name).unlink()
        (home / name).mkdir()

    return damage


def _cut(name: str, size: int) -> Damage:
    return lambda home: os.truncate(home / name, size)


def _require_refusal(answer: Answer) -> None:
    said = answer.output + answer.complaint
    assert answer.exit_code != 0
    assert "erreur : " in answer.complaint
    assert "Traceback" not in said


_KEY, _CHECKPOINTS, _DATABASE = "outside/master.key", "outside/checkpoints", "exchange.sqlite3"
_DAMAGES: dict[str, Damage] = {
    "no home.json": _remove("home.json"),
    "home.json cut short": _cut("home.json", 50),
    "home.json a list": _write("home.json", b"[]"),
    "home.json a text": _write("home.json", b'"home"'),
    "home.json binary": _write("home.json", bytes(range(256))),
    "no keyring": _remove("keyring.json"),
    "keyring cut short": _cut("keyring.json", 500),
    "keyring a list": _write("keyring.json", b"[]"),
    "keyring empty": _write("keyring.json", b""),
    "no master key": _remove(_KEY),
    "master key a text": _write(_KEY, b"secret"),
    "master key binary": _write(_KEY, bytes(range(256))),
    "master key read by others": lambda home: (home / _KEY).chmod(0o644),
    "no checkpoints": _remove(_CHECKPOINTS),
    "checkpoints emptied": _write(_CHECKPOINTS, b""),
    "checkpoints a folder": _make_folder(_CHECKPOINTS),
    "no database": _remove(_DATABASE),
    "database empty": _write(_DATABASE, b""),
    "database a text": _write(_DATABASE, b"Ceci n'est pas une base.\n" * 999),
    "database cut short": _cut(_DATABASE, 40_000),
    "database a folder": _make_folder(_DATABASE),
    "certificate of the seal spoilt": _write("seal.crt", b"-----BEGIN CERTIFICATE-----\n"),
}


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(damage, id=name, marks=[pytest.mark.sqlite_file] if "database" in name else [])
        for name, damage in _DAMAGES.items()
    ],
)
def test_a_damaged_home_is_refused_and_nothing_made_up(
    command: CommandHere, fresh: Situation, damage: Damage
) -> None:
    home = fresh.departement.home
    damage(home)
    before = _contents(home)

    _require_refusal(command.run(home, "status"))

    assert _contents(home) == before


@pytest.mark.sqlite_file
def test_upgrade_makes_no_database_where_one_was(command: CommandHere, fresh: Situation) -> None:
    fresh.departement.database.unlink()

    _require_refusal(command.run(fresh.departement.home, "upgrade"))

    assert not fresh.departement.database.exists()


def test_the_master_key_of_another_home_opens_nothing(
    command: CommandHere, fresh: Situation, tmp_path: Path
) -> None:
    other = Departement(tmp_path / "other")
    command.run(other.home, "init", "--trial")
    fresh.departement.master_key.write_bytes(other.master_key.read_bytes())

    answer = command.run(fresh.departement.home, "status")

    _require_refusal(answer)
    assert "n'est pas celle de ce trousseau" in answer.complaint


@pytest.mark.parametrize("words", [("audit", "verify"), ("export", "--for-real")], ids=" ".join)
def test_the_checkpoints_of_another_home_are_refused(
    command: CommandHere, fresh: Situation, tmp_path: Path, words: tuple[str, ...]
) -> None:
    other = Departement(tmp_path / "other")
    command.run(other.home, "init", "--trial")
    home = fresh.departement.home
    (home / _CHECKPOINTS).write_bytes((other.home / _CHECKPOINTS).read_bytes())

    _require_refusal(command.run(home, *words))

    assert fresh.outbox_names() == set()


def test_a_checkpoint_torn_by_a_power_cut_is_replaced(
    command: CommandHere, fresh: Situation
) -> None:
    checkpoints = fresh.departement.home / _CHECKPOINTS
    os.truncate(checkpoints, checkpoints.stat().st_size - 20)

    listed = command.run(fresh.departement.home, "audit", "list")
    verified = command.run(fresh.departement.home, "audit", "verify")

    assert (listed.exit_code, verified.exit_code) == (0, 0)


def test_a_folder_that_a_backup_left_out_comes_back(command: CommandHere, fresh: Situation) -> None:
    home = fresh.departement.home
    for name in ("locks", "outbox", "certificates"):
        shutil.rmtree(home / name)

    sent = command.run(home, "export", "--for-real")
    command.run(home, "clock", "set", "2023-09-30T10:00")
    destroyed = command.run(home, "purge", "--for-real")

    assert (sent.exit_code, destroyed.exit_code) == (0, 0)
    assert list((home / "certificates").glob("*.p7m"))


def test_a_home_on_a_read_only_disk_is_refused(fresh: Situation) -> None:
    departement = fresh.departement

    answer = run_with_mounts(
        departement, read_only(departement.home), "import", fresh.source, "--attest"
    )

    _require_refusal(answer)


def test_checkpoints_on_a_read_only_disk_stop_an_export(fresh: Situation) -> None:
    departement = fresh.departement

    answer = run_with_mounts(
        departement, read_only(departement.home / "outside"), "export", "--for-real"
    )

    _require_refusal(answer)
    assert fresh.outbox_names() == set()


def test_a_home_that_is_not_named_is_asked_for() -> None:
    environment = {k: v for k, v in os.environ.items() if k != HOME_VARIABLE}

    done = subprocess.run(
        [str(COMMAND), "status"], env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 78
    assert f"export {HOME_VARIABLE}=" in done.stderr


@pytest.mark.parametrize("words", [("status",), ("init", "--trial")], ids=" ".join)
def test_a_home_that_is_a_file_is_refused(
    command: CommandHere, tmp_path: Path, words: tuple[str, ...]
) -> None:
    home = tmp_path / "home"
    home.write_text("Ceci n'est pas un dossier.\n", "utf-8")

    _require_refusal(command.run(home, *words))


def test_a_home_is_closed_to_others_even_where_the_folder_was_open(
    command: CommandHere, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o755)

    command.run(home, "init", "--trial")

    assert home.stat().st_mode & 0o077 == 0


def _contents(home: Path) -> dict[str, int]:
    # Journals and locks come and go with every opening.
    return {
        str(path.relative_to(home)): path.stat().st_size
        for path in home.rglob("*")
        if path.suffix not in {".lock", ".sqlite3-wal", ".sqlite3-shm"}
    }
