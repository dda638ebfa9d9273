"""The objects of a JSON text, each with where it stands, in bounded memory.

One a line (NDJSON), or in one array. The scanner is that of the standard library, one object at a
time: a library that streams tells no doubled member, and no line. No object grows past 1 MiB, and
no number is made of its digits: nothing but a string, or ``null`` for an empty one, is taken.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, TextIO, TypeAlias

from exchange.intake.double_encoding import find_doubled_in_utf_8
from exchange.intake.refused_source import SourceRefusedError, refused
from schemas.annex_e import RuleCode

_OBJECT_CHARACTERS: Final = 1 << 20
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_AT_THE_SOURCE: Final = "corrigez à la source, puis refaites l'export"
_NO_STRING: Final = object()
_NO_END: Final = "Unterminated string"
_LONGEST_WORD: Final = 12
"""Of what is read in one piece: a character as two escapes of six."""

Member: TypeAlias = tuple[str, str]


class _Object(tuple[tuple[str, Any], ...]):
    """The members of an object as they stand, doubled ones too."""

    __slots__ = ()


def _no_string(_: str) -> object:
    return _NO_STRING


_SCANNER: Final = json.JSONDecoder(
    object_pairs_hook=_Object,
    parse_int=_no_string,
    parse_float=_no_string,
    parse_constant=_no_string,
)


def read_lines(text: TextIO) -> Iterator[tuple[int, Sequence[Member]]]:
    """Stream (line, members) of a text with an object a line; blank lines only count.

    Raises ``SourceRefusedError``, which names the line, where the text is no such thing.
    """
    number = 0
    while line := text.readline(_OBJECT_CHARACTERS):
        number += 1
        place = f"la ligne {number}"
        if len(line) == _OBJECT_CHARACTERS:
            raise _too_long(number, place)
        if written := line.strip(" \t\r\n"):
            found, end = _scan(written, 0, number, place)
            if end != len(written):
                raise _unreadable(number, place, "un objet est suivi d'autre chose")
            yield number, _strings(found, number, place)


def read_array(text: TextIO) -> Iterator[tuple[int, Sequence[Member]]]:
    """Stream (rank, members) of the objects of one array, the first of rank 1.

    Raises ``SourceRefusedError``, which names the rank, where the text is no such thing.
    """
    window = _Window(text)
    if not window.is_next("["):
        raise _unreadable(1, "le document", "ce n'est pas un tableau")
    window.pass_over("[", 1)
    if window.is_next("]"):
        window.end()
        return
    rank = 1
    while True:
        yield rank, window.object(rank)
        if window.is_next("]"):
            window.end(rank)
            return
        window.pass_over(",", rank)
        rank += 1


class _Window:
    """A text of any length, of which always at least one whole object is held."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._held = ""
        self._at = 0
        self._is_all_held = False

    def object(self, rank: int) -> Sequence[Member]:
        """Take an object."""
        place = f"l'objet {rank}"
        self._pass_spaces()
        if self._next() != "{":
            raise _unreadable(rank, place, "ce n'est pas un objet")
        found, end = _scan(self._held, self._at, rank, place)
        if end - self._at >= _OBJECT_CHARACTERS:
            raise _too_long(rank, place)
        self._at = end
        return _strings(found, rank, place)

    def is_next(self, sign: str) -> bool:
        """Tell whether a sign comes next."""
        self._pass_spaces()
        return self._next() == sign

    def pass_over(self, sign: str, rank: int) -> None:
        """Take a sign that must come next."""
        if not self.is_next(sign):
            raise _unreadable(rank, f"l'objet {rank}", "il manque une virgule ou un crochet")
        self._at += 1

    def end(self, rank: int = 1) -> None:
        """Take the closing bracket; nothing may follow."""
        self.pass_over("]", rank)
        self._pass_spaces()
        if self._next():
            raise _unreadable(rank, "la fin", "le tableau est suivi d'autre chose")

    def _next(self) -> str:
        return self._held[self._at : self._at + 1]

    def _pass_spaces(self) -> None:
        self._fill()
        while (found := _SPACE.match(self._held, self._at)) and found.end() > self._at:
            self._at = found.end()
            if self._at < len(self._held):
                return
            self._fill()

    def _fill(self) -> None:
        if not self._is_all_held and len(self._held) - self._at < _OBJECT_CHARACTERS:
            more = self._text.read(_OBJECT_CHARACTERS)
            self._is_all_held = not more
            self._held, self._at = self._held[self._at :] + more, 0


def _scan(text: str, at: int, number: int, place: str) -> tuple[Any, int]:
    try:
        return _SCANNER.raw_decode(text, at)
    except (ValueError, RecursionError) as error:
        if len(text) - at >= _OBJECT_CHARACTERS and _is_cut(error, text):
            raise _too_long(number, place) from None
        raise _unreadable(number, place, "ce n'est pas du JSON") from None


def _is_cut(error: Exception, text: str) -> bool:
    """Tell whether a text stopped being JSON only because no more of it is held."""
    if not isinstance(error, json.JSONDecodeError):
        return False
    # A string without an end is reported at its beginning, the rest where it stops.
    return error.msg.startswith(_NO_END) or len(text) - error.pos <= _LONGEST_WORD


def _strings(found: Any, number: int, place: str) -> Sequence[Member]:  # noqa: ANN401 - whatever JSON says
    if not isinstance(found, _Object):
        raise _unreadable(number, place, "ce n'est pas un objet")
    if not all(value is None or isinstance(value, str) for _, value in found):
        raise refused(
            RuleCode.FICHIER_FORMAT,
            f"{place} a une valeur qui n'est pas une chaîne de caractères",
            line=number,
            hint="écrivez chaque valeur entre guillemets, dates et codes postaux aussi ; ou null",
        )
    members = [(name, value or "") for name, value in found]
    for name, value in members:
        _require_text(name, number, place)
        _require_text(value, number, place)
    return members


def _require_text(text: str, number: int, place: str) -> None:
    """Refuse what an escape may say and the octets of the file do not show."""
    if text.isascii():
        return
    try:
        octets = text.encode()
    except UnicodeEncodeError:
        raise refused(
            RuleCode.FICHIER_ENCODAGE,
            f"{place} a la moitié d'un caractère (« \\ud800 »)",
            line=number,
            hint=_AT_THE_SOURCE,
        ) from None
    if find_doubled_in_utf_8(octets) >= 0:
        raise refused(
            RuleCode.FICHIER_MOJIBAKE,
            f"des lettres accentuées ont été encodées deux fois : {place} (« Ã© » pour « é »)",
            line=number,
        )


def _too_long(number: int, place: str) -> SourceRefusedError:
    return _unreadable(number, place, "l'objet dépasse un mégaoctet")


def _unreadable(number: int, place: str, why: str) -> SourceRefusedError:
    return refused(
        RuleCode.FICHIER_FORMAT,
        f"{place} n'est pas lisible : {why}",
        line=number,
        hint=_AT_THE_SOURCE,
    )
