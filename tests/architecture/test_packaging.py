"""What is shipped is what is there, and nothing that looks like a key."""

import importlib
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_PACKAGES = ("jobs", "exchange", "schemas", "keys")
_KEY_LIKE = re.compile(r"\.(pem|key|p8|p12|pfx|jwk)$|identity.*\.txt$")


def test_the_wheel_lists_the_packages_that_exist() -> None:
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))

    listed = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]

    shipped = {path.parent.name for path in _ROOT.glob("*/py.typed")}
    assert tuple(listed) == _PACKAGES
    assert set(listed) == shipped


@pytest.mark.parametrize("name", _PACKAGES)
def test_every_package_comes_from_this_checkout(name: str) -> None:
    module = importlib.import_module(name)

    assert Path(str(module.__file__)).parent == _ROOT / name


def test_no_key_like_file_outside_the_vectors() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=_ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()

    key_like = [name for name in listed if _KEY_LIKE.search(name)]

    assert [name for name in key_like if not name.startswith("tests/vectors/")] == []


def test_the_locks_carry_hashes_and_no_address() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (_ROOT / name).read_text("utf-8")

        assert "--hash=sha256:" in text
        assert "://" not in text


def test_every_runtime_dependency_is_justified() -> None:
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))
    decision = (_ROOT / "docs/decisions/0002-runtime-dependencies.md").read_text("utf-8")

    names = [re.split(r"[<>=]", wanted)[0] for wanted in project["project"]["dependencies"]]

    assert [name for name in names if f"| {name} |" not in decision] == []
