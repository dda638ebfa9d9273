"""The folder in which the processes of a server count together; it goes with the server."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from exchange.settings import let_processes_count_in

_PREFIX: Final = "spie-exchange-counts-"
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
"""Memory that looks like files: a full disk, under files that are mapped, kills who counts."""


@contextmanager
def counting_folder() -> Iterator[Path]:
    """Make the folder, empty, and tell the library of metrics; to be called before it is imported.

    A process that was forked from this one ends through here too, and leaves the folder alone.
    """
    place = _MEMORY if os.access(_MEMORY, os.W_OK | os.X_OK) else None
    folder, maker = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place)), os.getpid()
    let_processes_count_in(folder)
    try:
        yield folder
    finally:
        if os.getpid() == maker:
            shutil.rmtree(folder, ignore_errors=True)
