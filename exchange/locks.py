"""Signs of life: what a process holds while it works, so that others see when it is gone.

Here a file that it keeps locked: a lock of the operating system, freed when its process ends
however it ends. Where several machines share a database, its server keeps the signs.
"""

import fcntl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol


class SignsOfLife(Protocol):
    """The signs of those who work on one database."""

    def given(self, name: str) -> AbstractContextManager[None]:
        """Give the sign ``name`` for as long as this process works."""
        ...

    def is_given(self, name: str) -> bool:
        """Tell whether the process that gave a sign is still there."""
        ...

    def clear(self, name: str) -> None:
        """Remove what is left of the sign of a process that is gone, or no longer counts."""
        ...


class LockedFiles:
    """The signs of one home on one machine, a file each, which hold nothing."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made when the first sign is given."""
        self._folder = folder

    @contextmanager
    def given(self, name: str) -> Iterator[None]:
        """Give the sign ``name`` for as long as this process works."""
        # An empty folder is what backups leave out.
        self._folder.mkdir(mode=0o700, exist_ok=True)
        path = self._path(name)
        with path.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            try:
                yield
            finally:
                path.unlink(missing_ok=True)

    def is_given(self, name: str) -> bool:
        """Tell whether the process that gave a sign is still there."""
        try:
            with self._path(name).open("r") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def clear(self, name: str) -> None:
        """Remove the sign of a process that is gone, or that no longer counts."""
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.lock"
