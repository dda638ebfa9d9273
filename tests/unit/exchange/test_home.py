import json
from dataclasses import replace
from pathlib import Path

import pytest

from exchange.errors import ConfigurationError, RefusedError
from exchange.home import read_home, write_home
from exchange.home_placement import create_home, make_home_folders


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
