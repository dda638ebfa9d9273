"""One member of a container as a file of its own, without copying it."""

import hashlib
import io
from typing import BinaryIO

from exchange.packages.archive import Member
from exchange.packages.errors import UnacceptablePackageError

_BUFFER_BYTES = 1 << 20


def member_stream(file: BinaryIO, member: Member, sha256: str) -> BinaryIO:
    """Give a member of the container ``file`` as a buffered file.

    ``sha256`` (hex) is that of the content that was verified. The end of another content, of
    a file that has changed since, raises ``UnacceptablePackageError``.
    """
    return io.BufferedReader(_MemberReader(file, member, sha256), _BUFFER_BYTES)


class _MemberReader(io.RawIOBase):
    """Reads the bytes of a stored member where they lie in the container."""

    def __init__(self, file: BinaryIO, member: Member, sha256: str) -> None:
        """``file`` is the container; nothing else reads from it meanwhile."""
        super().__init__()
        self._file = file
        self._left = member.size
        self._expected = sha256
        self._digest = hashlib.sha256()
        file.seek(member.data_offset)

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # the library types it with an internal protocol
        """Fill ``buffer`` as far as the member goes; give how far."""
        data = self._file.read(min(len(buffer), self._left))
        buffer[: len(data)] = data
        self._left -= len(data)
        self._digest.update(data)
        if not data and self._digest.hexdigest() != self._expected:
            raise UnacceptablePackageError("ce paquet a changé pendant sa lecture")
        return len(data)
