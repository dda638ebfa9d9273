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


@contextmanager
def counting_folder() -> Iterator[Path]:
    """Make the folder, empty, and tell the library of metrics; to be called before it is imported.

    A process that was forked from this one ends through here too, and leaves the folder alone.
    """
    folder, maker = Path(tempfile.mkdtemp(prefix=_PREFIX)), os.getpid()
    let_processes_count_in(folder)
    try:
        yield folder
    finally:
        if os.getpid() == maker:
            shutil.rmtree(folder, ignore_errors=True)
