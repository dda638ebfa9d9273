"""Scratch files: what is written beside the place it will take, and goes if it never does.

A process that is killed leaves its scratch file behind, rows in clear perhaps. It is locked
for as long as the process lives, so that the next one that works in that folder can tell it
from its neighbours' and sweep it.
"""

import fcntl
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

_RANDOM: Final = re.compile("[a-z0-9_]{8}")  # as tempfile draws it


@contextmanager
def scratch_file(folder: Path, prefix: str) -> Iterator[tuple[Path, BinaryIO]]:
    """Make a file that only its owner reads, to write and read; on leaving, it goes.

    Sweeps what killed processes left under that prefix. Raises ``OSError``.
    """
    _sweep(folder, prefix)
    path, file = _locked_file(folder, prefix)
    with file:
        try:
            yield path, file
        finally:
            path.unlink(missing_ok=True)


def _locked_file(folder: Path, prefix: str) -> tuple[Path, BinaryIO]:
    while True:
        descriptor, name = tempfile.mkstemp(dir=folder, prefix=prefix)
        file = os.fdopen(descriptor, "w+b")
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return Path(name), file
        # Somebody swept it before it was locked.
        file.close()


def _sweep(folder: Path, prefix: str) -> None:
    for path in folder.glob(f"{prefix}*"):
        if _RANDOM.fullmatch(path.name.removeprefix(prefix)) and _is_ours(path):
            _remove_unless_locked(path)


def _is_ours(path: Path) -> bool:
    status = path.lstat()
    return stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid()


def _remove_unless_locked(path: Path) -> None:
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        path.unlink(missing_ok=True)
