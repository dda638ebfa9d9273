"""Text encoded twice: « LefÃ¨vre » where the person is called « Lefèvre ».

Reading UTF-8 as Windows-1252 turns each accented letter into two or three characters;
saved again, they are valid text that no decoder complains of. The doubled form of every
letter and sign that French text holds is therefore spelt out here and looked for.

A lone « Ã » is a Portuguese capital (JOÃO, CONCEIÇÃO) and no fault: a doubled form counts
only with its second character. A few second characters may also follow a word in capitals
that ends in « Ã » (a closing quote, a dash, a hard space); those forms count only where no
capital stands before them.
"""

import re
from collections.abc import Iterable
from typing import Final

_LETTERS: Final = "".join(chr(point) for point in range(0xC0, 0x100) if point not in {0xD7, 0xF7})
_ORIGINALS: Final = _LETTERS + "ŒœŠšŽžŸ" + "’‘“”–—…€" + "\u00a0°«»²"

# Windows-1252 of: hard space » ’ ” – — …
_MAY_FOLLOW_A_CAPITAL: Final = b"\xa0\xbb\x92\x94\x96\x97\x85"
_PAIR: Final = 2


def find_doubled_in_utf_8(window: bytes) -> int:
    """Give where the first doubled form stands in a piece of a UTF-8 file, or -1."""
    return _first(_LEAD_IN_UTF_8, _IN_UTF_8, window)


def find_doubled_in_single_bytes(window: bytes) -> int:
    """Give where the first doubled form stands in Windows-1252 or ISO-8859-15, or -1."""
    return _first(_LEAD_IN_SINGLE_BYTES, _IN_SINGLE_BYTES, window)


def _first(lead: re.Pattern[bytes], doubled: re.Pattern[bytes], window: bytes) -> int:
    # The long list is tried only where its first octets stand, which is rare.
    places = (found.start() for found in lead.finditer(window))
    return next((place for place in places if doubled.match(window, place)), -1)


def _compile(
    sure: Iterable[bytes], doubtful: Iterable[bytes], no_capital_before: bytes
) -> re.Pattern[bytes]:
    return re.compile(
        b"|".join(map(re.escape, sure))
        + b"|"
        + no_capital_before
        + b"(?:"
        + b"|".join(map(re.escape, doubtful))
        + b")"
    )


def _misread(octets: bytes) -> set[bytes]:
    """Read octets as Windows-1252 and as ISO-8859-1, and write both in UTF-8."""
    windows = "".join(bytes([o]).decode("cp1252", errors="ignore") or chr(o) for o in octets)
    return {windows.encode(), octets.decode("latin-1").encode()}


def _is_doubtful(octets: bytes) -> bool:
    return len(octets) == _PAIR and octets[1] in _MAY_FOLLOW_A_CAPITAL


_SURE: Final = [c.encode() for c in _ORIGINALS if not _is_doubtful(c.encode())]
_DOUBTFUL: Final = [c.encode() for c in _ORIGINALS if _is_doubtful(c.encode())]

# « Â Ã Å â », which the doubled forms begin with.
_LEAD_IN_SINGLE_BYTES: Final = re.compile(rb"[\xc2\xc3\xc5\xe2][\x80-\xbf]")
_LEAD_IN_UTF_8: Final = re.compile(rb"\xc3[\x82\x83\x85\xa2]")

_IN_SINGLE_BYTES: Final = _compile(_SURE, _DOUBTFUL, rb"(?<![A-Z\xc0-\xde])")
_IN_UTF_8: Final = _compile(
    sorted({form for octets in _SURE for form in _misread(octets)}),
    sorted({form for octets in _DOUBTFUL for form in _misread(octets)}),
    rb"(?<![A-Z])(?<!\xc3[\x80-\x9e])",
)
