"""A container with a bit flipped and its CRC-32 made good: a checksum is nobody's seal."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tests.fakes.flipped_bits import Flip, Flipped, flipped

# Where ZIP keeps a member's CRC-32, twice (APPNOTE 6.3.10, 4.3.7 and 4.3.12).
_LOCAL_HEADER_BYTES, _LOCAL_CRC = 30, 14
_CENTRAL_HEADER_BYTES, _CENTRAL_CRC = 46, 16
_CRC_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class _Span:
    """Where the content of a member begins and ends, and where its checksum stands."""

    start: int
    end: int
    checksums: tuple[int, int]


def flipped_and_corrected(package: bytes, *, whole: bool) -> Iterator[Flipped]:
    """Flip the bits of each member's content, and write the checksum that then is right."""
    for span in _spans(package):
        for flip, content in flipped(package[span.start : span.end], whole=whole):
            altered = bytearray(package)
            altered[span.start : span.end] = content
            for at in span.checksums:
                altered[at : at + _CRC_BYTES] = zlib.crc32(content).to_bytes(_CRC_BYTES, "little")
            yield Flip(span.start + flip.position, flip.bit), bytes(altered)


def _spans(package: bytes) -> Iterator[_Span]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        central = archive.start_dir
        for member in archive.infolist():
            name_bytes = len(member.filename)
            start = member.header_offset + _LOCAL_HEADER_BYTES + name_bytes
            checksums = (member.header_offset + _LOCAL_CRC, central + _CENTRAL_CRC)
            yield _Span(start, start + member.file_size, checksums)
            central += _CENTRAL_HEADER_BYTES + name_bytes
