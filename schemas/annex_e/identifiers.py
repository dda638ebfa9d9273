r"""Numbers that name a person and may not travel: NIR, NIA and allocation numbers.

A NIR (or a NIA, its provisional form) is: sex, two digits of year, month, département, six
digits, and an optional key of two digits which is 97 minus the rest of the thirteen modulo 97;
in Corsica 2A counts as 19 and 2B as 18. Spaces, dots and dashes may stand anywhere between.
A number touched by a further digit or letter is something else.

Digits are `[0-9]` everywhere: `\d` would take the digits of other scripts.
"""

import re
from typing import Final

from schemas.annex_e.codes import RuleCode

_GAP: Final = "[ .\u2010-\u2015\u2212-]*+"  # dashes; possessive: it never backtracks
_ALPHANUMERIC: Final = r"[^\W_]"


def _spaced(*atoms: str) -> str:
    return _GAP.join(atoms)


_MONTH: Final = "|".join(
    (
        _spaced("0", "[1-9]"),
        _spaced("1", "[0-2]"),
        _spaced("[235-9]", "[0-9]"),
        _spaced("4", "[0-2]"),
    )
)
_DEPARTEMENT: Final = "|".join(
    (_spaced("0", "[1-9]"), _spaced("[1-9]", "[0-9]"), _spaced("2", "[ABab]"))
)
_NUMBER: Final = _spaced(
    "[1-478]", "[0-9]", "[0-9]", f"(?:{_MONTH})", f"(?:{_DEPARTEMENT})", *["[0-9]"] * 6
)
_KEY: Final = _spaced("", "[0-9]", "[0-9]")
# A lookahead, so that a number is found wherever it starts, even inside another candidate:
# a house number before it may itself begin like a NIR.
_NIR: Final = re.compile(
    rf"(?<!{_ALPHANUMERIC})(?=(?P<number>{_NUMBER})(?P<key>{_KEY})?(?!{_ALPHANUMERIC}))"
)
_NIR_MIN_CHARACTERS: Final = 13
# Opens with a plain set of characters, so that the search runs through ordinary text in C.
_THIRTEEN_SIGNS: Final = re.compile(f"[1-478](?:{_GAP}[0-9ABab]){{12}}")
_NOT_IN_A_NUMBER: Final = re.compile("[^0-9AB]")
_ALLOCATION_NUMBER: Final = re.compile(
    rf"(?<!{_ALPHANUMERIC})[0-9]{{7}}[A-Za-z]?(?!{_ALPHANUMERIC})"
)


def nir_faults(cell: str) -> tuple[RuleCode, ...]:
    """Return NIR, NIR_MAL_FORME or nothing for the normal form `cell`.

    A number without key, or with the right one, is NIR; with a wrong key NIR_MAL_FORME. Where
    digits can be read in several ways the graver reading wins.
    """
    if len(cell) < _NIR_MIN_CHARACTERS or not _THIRTEEN_SIGNS.search(cell):
        return ()
    keys_are_right = [_has_right_key(found) for found in _NIR.finditer(cell)]
    if not keys_are_right:
        return ()
    return (RuleCode.NIR if any(keys_are_right) else RuleCode.NIR_MAL_FORME,)


def allocation_number_faults(text: str) -> tuple[RuleCode, ...]:
    """Return IDENTIFIANT_SOCIAL when `text` holds seven digits alone, or with one letter."""
    return (RuleCode.IDENTIFIANT_SOCIAL,) if _ALLOCATION_NUMBER.search(text) else ()


def _has_right_key(found: re.Match[str]) -> bool:
    if found["key"] is None:
        return True
    number = _NOT_IN_A_NUMBER.sub("", found["number"].upper())
    expected = 97 - int(number.replace("2A", "19").replace("2B", "18")) % 97
    return int(_NOT_IN_A_NUMBER.sub("", found["key"])) == expected
