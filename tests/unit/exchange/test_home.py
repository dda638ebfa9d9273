import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from exchange.errors import ConfigurationError, RefusedError
from exchange.home import read_home, write_home
from exchange.home_placement import create_home, make_home_folders

_SERVICE = 65534
_as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a file away")


@contextmanager
def _other_account() -> Iterator[None]:
    """Act under an account that is not root's, which reads everything."""
    mine = os.geteuid()
    if mine == 0:
        os.seteuid(_SERVICE)
    try:
        yield
    finally:
        os.seteuid(mine)


def test_a_home_is_read_back_as_it_was_made(tmp_path: Path) -> None:
    home = create_home(tmp_path / "home", trial=True, master_key=None, checkpoints=None)
    make_home_folders(home)
    write_home(home)

    assert read_home(tmp_path / "home") == home


def test_a_machine_keeps_its_name_when_the_host_has_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "pod-0")
    home = create_home(tmp_path / "home", trial=True, master_key=None, checkpoints=None)
    make_home_folders(home)
    write_home(home)

    monkeypatch.setattr("socket.gethostname", lambda: "pod-1")

    assert read_home(tmp_path / "home").machine == "pod-0"


@pytest.mark.parametrize("said", [{}, {"machine": ""}], ids=["nothing", "no name"])
def test_a_home_that_names_no_machine_is_on_the_one_of_the_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: dict[str, str]
) -> None:
    home = create_home(tmp_path / "home", trial=True, master_key=None, checkpoints=None)
    make_home_folders(home)
    write_home(home)
    document = json.loads((home.path / "home.json").read_bytes())
    del document["machine"]
    (home.path / "home.json").write_text(json.dumps({**document, **said}), "utf-8")

    monkeypatch.setattr("socket.gethostname", lambda: "serveur-1")

    assert read_home(home.path).machine == "serveur-1"


def test_a_name_given_to_a_machine_is_made_one_that_identifiers_may_hold(tmp_path: Path) -> None:
    home = create_home(tmp_path / "home", trial=True, master_key=None, checkpoints=None)
    make_home_folders(home)
    write_home(replace(home, machine=f"salle nº 3/{'x' * 99}"))

    machine = read_home(home.path).machine

    assert machine.startswith("salle-n--3-xxx")
    assert len(machine) == 64


def test_a_real_home_needs_both_paths(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="--master-key manque"):
        create_home(tmp_path / "home", trial=False, master_key=None, checkpoints=None)


@pytest.mark.parametrize("inside", ["home/master.key", "home/../home/x/master.key"])
def test_a_real_home_refuses_a_master_key_inside_it(tmp_path: Path, inside: str) -> None:
    with pytest.raises(RefusedError, match="dans le dossier de travail"):
        create_home(
            tmp_path / "home",
            trial=False,
            master_key=tmp_path / inside,
            checkpoints=tmp_path / "checkpoints",
        )


def test_a_link_does_not_hide_that_the_master_key_lies_inside(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "elsewhere").symlink_to(tmp_path / "home")

    with pytest.raises(RefusedError, match="dans le dossier de travail"):
        create_home(
            tmp_path / "home",
            trial=False,
            master_key=tmp_path / "elsewhere/master.key",
            checkpoints=tmp_path / "checkpoints",
        )


def test_a_home_is_not_made_twice(tmp_path: Path) -> None:
    home = create_home(tmp_path / "home", trial=True, master_key=None, checkpoints=None)
    make_home_folders(home)
    write_home(home)

    with pytest.raises(RefusedError, match="déjà un dossier"):
        create_home(tmp_path / "home", trial=True, master_key=None, checkpoints=None)


def test_a_home_written_anew_is_read_by_whoever_read_it_before(tmp_path: Path) -> None:
    home = create_home(tmp_path / "home", trial=True, master_key=None, checkpoints=None)
    make_home_folders(home)
    write_home(home)
    (home.path / "home.json").chmod(0o644)

    write_home(home)

    assert stat.S_IMODE((home.path / "home.json").stat().st_mode) == 0o644


@_as_root
def test_a_home_written_anew_by_root_stays_the_one_of_the_service(tmp_path: Path) -> None:
    home = create_home(tmp_path / "home", trial=True, master_key=None, checkpoints=None)
    make_home_folders(home)
    write_home(home)
    os.chown(home.path / "home.json", _SERVICE, _SERVICE)

    write_home(home)

    written = (home.path / "home.json").stat()
    assert (written.st_uid, written.st_gid) == (_SERVICE, _SERVICE)


@_as_root
def test_the_account_of_the_service_writes_a_home_anew_that_was_roots() -> None:
    # What pytest gives lies in a folder that no other account enters.
    with TemporaryDirectory() as folder:
        os.chown(folder, _SERVICE, _SERVICE)
        home = create_home(Path(folder), trial=True, master_key=None, checkpoints=None)
        write_home(home)

        with _other_account():
            write_home(home)
            read = read_home(home.path)

    assert read == home


def test_a_home_of_another_account_is_not_said_to_be_damaged(tmp_path: Path) -> None:
    home = create_home(tmp_path / "home", trial=True, master_key=None, checkpoints=None)
    make_home_folders(home)
    write_home(home)
    (home.path / "home.json").chmod(0)

    with _other_account(), pytest.raises(ConfigurationError, match="les droits manquent") as raised:
        read_home(home.path)

    assert "sauvegarde" not in raised.value.hint


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff", b'{"format": 1}'])
def test_what_is_no_home_is_said_so(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "home.json").write_bytes(content)

    with pytest.raises(ConfigurationError):
        read_home(tmp_path)


def test_a_home_is_not_begun_over_what_an_earlier_one_left(tmp_path: Path) -> None:
    (tmp_path / "checkpoints").mkdir()

    with pytest.raises(RefusedError, match="existe déjà"):
        create_home(
            tmp_path / "home",
            trial=False,
            master_key=tmp_path / "master.key",
            checkpoints=tmp_path / "checkpoints",
        )

    assert not (tmp_path / "home").exists()
