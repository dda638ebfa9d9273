"""A source file: examined once as a whole, then streamed row by row.

The file stays where it lies: no copy of it is made.
"""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Final, TextIO

from exchange.errors import RetryLaterError
from exchange.intake.delimiter import DELIMITERS
from exchange.intake.encoding import DetectedEncoding, Encoding, detect_encoding, parse_encoding
from exchange.intake.header import Layout
from exchange.intake.refused_source import refused
from exchange.intake.source_file import SourceFile
from exchange.intake.source_form import CsvForm, JsonForm, SourceForm
from exchange.intake.source_kind import SourceKind, kind_of
from keys.errors import WaitingFileError
from schemas.annex_e import COLUMNS, RuleCode, SourceRow

_BEGINNING_BYTES: Final = 1 << 16
_SHOWN_ENCODINGS: Final = {
    Encoding.UTF_8: "UTF-8",
    Encoding.WINDOWS_1252: "Windows-1252",
    Encoding.ISO_8859_15: "ISO-8859-15",
}


@dataclass(frozen=True, slots=True)
class SourceDescription:
    """What was detected of a file, or given by the operator; ``size_bytes`` of the file.

    ``delimiter`` is that of a CSV. ``names`` gives the name in the file of each contract column.
    """

    kind: SourceKind
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
        form = f"séparateur {DELIMITERS[self.delimiter]}" if self.delimiter else self.kind.shown
        return (
            f"Fichier lu comme {_SHOWN_ENCODINGS[self.encoding]}{mark}, {form}, {size} octets.\n"
            f"Colonnes{case} : {columns}."
        )


@dataclass(frozen=True, slots=True)
class Source:
    """A file fit to be read. ``identity`` tells the same file, unchanged."""

    file: SourceFile
    description: SourceDescription
    form: SourceForm
    identity: tuple[int, ...]

    @property
    def layout(self) -> Layout:
        """Where the cells of its first row stand."""
        return self.form.layout

    def rows(self) -> Iterator[SourceRow]:
        """Stream the rows, in the contract's order of columns.

        A row with another number of fields than the header has ``cells`` ``None``. Raises
        ``SourceRefusedError`` where the file stops being what it was taken for, and
        ``RetryLaterError`` when it is not, or has not stayed, the file that was examined.
        """
        with _opened(self.file) as stream:
            if self.file.identity(stream) != self.identity:
                raise _changed()
            # Named: forgotten, it would close the stream under it.
            text = _as_text(stream, self.description.encoding)
            yield from self.form.rows(text)
            if self.file.identity(stream) != self.identity:
                raise _changed()


def open_source(
    file: SourceFile,
    columns: Mapping[str, str],
    local_key: str | None,
    *,
    kind: SourceKind | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Source:
    """Examine a file: kind, encoding, delimiter, header; reads it once to its end.

    ``columns`` gives the local name of each contract column, ``local_key`` the name of the
    column of the local key; ``kind``, ``encoding`` and ``delimiter`` are what is imposed.
    Raises ``SourceRefusedError`` with the findings when the file is refused, and
    ``RefusedError`` when it cannot be opened or an option is not admitted.
    """
    forced = None if encoding is None else parse_encoding(encoding)
    with _opened(file) as stream:
        identity = file.identity(stream)
        found = kind or kind_of(stream.read(_BEGINNING_BYTES))
        stream.seek(0)
        detected = detect_encoding(stream, forced)
        text = _as_text(stream, detected.encoding)
        form: SourceForm
        if found is SourceKind.CSV:
            form = CsvForm.of(text, delimiter, columns, local_key)
        else:
            _require_json(detected, delimiter)
            form = JsonForm.of(text, found, columns, local_key)
        return Source(file, _describe(found, detected, form), form, identity)


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


def _require_json(detected: DetectedEncoding, delimiter: str | None) -> None:
    if detected.encoding is not Encoding.UTF_8:
        raise refused(
            RuleCode.FICHIER_ENCODAGE,
            f"le fichier est du JSON en {_SHOWN_ENCODINGS[detected.encoding]}",
            hint="un JSON est en UTF-8 : refaites l'export ainsi, ou retirez --encoding",
        )
    if delimiter is not None:
        raise refused(
            RuleCode.FICHIER_FORMAT,
            "le fichier est du JSON, qui n'a pas de séparateur de colonnes",
            hint="retirez --delimiter, puis recommencez",
        )


def _describe(kind: SourceKind, detected: DetectedEncoding, form: SourceForm) -> SourceDescription:
    return SourceDescription(
        kind=kind,
        encoding=detected.encoding,
        has_byte_order_mark=detected.has_byte_order_mark,
        delimiter=form.delimiter,
        size_bytes=detected.size_bytes,
        names=form.layout.names,
        is_exact=form.layout.is_exact,
    )


def _changed() -> RetryLaterError:
    return RetryLaterError(
        "le fichier a changé pendant sa lecture",
        "attendez que l'export soit terminé, puis recommencez",
    )
