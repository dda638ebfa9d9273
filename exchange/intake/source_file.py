"""What a source is read from: a file on disk, or one that was received and waits, sealed."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from exchange.errors import RefusedError
from keys.waiting_file import WaitingFile

_BUFFER_BYTES: Final = 1 << 16


class SourceFile(Protocol):
    """A file that can be read several times."""

    def open(self) -> BinaryIO:
        """Open it for reading, from its beginning. Raises ``RefusedError``."""
        ...

    def identity(self, stream: BinaryIO) -> tuple[int, ...]:
        """Tell what was opened: the same identity is the same file, unchanged."""
        ...


@dataclass(frozen=True, slots=True)
class FileOnDisk:
    """A file that lies where somebody put it, who may change it at any time."""

    path: Path

    def open(self) -> BinaryIO:
        """Open it for reading. Raises ``RefusedError`` when it is no file, or not ours to read."""
        if not self.path.is_file():
            raise RefusedError(
                "le fichier à charger est introuvable, ou n'est pas un fichier",
                "vérifiez le chemin donné",
            )
        try:
            return self.path.open("rb", buffering=_BUFFER_BYTES)
        except OSError:
            raise RefusedError(
                "le fichier à charger ne peut pas être ouvert", "vérifiez vos droits sur lui"
            ) from None

    def identity(self, stream: BinaryIO) -> tuple[int, ...]:
        """Tell it by device, inode, size and time of writing."""
        status = os.fstat(stream.fileno())
        return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that was received whole; nobody can change it without its no longer opening."""

    waiting: WaitingFile

    def open(self) -> BinaryIO:
        """Open it for reading."""
        return self.waiting.open()

    def identity(self, stream: BinaryIO) -> tuple[int, ...]:
        """Tell it by its size: it is always the same."""
        del stream
        return (self.waiting.size_bytes,)
