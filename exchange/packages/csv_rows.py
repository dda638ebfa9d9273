"""The outgoing CSV: UTF-8 with BOM, ``;``, CRLF, every field quoted."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_BATCH_ROWS: Final = 1000


def csv_chunks(
    columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> Iterator[tuple[bytes, int]]:
    """Stream the file as (bytes, rows written so far).

    Cells hold no line break (``CARACTERE_INTERDIT``), so every line is a row.
    """
    yield _BYTE_ORDER_MARK + _line(columns), 0
    iterator, written = iter(rows), 0
    while batch := list(islice(iterator, _BATCH_ROWS)):
        written += len(batch)
        yield b"".join(map(_line, batch)), written


def count_rows(chunks: Iterable[bytes]) -> int:
    """Count the rows of a file that ``csv_chunks`` made, its header left out."""
    return sum(chunk.count(b"\r\n") for chunk in _joined_at_line_ends(chunks)) - 1


def _line(cells: Sequence[str]) -> bytes:
    return ('"' + '";"'.join(cell.replace('"', '""') for cell in cells) + '"\r\n').encode()


def _joined_at_line_ends(chunks: Iterable[bytes]) -> Iterator[bytes]:
    # A line end may fall between two chunks: the CR waits for its LF.
    held = b""
    for chunk in chunks:
        joined = held + chunk
        held = b"\r" if joined.endswith(b"\r") else b""
        yield joined[: len(joined) - len(held)]
    yield held
