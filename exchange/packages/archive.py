"""The one ZIP encoding that a container has, written and read to the byte.

Stored members only, in a fixed order; date 1980-01-01 00:00, no extra field, no comment, no
data descriptor, no gap. A reader parses the sizes and checksums, builds every header again
from them, and compares: whatever is not the bytes this writer makes is refused.
"""

import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from exchange.packages.errors import PackageTooLargeError, UnacceptablePackageError

_LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL: Final = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END: Final = struct.Struct("<4sHHHHIIH")
_LOCAL_MAGIC: Final = b"PK\x03\x04"
_CENTRAL_MAGIC: Final = b"PK\x01\x02"
_END_MAGIC: Final = b"PK\x05\x06"
_VERSION: Final = 20
_DOS_DATE: Final = 0x21
# Offsets and sizes have 32 bits; the extension that has 64 (ZIP64) would be a second encoding.
_LIMIT: Final = 0xFFFF_FFFF
_MAX_MEMBERS: Final = 16
_MAX_NAME_BYTES: Final = 200
_CHUNK_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """One stored file: where its bytes lie, how many they are, their CRC-32."""

    name: str
    data_offset: int
    size: int
    crc: int

    @property
    def end(self) -> int:
        """The offset behind its last byte."""
        return self.data_offset + self.size


class ArchiveWriter:
    """Writes members one after the other to a seekable file, then the directory."""

    def __init__(self, file: BinaryIO) -> None:
        """Take a file that is empty and seekable."""
        self._file = file
        self._members: list[Member] = []

    def add(self, name: str, content: bytes) -> None:
        """Add a member whose content is at hand."""
        sink = self.begin(name)
        sink.write(content)
        sink.close()

    def begin(self, name: str) -> "MemberSink":
        """Begin a member that is written in pieces; close it before the next."""
        self._file.seek(0, os.SEEK_END)
        header_offset = self._file.tell()
        self._file.write(_local_header(Member(name, 0, 0, 0)))
        return MemberSink(self._file, name, header_offset, self._members)

    def finish(self) -> None:
        """Write the directory: the archive is whole."""
        self._file.seek(0, os.SEEK_END)
        self._file.write(_directory(self._members, self._file.tell()))


class MemberSink:
    """Takes the bytes of one member; ``close`` fills in what its header could not know."""

    def __init__(
        self, file: BinaryIO, name: str, header_offset: int, members: list[Member]
    ) -> None:
        """Write behind a header that stands at ``header_offset``."""
        self._file = file
        self._name = name
        self._header_offset = header_offset
        self._members = members
        self._size = 0
        self._crc = 0

    def write(self, data: bytes | memoryview) -> int:
        """Write bytes; give how many."""
        self._size += len(data)
        self._crc = zlib.crc32(data, self._crc)
        return self._file.write(data)

    def close(self) -> None:
        """End the member. Raises ``PackageTooLargeError``."""
        data_offset = self._header_offset + _LOCAL.size + len(self._name)
        member = Member(self._name, data_offset, self._size, self._crc)
        if member.end > _LIMIT:
            raise PackageTooLargeError
        self._file.seek(self._header_offset)
        self._file.write(_local_header(member))
        self._file.seek(0, os.SEEK_END)
        self._members.append(member)


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive in the one encoding; member contents are read from ``file``."""

    file: BinaryIO
    members: tuple[Member, ...]

    def chunks(self, member: Member) -> Iterator[bytes]:
        """Stream a member. Raises ``UnacceptablePackageError`` when its CRC is wrong."""
        self.file.seek(member.data_offset)
        crc, left = 0, member.size
        while left:
            chunk = self.file.read(min(left, _CHUNK_BYTES))
            if not chunk:
                raise _refused()
            crc, left = zlib.crc32(chunk, crc), left - len(chunk)
            yield chunk
        if crc != member.crc:
            raise _refused()


def read_archive(file: BinaryIO) -> Archive:
    """Read an archive, every header rebuilt and compared.

    Raises ``UnacceptablePackageError``. Contents are checked when they are streamed.
    """
    size = file.seek(0, os.SEEK_END)
    count, directory_offset = _read_end(file, size)
    members = tuple(_read_members(file, size, count, directory_offset))
    directory = _directory(members, directory_offset)
    file.seek(directory_offset)
    if size - directory_offset != len(directory) or file.read(len(directory)) != directory:
        raise _refused()
    _require_contiguous(file, members, directory_offset)
    return Archive(file, members)


def _read_end(file: BinaryIO, size: int) -> tuple[int, int]:
    if size < _END.size:
        raise _refused()
    file.seek(size - _END.size)
    fields = _END.unpack(file.read(_END.size))
    count, directory_offset = fields[3], fields[6]
    if not 1 <= count <= _MAX_MEMBERS or directory_offset > size - _END.size:
        raise _refused()
    return count, directory_offset


def _read_members(file: BinaryIO, size: int, count: int, directory_offset: int) -> Iterator[Member]:
    position = directory_offset
    for _ in range(count):
        file.seek(position)
        entry = file.read(_CENTRAL.size)
        if len(entry) != _CENTRAL.size:
            raise _refused()
        fields = _CENTRAL.unpack(entry)
        crc, stored_size, name_length, header_offset = fields[7], fields[8], fields[10], fields[16]
        name = file.read(min(name_length, _MAX_NAME_BYTES))
        if len(name) != name_length or not name.isascii() or header_offset > size:
            raise _refused()
        data_offset = header_offset + _LOCAL.size + name_length
        yield Member(name.decode("ascii"), data_offset, stored_size, crc)
        position += _CENTRAL.size + name_length


def _require_contiguous(file: BinaryIO, members: Sequence[Member], directory_offset: int) -> None:
    position = 0
    for member in members:
        header = _local_header(member)
        file.seek(position)
        if file.read(len(header)) != header or member.data_offset != position + len(header):
            raise _refused()
        position = member.end
    if position != directory_offset:
        raise _refused()


def _local_header(member: Member) -> bytes:
    name = member.name.encode("ascii")
    sizes = (member.crc, member.size, member.size, len(name), 0)
    return _LOCAL.pack(_LOCAL_MAGIC, _VERSION, 0, 0, 0, _DOS_DATE, *sizes) + name


def _directory(members: Sequence[Member], offset: int) -> bytes:
    entries = b"".join(_central_header(member) for member in members)
    count = len(members)
    return entries + _END.pack(_END_MAGIC, 0, 0, count, count, len(entries), offset, 0)


def _central_header(member: Member) -> bytes:
    name = member.name.encode("ascii")
    header_offset = member.data_offset - _LOCAL.size - len(name)
    sizes = (member.crc, member.size, member.size, len(name), 0, 0, 0, 0, 0, header_offset)
    return _CENTRAL.pack(_CENTRAL_MAGIC, _VERSION, _VERSION, 0, 0, 0, _DOS_DATE, *sizes) + name


def _refused() -> UnacceptablePackageError:
    return UnacceptablePackageError("ce fichier n'est pas un paquet intact")
