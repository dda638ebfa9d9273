"""One act at a time on one agreement: loads, exports, releases and purges exclude each other.

A lock of the operating system, freed when its process ends however it ends.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from exchange.errors import RetryLaterError

_PATIENCE_SECONDS = 60
_RETRY_SECONDS = 0.1


class AgreementLocks:
    """The locks of one home, a file each."""

    def __init__(self, folder: Path) -> None:
        """``folder`` holds one file an agreement, which says nothing but who waits."""
        self._folder = folder

    @contextmanager
    def exclusively(self, agreement_id: str) -> Iterator[None]:
        """Hold the lock of an agreement. Raises ``RetryLaterError`` after a minute."""
        # An empty folder is what backups leave out.
        self._folder.mkdir(mode=0o700, exist_ok=True)
        with (self._folder / f"{agreement_id}.lock").open("a") as file:
            _acquire(file)
            yield


def _acquire(file: TextIO) -> None:
    given_up_at = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > given_up_at:
                raise RetryLaterError(
                    "une autre commande travaille sur cette convention",
                    "attendez qu'elle ait fini, puis recommencez",
                ) from None
            time.sleep(_RETRY_SECONDS)
        else:
            return
