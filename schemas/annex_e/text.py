"""The normal form of a cell, and the characters that no cell may hold.

Forbidden are: the controls (Cc: NUL, tabulation, line breaks, and the C1 block that betrays
Windows-1252 read as Latin-1), the invisible format characters (Cf: bidirectional overrides,
zero-width joiners and spaces, soft hyphen, byte order mark, tags), line and paragraph
separators (Zl, Zp), surrogates, private use, noncharacters, and U+FFFD, which marks a letter
already lost. Unassigned code points pass: what is assigned depends on the Python that judges.
"""

import re
from typing import Final
from unicodedata import is_normalized, normalize

from schemas.annex_e.codes import RuleCode

_SPACES: Final = re.compile("[ \xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+")  # Unicode Zs
# No cell that a column admits is as long, however it is written: at most four characters make
# one in NFC. Beyond, NFC is not asked for: it settles the order of combining marks in
# quadratic time (a quarter of a minute for 128 KiB of them).
_NORMALISED_CHARACTERS: Final = 1_200
_REPLACEMENT_CHARACTER: Final = "\ufffd"
_PLANE_ENDS: Final = "".join(
    f"{chr(plane + 0xFFFE)}-{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
_FORBIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f"
    "\u2028-\u202e\u2060-\u2064\u2066-\u206f\ud800-\uf8ff\ufeff\ufff9-\ufffb\ufffd"
    "\ufdd0-\ufdef\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    f"\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f\U000f0000-\U0010ffff{_PLANE_ENDS}]"
)
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def normal_form(raw: str) -> str:
    """Return `raw` in NFC, every run of Unicode spaces made one space, the ends trimmed.

    Only spaces are trimmed: a tabulation or a line break at an end stays, so that the rules
    about controls and formulas see it whether it comes before or after a space. A text that
    no column admits, for its length, is not brought to NFC.
    """
    if len(raw) > _NORMALISED_CHARACTERS:
        raw = _SPACES.sub(" ", raw).strip(" ")
        if len(raw) > _NORMALISED_CHARACTERS:
            return raw
    text = raw if is_normalized("NFC", raw) else normalize("NFC", raw)
    if text.isascii():
        if "  " not in text:
            return text.strip(" ")
    elif text.isprintable() and "  " not in text:  # the other spaces are not "printable"
        return text.strip(" ")
    return _SPACES.sub(" ", text).strip(" ")


def text_faults(cell: str) -> tuple[RuleCode, ...]:
    """Return the character and formula faults of the normal form `cell`, which is not empty."""
    if _is_plain(cell) and cell[0] not in _FORMULA_STARTS:
        return ()
    return (*character_faults(cell), *formula_faults(cell))


def character_faults(cell: str) -> tuple[RuleCode, ...]:
    """Return CARACTERE_INTERDIT when the normal form `cell` holds a forbidden character."""
    if _is_plain(cell) or not _FORBIDDEN.search(cell):
        return ()
    return (RuleCode.CARACTERE_INTERDIT,)


def formula_faults(cell: str) -> tuple[RuleCode, ...]:
    """Return FORMULE when a spreadsheet could take the normal form `cell` for a formula."""
    return (RuleCode.FORMULE,) if cell.startswith(_FORMULA_STARTS) else ()


def _is_plain(cell: str) -> bool:
    """Settle nearly every cell at the speed of C: of all that is forbidden, only U+FFFD prints."""
    return cell.isprintable() and _REPLACEMENT_CHARACTER not in cell
