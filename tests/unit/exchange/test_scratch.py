"""A scratch file goes with its process, or with the next that works in its folder."""

import subprocess
import sys
from pathlib import Path

from exchange.scratch import scratch_file

_PREFIX = ".essai-"
_KILLED = """
import os, signal, sys
from pathlib import Path

from exchange.scratch import scratch_file

with scratch_file(Path(sys.argv[1]), sys.argv[2]) as (path, file):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_scratch_file_is_for_its_owner_and_goes(tmp_path: Path) -> None:
    with scratch_file(tmp_path, _PREFIX) as (path, file):
        file.write(b"rows")

        assert path.stat().st_mode & 0o077 == 0

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_swept_by_the_next(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path), _PREFIX], check=False)
    (left,) = tmp_path.iterdir()

    with scratch_file(tmp_path, _PREFIX) as (path, _):
        assert list(tmp_path.iterdir()) == [path]

    assert not left.exists()


def test_the_scratch_file_of_a_living_process_stays(tmp_path: Path) -> None:
    with scratch_file(tmp_path, _PREFIX) as (first, _), scratch_file(tmp_path, _PREFIX):
        assert first.exists()


def test_what_only_resembles_a_scratch_file_stays(tmp_path: Path) -> None:
    (tmp_path / f"{_PREFIX}2023.csv").touch()
    (tmp_path / f"{_PREFIX}abcdefgh").mkdir()
    (tmp_path / f"{_PREFIX}abcdefgi").symlink_to(tmp_path / "elsewhere")

    with scratch_file(tmp_path, _PREFIX):
        pass

    assert len(list(tmp_path.iterdir())) == 3
