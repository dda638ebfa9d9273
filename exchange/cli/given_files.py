"""Reading what somebody hands over: a plain file, of bounded size where it is read whole.

A pipe that nobody writes to would be waited for, a device read without end, and a file of
many gigabytes taken into memory before anything is said of it.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from exchange.errors import RefusedError

_LARGEST_DOCUMENT_MEBIBYTES: Final = 16


@contextmanager
def opened_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file of any size for reading. Raises ``RefusedError`` for what is no plain file."""
    # Without O_NONBLOCK, opening a pipe waits for whoever would write to it.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        _require_plain(descriptor, path)
        file = os.fdopen(descriptor, "rb", closefd=False)
        with file:
            yield file
    finally:
        os.close(descriptor)


def read_document(path: Path) -> bytes:
    """Read a document whole: an agreement, an answer, a key, a certificate, a note, a proof.

    Raises ``RefusedError`` for what is no plain file, or larger than any of them.
    """
    largest = _LARGEST_DOCUMENT_MEBIBYTES << 20
    with opened_file(path) as file:
        data = file.read(largest + 1)
    if len(data) > largest:
        raise RefusedError(
            f"{path} dépasse {_LARGEST_DOCUMENT_MEBIBYTES} Mio : ce n'est pas le document attendu",
            "vérifiez le chemin : un paquet ou un export n'a pas sa place ici",
        )
    return data


def _require_plain(descriptor: int, path: Path) -> None:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise RefusedError(
            f"{path} n'est pas un fichier ordinaire",
            "donnez le chemin d'un fichier, ni dossier, ni tube, ni périphérique",
        )
