"""The records of a CSV text, each with the line it begins on, in bounded memory.

A quote that nobody closes would swallow the rest of a file, and a file without line ends
would be one line: no record grows past 1 MiB, no cell past the 128 KiB of ``csv``.
"""

import csv
from collections.abc import Iterator
from typing import Final, TextIO

from exchange.intake.refused_source import SourceRefusedError, refused
from schemas.annex_e import RuleCode

_RECORD_CHARACTERS: Final = 1 << 20


def read_records(text: TextIO, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Stream (line, cells): the physical line, from 1, where each record begins.

    ``text`` is opened with ``newline=""``. Blank lines are passed over and counted as lines.
    Raises ``SourceRefusedError`` (``FICHIER_FORMAT``) at a record that is too long or
    wrongly quoted, naming the line where it begins.
    """
    lines = _BoundedLines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if len(cells) > 1 or (cells and cells[0].strip()):
                yield line, cells
            line = reader.line_num + 1
            lines.begin_record()
    except csv.Error:
        raise _unreadable(
            line, "un guillemet est mal placé ou n'est pas fermé, ou une cellule est trop longue"
        ) from None
    except _RecordTooLongError:
        raise _unreadable(line, "l'enregistrement dépasse un mégaoctet") from None


class _RecordTooLongError(Exception):
    """A record has more characters than any person's row."""


class _BoundedLines:
    """The physical lines of a text, never more than one record's bound at once."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._taken = 0

    def begin_record(self) -> None:
        """Count anew."""
        self._taken = 0

    def __iter__(self) -> Iterator[str]:
        """Give line after line."""
        while line := self._text.readline(_RECORD_CHARACTERS):
            self._taken += len(line)
            if self._taken >= _RECORD_CHARACTERS:
                raise _RecordTooLongError
            yield line


def _unreadable(line: int, why: str) -> SourceRefusedError:
    return refused(
        RuleCode.FICHIER_FORMAT,
        f"la ligne {line} n'est pas lisible : {why}",
        line=line,
        hint="corrigez les guillemets de cette ligne à la source, puis refaites l'export",
    )
