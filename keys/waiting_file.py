"""A file that was received and waits to be read: sealed, nameless, and gone with its process.

What arrives is people's data in clear, and may be larger than memory. Properties that hold:

1. not one byte lies in clear on disk: each piece of 64 KiB is sealed (AES-256-GCM) before it is
   written, under a key that is drawn for this file and never leaves this process's memory;
2. a nonce never repeats: it is the number of the piece, each piece is sealed once, and nothing is
   written again once all have come (NIST SP 800-38D, 8.2.1; 2^32 pieces would be 256 TiB);
3. a piece that is altered, missing, cut or in another's place does not open: its number is its
   nonce, and the size of the whole is kept in memory;
4. the file has no name, so that nothing is left of a process that is killed, and what its blocks
   still hold opens with no key.
"""

import io
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keys.errors import WaitingFileError

PIECE_BYTES: Final = 1 << 16
_KEY_BITS: Final = 256
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """Bytes that wait; ``size_bytes`` in clear. Read as often as need be, while it waits."""

    descriptor: int
    size_bytes: int
    _cipher: AESGCM

    def open(self) -> BinaryIO:
        """Open it for reading, from its beginning; reading raises ``WaitingFileError``."""
        return io.BufferedReader(_Reader(self), PIECE_BYTES)

    def piece(self, number: int) -> bytes:
        """Open one piece. Raises ``WaitingFileError``, which says nothing of the cause."""
        plain_bytes = min(PIECE_BYTES, self.size_bytes - number * PIECE_BYTES)
        place = number * (PIECE_BYTES + _TAG_BYTES)
        sealed = os.pread(self.descriptor, plain_bytes + _TAG_BYTES, place)
        try:
            return self._cipher.decrypt(_nonce(number), sealed, None)  # (3)
        except InvalidTag:
            raise WaitingFileError("ce qui attendait d'être lu ne s'ouvre plus") from None


@contextmanager
def waiting_file(arriving: Iterable[bytes]) -> Iterator[WaitingFile]:
    """Seal what arrives, as it arrives, and let it wait until the block ends.

    Holds one piece in memory. Raises ``OSError`` when the disk does not take it.
    """
    cipher = AESGCM(AESGCM.generate_key(_KEY_BITS))  # (1)
    size_bytes = 0
    with tempfile.TemporaryFile() as file:  # (4)
        for number, piece in enumerate(_pieces(arriving)):
            file.write(cipher.encrypt(_nonce(number), piece, None))  # (2)
            size_bytes += len(piece)
        file.flush()
        yield WaitingFile(file.fileno(), size_bytes, cipher)


class _Reader(io.RawIOBase):
    """Reads a waiting file from any place; holds the last piece it opened."""

    def __init__(self, waiting: WaitingFile) -> None:
        self._waiting = waiting
        self._position = 0
        self._number = -1
        self._piece = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        begins = {
            os.SEEK_SET: 0,
            os.SEEK_CUR: self._position,
            os.SEEK_END: self._waiting.size_bytes,
        }
        if begins[whence] + offset < 0:
            raise ValueError("a place before the beginning")
        self._position = begins[whence] + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # the library types it with an internal protocol
        if self._position >= self._waiting.size_bytes:
            return 0
        number, first = divmod(self._position, PIECE_BYTES)
        if number != self._number:
            self._number, self._piece = number, self._waiting.piece(number)
        with memoryview(buffer) as wanted:
            given = self._piece[first : first + len(wanted)]
            wanted[: len(given)] = given
        self._position += len(given)
        return len(given)


def _pieces(arriving: Iterable[bytes]) -> Iterator[bytes]:
    """Cut what arrives in pieces of one size; the last one may be shorter."""
    gathered = bytearray()
    for data in arriving:
        gathered += data
        while len(gathered) >= PIECE_BYTES:
            yield bytes(gathered[:PIECE_BYTES])
            del gathered[:PIECE_BYTES]
    if gathered:
        yield bytes(gathered)


def _nonce(number: int) -> bytes:
    return number.to_bytes(_NONCE_BYTES)
