"""The folder in which the processes of a server count together; it goes with the server.

It is locked for as long as one of them lives: what a killed server left is told from a
neighbour's, and goes when the next one begins.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from exchange.settings import let_processes_count_in

_BEING_MADE: Final = "spie-exchange-new-"
_PREFIX: Final = "spie-exchange-counts-"
_LOCK: Final = "lock"
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
"""Memory that looks like files: a full disk, under files that are mapped, kills who counts."""


@contextmanager
def counting_folder() -> Iterator[Path]:
    """Make the folder, empty, and tell the library of metrics; to be called before it is imported.

    A process that was forked from this one ends through here too, and leaves the folder alone.
    """
    is_memory = os.access(_MEMORY, os.W_OK | os.X_OK)
    place = _MEMORY if is_memory else Path(tempfile.gettempdir())
    _sweep(place)
    folder, lock, maker = *_locked_folder(place), os.getpid()
    let_processes_count_in(folder)
    try:
        yield folder
    finally:
        lock.close()
        if os.getpid() == maker:
            shutil.rmtree(folder, ignore_errors=True)


def _locked_folder(place: Path) -> tuple[Path, BinaryIO]:
    """Make a folder that has its name only once it is locked: nobody sweeps it before."""
    made = Path(tempfile.mkdtemp(prefix=_BEING_MADE, dir=place))
    lock = (made / _LOCK).open("wb")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return made.rename(made.with_name(made.name.replace(_BEING_MADE, _PREFIX, 1))), lock


def _sweep(place: Path) -> None:
    for folder in place.glob(f"{_PREFIX}*"):
        # A neighbour's is locked, or has just gone.
        with suppress(OSError):
            # What another account put there could keep whoever opens it waiting for good.
            if folder.lstat().st_uid == os.geteuid():
                _remove_unlocked(folder)


def _remove_unlocked(folder: Path) -> None:
    with (folder / _LOCK).open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)
