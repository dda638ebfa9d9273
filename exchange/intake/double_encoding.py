"""Text encoded twice: « LefÃ¨vre » where the person is called « Lefèvre ».

Reading UTF-8 as Windows-1252 turns each accented letter into two or three characters;
saved again, they are valid text that no decoder complains of. Every letter that French
writes is therefore spelt out here in its doubled form and looked for.

A lone « Ã » is a Portuguese capital (JOÃO, CONCEIÇÃO) and no fault: a doubled form counts
only with its second character. Some second characters may also follow a word in capitals
that ends in « Ã » (a closing quote, a dash, a hard space); those forms count only where no
capital stands before them.
"""

import re
from typing import Final

_ACCENTED: Final = "".join(map(chr, range(0xC0, 0x100))).replace("×", "").replace("÷", "")
_ORIGINALS: Final = _ACCENTED + "ŒœŠšŽžŸ" + "’‘“”–—…€" + "\u00a0°«»²"

_MAY_FOLLOW_A_CAPITAL: Final = "\u00a0»’”–—…\u0085\u0092\u0094\u0096\u0097"
_NO_CAPITAL_BEFORE_UTF_8: Final = rb"(?<![A-Z])(?<!\xc3[\x80-\x9e])"
_NO_CAPITAL_BEFORE_SINGLE_BYTE: Final = rb"(?<![A-Z\xc0-\xde])"


def _misread(original: str) -> tuple[str, str]:
    """Give what the UTF-8 of a character looks like in Windows-1252 and in ISO-8859-1."""
    octets = original.encode()
    windows = "".join(
        bytes([octet]).decode("cp1252", errors="ignore") or chr(octet) for octet in octets
    )
    return windows, octets.decode("latin-1")


def _pattern(encoding: str, no_capital_before: bytes) -> re.Pattern[bytes]:
    """Compile the doubled forms as they stand in a file of that encoding, sure ones first."""
    sure: dict[bytes, None] = {}
    doubtful: dict[bytes, None] = {}
    for original in _ORIGINALS:
        for text in _misread(original):
            group = doubtful if _may_be_meant(text) else sure
            group[re.escape(text.encode(encoding, errors="ignore"))] = None
    return re.compile(
        b"|".join(sure) + b"|" + no_capital_before + b"(?:" + b"|".join(doubtful) + b")"
    )


def _may_be_meant(text: str) -> bool:
    return len(text) == 2 and text[1] in _MAY_FOLLOW_A_CAPITAL  # noqa: PLR2004 - a pair


# In a single-byte file the misread octets stand as they are: ISO-8859-1 keeps each.
_IN_UTF_8: Final = _pattern("utf-8", _NO_CAPITAL_BEFORE_UTF_8)
