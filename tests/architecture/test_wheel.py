"""The built wheel: what it holds, and that it works without the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]


@pytest.fixture(name="unpacked", scope="module")
def _unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=_ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_the_wheel_holds_the_packages_and_what_they_read(unpacked: Path) -> None:
    top_level = {path.name for path in unpacked.iterdir() if not path.name.endswith(".dist-info")}

    assert top_level == {"jobs", "exchange", "schemas", "keys"}
    for needed in (
        "exchange/storage/migrations/env.py",
        "exchange/storage/migrations/versions/0001_create_the_tables.py",
        "exchange/web/routes/documentation_page/page.html",
        "schemas/agreement/samples/pas_de_calais.toml",
        "keys/py.typed",
    ):
        assert (unpacked / needed).is_file(), needed


def test_the_wheel_makes_a_home_without_the_checkout(unpacked: Path, tmp_path: Path) -> None:
    program = (
        "from exchange.cli.main import main; import exchange; print(exchange.__file__); main()"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": str(unpacked),
        "SPIE_EXCHANGE_HOME": str(tmp_path / "home"),
    }

    done = subprocess.run(
        [sys.executable, "-c", program, "init", "--trial"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert str(unpacked) in done.stdout
    assert "Dossier d'essai créé" in done.stdout
