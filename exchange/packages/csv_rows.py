"""The outgoing CSV: UTF-8 with BOM, ``;``, CRLF, every field quoted."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from exchange.packages.errors import UnacceptablePackageError

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_LINE_END: Final = b"\r\n"
_BATCH_ROWS: Final = 1000


def csv_chunks(
    columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> Iterator[tuple[bytes, int]]:
    """Stream the file as (bytes, rows written so far).

    Cells hold no line break (``CARACTERE_INTERDIT``), so every line is a row.
    """
    yield _header(columns), 0
    iterator, written = iter(rows), 0
    while batch := list(islice(iterator, _BATCH_ROWS)):
        written += len(batch)
        yield b"".join(map(_line, batch)), written


def count_rows(columns: Sequence[str], chunks: Iterable[bytes]) -> int:
    """Count the rows of a file that ``csv_chunks`` made, whole, with these columns.

    Raises ``UnacceptablePackageError`` for another header or a last line that is cut.
    """
    header = _header(columns)
    start, end, line_ends = b"", b"", 0
    for chunk in chunks:
        start += chunk[: len(header) - len(start)]
        # A line end may fall between two chunks: the last byte is looked at twice.
        line_ends += (end[-1:] + chunk).count(_LINE_END)
        end = (end + chunk)[-len(_LINE_END) :]
    if start != header or end != _LINE_END:
        raise UnacceptablePackageError("ce paquet n'a pas les colonnes qu'il annonce")
    return line_ends - 1


def _header(columns: Sequence[str]) -> bytes:
    return _BYTE_ORDER_MARK + _line(columns)


def _line(cells: Sequence[str]) -> bytes:
    quoted = '";"'.join(cell.replace('"', '""') for cell in cells)
    return f'"{quoted}"\r\n'.encode()
