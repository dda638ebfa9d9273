"""Locks of the operating system that are waited for, but not for ever."""

import fcntl
import time
from typing import IO, Any

from keys.errors import BusyFileError

_PATIENCE_SECONDS = 30
_FIRST_RETRY_SECONDS = 0.001
_LAST_RETRY_SECONDS = 0.05


def lock_patiently(file: IO[Any], patience: float = _PATIENCE_SECONDS) -> None:
    """Lock a file for this process alone, until it is closed.

    Whoever holds such a lock holds it for a moment; one that stands still must not keep
    everybody waiting. Raises ``BusyFileError`` after ``patience`` seconds.
    """
    given_up_at = time.monotonic() + patience
    # Most wait for one fsync, a few milliseconds: less often only while it lasts.
    retry_seconds = _FIRST_RETRY_SECONDS
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > given_up_at:
                raise BusyFileError(
                    f"une autre commande tient {file.name} et n'avance plus : arrêtez-la, puis "
                    "recommencez"
                ) from None
            time.sleep(retry_seconds)
            retry_seconds = min(2 * retry_seconds, _LAST_RETRY_SECONDS)
        else:
            return
