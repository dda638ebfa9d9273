"""How the rows of a source are written: in CSV under a header, or in JSON, each with its names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, Self, TextIO

from exchange.intake.delimiter import detect_delimiter, parse_delimiter
from exchange.intake.header import Layout, read_header
from exchange.intake.json_objects import Member, read_array, read_lines
from exchange.intake.records import read_records
from exchange.intake.refused_source import SourceRefusedError, refused
from exchange.intake.source_kind import SourceKind
from schemas.annex_e import RuleCode, SourceRow

_HEADER_CHARACTERS: Final = 1 << 16


class SourceForm(Protocol):
    """What reads rows; ``delimiter`` is empty where none stands between the cells."""

    @property
    def layout(self) -> Layout:
        """Where the cells of the first row stand."""
        ...

    @property
    def delimiter(self) -> str:
        """What stands between the cells."""
        ...

    def rows(self, text: TextIO) -> Iterator[SourceRow]:
        """Stream the rows of a whole text. Raises ``SourceRefusedError``."""
        ...


@dataclass(frozen=True, slots=True)
class CsvForm:
    """A header, then a row a record; a row is designated by its line, that of the header 1."""

    delimiter: str
    layout: Layout

    @classmethod
    def of(
        cls, text: TextIO, delimiter: str | None, columns: Mapping[str, str], local_key: str | None
    ) -> Self:
        """Read the header of a text, as ``read_header`` does. Raises ``SourceRefusedError``."""
        forced = None if delimiter is None else parse_delimiter(delimiter)
        used = forced or detect_delimiter(_first_line(text))
        records = read_records(text, used)
        first = next(records, None)
        if first is None:
            raise _empty()
        line, header = first
        layout = read_header(header, columns, local_key, line)
        if next(records, None) is None:
            raise _empty()
        return cls(used, layout)

    def rows(self, text: TextIO) -> Iterator[SourceRow]:
        """Stream the rows under the header."""
        records = read_records(text, self.delimiter)
        next(records)
        make = self.layout.row_maker()
        return (make(line, cells) for line, cells in records)


@dataclass(frozen=True, slots=True)
class JsonForm:
    """An object a row, with every column by its name, in any order.

    A row is designated by its line where each has its own, else by its rank, the first of rank 1.
    ``columns`` and ``local_key`` are as in ``read_header``.
    """

    kind: SourceKind
    columns: Mapping[str, str]
    local_key: str | None
    layout: Layout

    @classmethod
    def of(
        cls, text: TextIO, kind: SourceKind, columns: Mapping[str, str], local_key: str | None
    ) -> Self:
        """Read the first object of a text. Raises ``SourceRefusedError``."""
        first = next(_objects(text, kind), None)
        if first is None:
            raise refused(RuleCode.FICHIER_VIDE, "le fichier ne contient aucun objet")
        line, members = first
        return cls(kind, columns, local_key, read_header(_names(members), columns, local_key, line))

    @property
    def delimiter(self) -> str:
        """Nothing."""
        return ""

    def rows(self, text: TextIO) -> Iterator[SourceRow]:
        """Stream the rows; an object with other names is refused with the whole, as a header is."""
        known: Sequence[str] = ()
        make = self.layout.row_maker()
        for line, members in _objects(text, self.kind):
            names = _names(members)
            if names != known:
                make = read_header(names, self.columns, self.local_key, line).row_maker()
                known = names
            yield make(line, [value for _, value in members])


def _objects(text: TextIO, kind: SourceKind) -> Iterator[tuple[int, Sequence[Member]]]:
    return read_lines(text) if kind is SourceKind.JSON_LINES else read_array(text)


def _names(members: Sequence[Member]) -> Sequence[str]:
    return [name for name, _ in members]


def _first_line(text: TextIO) -> str:
    while line := text.readline(_HEADER_CHARACTERS):
        if line.strip():
            text.seek(0)
            return line
    raise _empty()


def _empty() -> SourceRefusedError:
    return refused(RuleCode.FICHIER_VIDE, "le fichier est vide, ou n'a que sa ligne de titres")
