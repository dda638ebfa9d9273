"""Where ``notices.toml`` is looked for."""

from pathlib import Path

import pytest

from exchange.errors import ConfigurationError
from exchange.home import Home
from exchange.notices.configuration import read_configuration


def _home(folder: Path, shared: Path | None) -> Home:
    return Home(folder, "origine", True, folder / "key", folder / "checkpoints", shared=shared)  # noqa: FBT003 - as home.json says it


def test_a_file_that_lies_beside_the_shared_folder_is_said_not_to_be_read(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (tmp_path / "notices.toml").write_text("", "utf-8")

    with pytest.raises(ConfigurationError, match="n'est pas lu") as raised:
        read_configuration(_home(tmp_path, shared))

    assert raised.value.hint == f"mv {tmp_path / 'notices.toml'} {shared / 'notices.toml'}"


def test_without_a_file_nobody_is_told(tmp_path: Path) -> None:
    assert read_configuration(_home(tmp_path, tmp_path / "shared")) is None
    assert read_configuration(_home(tmp_path, None)) is None
