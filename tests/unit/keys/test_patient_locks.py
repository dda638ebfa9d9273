"""A lock of another process is waited for, and not for ever."""

import fcntl
import threading
from pathlib import Path

import pytest

from keys.errors import BusyFileError
from keys.patient_locks import lock_patiently


def test_a_lock_that_is_never_freed_is_given_up(tmp_path: Path) -> None:
    with (tmp_path / "a.lock").open("w") as held, (tmp_path / "a.lock").open("w") as wanted:
        fcntl.flock(held, fcntl.LOCK_EX)

        with pytest.raises(BusyFileError, match="n'avance plus"):
            lock_patiently(wanted, patience=0)


def test_a_lock_that_is_freed_is_had(tmp_path: Path) -> None:
    with (tmp_path / "a.lock").open("w") as held, (tmp_path / "a.lock").open("w") as wanted:
        fcntl.flock(held, fcntl.LOCK_EX)
        threading.Timer(0.1, held.close).start()

        lock_patiently(wanted)

        assert held.closed
