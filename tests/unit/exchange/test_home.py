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
