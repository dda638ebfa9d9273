"""What the octets of a file show of its encoding, gathered in one pass and constant memory."""

import codecs
import re
from dataclasses import dataclass
from typing import BinaryIO, Final

from exchange.intake.double_encoding import find_doubled_in_single_bytes, find_doubled_in_utf_8
from exchange.intake.file_kind import refuse_other_kinds

_CHUNK_BYTES: Final = 1 << 20
# Longer than any form looked for, so that none hides between two chunks.
_CARRIED_BYTES: Final = 16

_MULTI_BYTE: Final = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
_WINDOWS_1252_ONLY: Final = re.compile(rb"[\x80\x82-\x8c\x8e\x91-\x9c\x9e\x9f]")
_NOT_WINDOWS_1252: Final = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
# Each form below begins with its rare octet and looks behind it, far faster than
# beginning with a letter.
#
# € œ Œ Ÿ š ž beside letters, where Windows-1252 has ¤ ½ ¼ ¾ ¨ ¸. Š and Ž are no sign:
# people type ¦ (the same octet) as a bar and ´ as an apostrophe.
_ISO_8859_15_ONLY: Final = re.compile(
    rb"[\xa4\xa8\xb8\xbc\xbd\xbe](?:"
    rb"(?<=\xa4)"
    rb"|(?<=[A-Za-z\xc0-\xff][\xa8\xb8\xbd])(?=[A-Za-z\xc0-\xff])"
    rb"|(?<=\xbd)(?<![0-9A-Za-z\xc0-\xff]\xbd)(?=[a-z])"
    rb"|(?<=[\xbc\xbe])(?<![0-9a-z\xdf-\xff][\xbc\xbe])(?=[A-Za-z\xc0-\xff]))"
)
# Letters of MS-DOS and Macintosh: in Windows-1252, signs that never follow a letter
# (Ren‚, Fran‡ois) or a capital after a small letter (RenŽ).
_OTHER_CHARACTER_SET: Final = re.compile(
    rb"[\x81-\x84\x87-\x90\x98\x9d\x9f](?:"
    rb"(?<=[A-Za-z][\x81-\x84\x87-\x89\x8b\x8d\x8f\x90\x98\x9d])"
    rb"|(?<=[a-z][\x8a\x8c\x8e\x9f]))"
)


@dataclass(slots=True)
class SingleByteSigns:
    """Which octets speak for or against the encodings of one byte a character."""

    windows_1252_only: bool = False
    not_windows_1252: bool = False
    iso_8859_15_only: bool = False
    other_character_set: bool = False

    def look(self, window: bytes) -> None:
        """Add what a piece of the file shows."""
        self.windows_1252_only = self.windows_1252_only or _shows(_WINDOWS_1252_ONLY, window)
        self.not_windows_1252 = self.not_windows_1252 or _shows(_NOT_WINDOWS_1252, window)
        self.iso_8859_15_only = self.iso_8859_15_only or _shows(_ISO_8859_15_ONLY, window)
        self.other_character_set = self.other_character_set or _shows(_OTHER_CHARACTER_SET, window)


def _shows(form: re.Pattern[bytes], window: bytes) -> bool:
    return form.search(window) is not None


@dataclass(slots=True)
class OctetSurvey:
    """What a whole file shows. The fields ``*_line`` are 0 where there is nothing to show.

    ``multi_byte_line`` is the first with a UTF-8 sequence, as long as all was UTF-8;
    ``is_truncated`` tells UTF-8 that ends inside such a sequence.
    """

    size_bytes: int = 0
    has_byte_order_mark: bool = False
    is_utf_8: bool = True
    is_truncated: bool = False
    multi_byte_line: int = 0
    doubled_in_utf_8_line: int = 0
    doubled_in_single_bytes_line: int = 0


def survey_octets(stream: BinaryIO) -> tuple[OctetSurvey, SingleByteSigns]:
    """Read a stream to its end, in chunks of 1 MiB.

    Raises ``SourceRefusedError`` at once when its beginning is no text.
    """
    surveyor = _Surveyor()
    while chunk := stream.read(_CHUNK_BYTES):
        surveyor.take(chunk)
    surveyor.end()
    return surveyor.seen, surveyor.signs


class _Surveyor:
    """The state of one pass."""

    def __init__(self) -> None:
        self.seen = OctetSurvey()
        self.signs = SingleByteSigns()
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self._carried = b""
        self._line_feeds = 0
        self._carriage_returns = 0

    def take(self, chunk: bytes) -> None:
        """Look at the next bytes."""
        if not self.seen.size_bytes:
            refuse_other_kinds(chunk)
            self.seen.has_byte_order_mark = chunk.startswith(codecs.BOM_UTF8)
        self.seen.size_bytes += len(chunk)
        window = self._carried + chunk
        # The decoder waits for nothing while what is carried is ASCII: such windows,
        # most of them, are passed over.
        if not window.isascii():
            self._look(window, chunk)
        self._carried = window[-_CARRIED_BYTES:]
        passed = window[:-_CARRIED_BYTES]
        self._line_feeds += passed.count(b"\n")
        self._carriage_returns += passed.count(b"\r")

    def end(self) -> None:
        """Ask whether the last character is whole."""
        if self.seen.is_utf_8 and not self._decodes(b"", final=True):
            # A Windows-1252 file whose only accent is its last letter looks cut as well.
            self.seen.is_truncated = bool(self.seen.multi_byte_line)
            self.signs.look(self._carried)

    def _look(self, window: bytes, chunk: bytes) -> None:
        if self.seen.is_utf_8 and self._decodes(chunk):
            self._look_at_utf_8(window)
        else:
            self._look_at_single_bytes(window)

    def _decodes(self, chunk: bytes, *, final: bool = False) -> bool:
        try:
            self._decoder.decode(chunk, final)
        except UnicodeDecodeError:
            self.seen.is_utf_8 = False
        return self.seen.is_utf_8

    def _look_at_utf_8(self, window: bytes) -> None:
        seen = self.seen
        if not seen.multi_byte_line and (found := _MULTI_BYTE.search(window)):
            seen.multi_byte_line = self._line_at(window, found.start())
        if not seen.doubled_in_utf_8_line and (place := find_doubled_in_utf_8(window)) >= 0:
            seen.doubled_in_utf_8_line = self._line_at(window, place)

    def _look_at_single_bytes(self, window: bytes) -> None:
        if not self.seen.doubled_in_single_bytes_line:
            place = find_doubled_in_single_bytes(window)
            if place >= 0:
                self.seen.doubled_in_single_bytes_line = self._line_at(window, place)
        self.signs.look(window)

    def _line_at(self, window: bytes, place: int) -> int:
        # Lines end in LF, CR or both, whichever the file uses.
        line_feeds = self._line_feeds + window.count(b"\n", 0, place)
        carriage_returns = self._carriage_returns + window.count(b"\r", 0, place)
        return 1 + max(line_feeds, carriage_returns)
