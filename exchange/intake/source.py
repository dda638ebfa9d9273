"""A source file: examined once as a whole, then streamed row by row.

The file stays where it lies: no copy of it is made.
"""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from typing import BinaryIO, Final, TextIO

from exchange.errors import RetryLaterError
from exchange.intake.delimiter import DELIMITERS, detect_delimiter, parse_delimiter
from exchange.intake.encoding import DetectedEncoding, Encoding, detect_encoding, parse_encoding
from exchange.intake.header import Layout, read_header
from exchange.intake.records import read_records
from exchange.intake.refused_source import SourceRefusedError, refused
from exchange.intake.source_file import SourceFile
from keys.errors import WaitingFileError
from schemas.annex_e import COLUMNS, RuleCode, SourceRow

_HEADER_CHARACTERS: Final = 1 << 16
_SHOWN_ENCODINGS: Final = {
    Encoding.UTF_8: "UTF-8",
    Encoding.WINDOWS_1252: "Windows-1252",
    Encoding.ISO_8859_15: "ISO-8859-15",
}


@dataclass(frozen=True, slots=True)
class SourceDescription:
    """What was detected of a file, or given by the operator; ``size_bytes`` of the file.

    ``names`` gives the name in the file of each contract column.
    """

    encoding: Encoding
    has_byte_order_mark: bool
    delimiter: str
    size_bytes: int
    names: Mapping[str, str]
    is_exact: bool

    @property
    def sentence(self) -> str:
        """Say it in French."""
        mark = " avec marque d'ordre (BOM)" if self.has_byte_order_mark else ""
        size = f"{self.size_bytes:,}".replace(",", "\u00a0")
        case = "" if self.is_exact else " (majuscules et minuscules à part)"
        columns = ", ".join(f"{self.names[column]} → {column}" for column in COLUMNS)
        return (
            f"Fichier lu comme {_SHOWN_ENCODINGS[self.encoding]}{mark}, "
            f"séparateur {DELIMITERS[self.delimiter]}, {size} octets.\n"
            f"Colonnes{case} : {columns}."
        )


@dataclass(frozen=True, slots=True)
class Source:
    """A file fit to be read. ``identity`` tells the same file, unchanged."""

    file: SourceFile
    description: SourceDescription
    layout: Layout
    identity: tuple[int, ...]

    def rows(self) -> Iterator[SourceRow]:
        """Stream the rows, in the contract's order of columns.

        A row with another number of fields than the header has ``cells`` ``None``. Raises
        ``SourceRefusedError`` (``FICHIER_FORMAT``) where the file stops being CSV, and
        ``RetryLaterError`` when it is not, or has not stayed, the file that was examined.
        """
        with _opened(self.file) as stream:
            if self.file.identity(stream) != self.identity:
                raise _changed()
            text = _as_text(stream, self.description.encoding)
            records = read_records(text, self.description.delimiter)
            next(records)
            yield from _rows(records, self.layout)
            if self.file.identity(stream) != self.identity:
                raise _changed()


def open_source(
    file: SourceFile,
    columns: Mapping[str, str],
    local_key: str | None,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Source:
    """Examine a file: encoding, delimiter, header; reads it once to its end.

    ``columns`` gives the local name of each contract column, ``local_key`` the name of the
    column of the local key; ``encoding`` and ``delimiter`` are what the operator imposes.
    Raises ``SourceRefusedError`` with the findings when the file is refused, and
    ``RefusedError`` when it cannot be opened or an option is not admitted.
    """
    forced_encoding = None if encoding is None else parse_encoding(encoding)
    forced_delimiter = None if delimiter is None else parse_delimiter(delimiter)
    with _opened(file) as stream:
        identity = file.identity(stream)
        detected = detect_encoding(stream, forced_encoding)
        text = _as_text(stream, detected.encoding)
        used_delimiter = forced_delimiter or detect_delimiter(_first_line(text))
        layout = _read_layout(text, used_delimiter, columns, local_key)
        return Source(file, _describe(detected, used_delimiter, layout), layout, identity)


@contextmanager
def _opened(file: SourceFile) -> Iterator[BinaryIO]:
    with file.open() as stream:
        try:
            yield stream
        except (UnicodeDecodeError, WaitingFileError):
            # The whole of it was found sound in this encoding.
            raise _changed() from None


def _as_text(stream: BinaryIO, encoding: Encoding) -> TextIO:
    stream.seek(0)
    codec = "utf-8-sig" if encoding is Encoding.UTF_8 else encoding.value
    return io.TextIOWrapper(stream, encoding=codec, errors="strict", newline="")


def _first_line(text: TextIO) -> str:
    while line := text.readline(_HEADER_CHARACTERS):
        if line.strip():
            text.seek(0)
            return line
    raise _empty()


def _read_layout(
    text: TextIO, delimiter: str, columns: Mapping[str, str], local_key: str | None
) -> Layout:
    records = read_records(text, delimiter)
    first = next(records, None)
    if first is None:
        raise _empty()
    line, header = first
    layout = read_header(header, columns, local_key, line)
    if next(records, None) is None:
        raise _empty()
    return layout


def _describe(detected: DetectedEncoding, delimiter: str, layout: Layout) -> SourceDescription:
    return SourceDescription(
        encoding=detected.encoding,
        has_byte_order_mark=detected.has_byte_order_mark,
        delimiter=delimiter,
        size_bytes=detected.size_bytes,
        names=layout.names,
        is_exact=layout.is_exact,
    )


def _rows(records: Iterator[tuple[int, list[str]]], layout: Layout) -> Iterator[SourceRow]:
    width, named = layout.width, layout.named
    key = layout.local_key_position
    in_contract_order = itemgetter(*layout.positions)
    for line, cells in records:
        if len(cells) != width or (named != width and any(cells[named:])):
            yield SourceRow(line, None)
        else:
            local_key = "" if key is None else cells[key].strip()
            yield SourceRow(line, in_contract_order(cells), local_key)


def _empty() -> SourceRefusedError:
    return refused(RuleCode.FICHIER_VIDE, "le fichier est vide, ou n'a que sa ligne de titres")


def _changed() -> RetryLaterError:
    return RetryLaterError(
        "le fichier a changé pendant sa lecture",
        "attendez que l'export soit terminé, puis recommencez",
    )
