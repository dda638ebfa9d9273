"""The published vectors of ``docs/package-format.md``: a format, once out, stays readable."""

import json
from pathlib import Path
from typing import Any

import pytest

from exchange.packages.errors import UnacceptablePackageError
from exchange.packages.opening import Opened, open_package
from keys.age import parse_identities
from keys.seal import load_certificate
from tests.unit.exchange.packages.vectors import FOLDER

_INDEX: list[dict[str, Any]] = json.loads((FOLDER / "index.json").read_text("utf-8"))


def _vectors(verdict: str) -> list[Any]:
    return [pytest.param(v, id=v["what"]) for v in _INDEX if v["verdict"] == verdict]


def _open(vector: dict[str, str], out: Path) -> Opened:
    identities = parse_identities((FOLDER / f"{vector['reader']}.identity.txt").read_text("ascii"))
    sender = load_certificate((FOLDER / "sender.pem").read_bytes())
    with (FOLDER / vector["file"]).open("rb") as file:
        return open_package(file, identities, sender, out, accept_trial=False)


@pytest.mark.parametrize("vector", _vectors("opens"))
def test_a_good_vector_opens(vector: dict[str, str], tmp_path: Path) -> None:
    opened = _open(vector, tmp_path)

    expected = FOLDER / f"expected-{vector['reader']}.csv"
    assert opened.csv_path.read_bytes() == expected.read_bytes()


@pytest.mark.parametrize("vector", _vectors("refused"))
def test_an_altered_vector_is_refused(vector: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(UnacceptablePackageError, match=r"altéré|intact"):
        _open(vector, tmp_path / "out")

    assert not (tmp_path / "out").exists()
