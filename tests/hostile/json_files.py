"""Source files in JSON: people and nonsense, an object a line or in one array, every spelling."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from exchange.errors import ExchangeError
from exchange.intake.source import Source, open_source
from exchange.intake.source_file import FileOnDisk
from exchange.intake.source_kind import SourceKind
from schemas.annex_e import COLUMNS, SourceRow
from tests.fakes.people import LOCAL_COLUMNS
from tests.hostile.alterations import altered
from tests.hostile.soundness import CANARY, Reader

_VALUES: Final = st.sampled_from(
    (
        *("", CANARY, f"={CANARY}", f"{CANARY}\x1b[31m", "Zoé", "12/03/1971", "62000", "\0"),
        *('Rés. "Les Lys" ; bât. B', "zoe@exemple.fr", "1" * 99, None, None),
    )
)
_STRANGE: Final = st.sampled_from((f"{CANARY}\ud800", "Ã©", 1, 1e400, True, [CANARY], {}, {"a": 1}))
_Pairs: TypeAlias = list[tuple[str, Any]]
_NAMES: Final = (tuple(LOCAL_COLUMNS.values()), COLUMNS, COLUMNS)
_SAID_OF: Final = {
    said.casefold(): column for column in COLUMNS for said in (column, LOCAL_COLUMNS[column])
}


@st.composite
def _objects(draw: DrawFn) -> str:
    members: _Pairs = [(name, draw(_VALUES)) for name in draw(st.sampled_from(_NAMES))]
    if draw(st.integers(0, 3)) == 0:
        members = draw(st.permutations(members))
    if draw(st.integers(0, 5)) == 0:
        place = draw(st.integers(0, 7))
        name = draw(st.sampled_from((CANARY, "", members[0][0], members[place][0])))
        members[place] = (name, draw(_VALUES | _STRANGE))
    if draw(st.integers(0, 5)) == 0:
        members.append((members[0][0], draw(_VALUES)))
    said = [f"{_spelt(draw, name)}:{_spelt(draw, value)}" for name, value in members]
    return "{" + draw(st.sampled_from((",", ", "))).join(said) + "}"


def _spelt(draw: DrawFn, value: Any) -> str:
    return json.dumps(value, ensure_ascii=draw(st.booleans()))


@st.composite
def _files(draw: DrawFn) -> bytes:
    objects = draw(st.lists(_objects(), min_size=1, max_size=4))
    end = draw(st.sampled_from(("\n", "\r\n", "\n\n")))
    text = end.join(objects)
    if draw(st.booleans()):
        text = f"[{end}{f',{end}'.join(objects)}]{end}"
    encoding = draw(st.sampled_from(("utf-8", "utf-8", "utf-8-sig")))
    return text.encode(encoding, "surrogatepass")


def _read(document: bytes) -> tuple[Source, list[SourceRow]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "source.json"
        path.write_bytes(document)
        source = open_source(FileOnDisk(path), LOCAL_COLUMNS, None)
        return source, list(source.rows())


def _agrees(value: tuple[Source, list[SourceRow]], document: bytes) -> bool:
    """Hold the rows against those of ``json`` alone, over the whole text at once."""
    source, rows = value
    if source.description.kind is SourceKind.CSV:
        return True  # altered in its first sign: that is looked at elsewhere
    expected = [_cells(pairs) for pairs in _said(source, document.decode("utf-8-sig"))]
    return [row.cells for row in rows] == expected


def _said(source: Source, text: str) -> Iterator[_Pairs]:
    if source.description.kind is SourceKind.JSON_ARRAY:
        yield from json.loads(text, object_pairs_hook=list)
        return
    for line in text.split("\n"):
        if line.strip(" \t\r"):
            yield json.loads(line, object_pairs_hook=list)


def _cells(pairs: _Pairs) -> tuple[str, ...] | None:
    by_column = {_SAID_OF.get(name.strip("\ufeff \t").casefold()): value for name, value in pairs}
    nameless = [value for name, value in pairs if not name.strip("\ufeff \t")]
    if len(pairs) - len(nameless) != len(COLUMNS) or any(nameless):
        return None
    return tuple(by_column[column] or "" for column in COLUMNS)


JSON_PEOPLE: Final = Reader("people in JSON", altered(_files()), _read, ExchangeError, _agrees)


def _taking_the_last_of_two(document: bytes) -> Any:
    """Plant: of a member that stands there twice the last one counts, as ``json`` has it."""
    lines = document.decode("utf-8-sig", "replace").split("\n")
    try:
        merged = [json.dumps(json.loads(line)) for line in lines if line.strip()]
    except (ValueError, RecursionError):
        return _read(document)
    return _read("\n".join(merged).encode())


def _letting_python_speak(document: bytes) -> Any:
    """Plant: what ``json`` says of a text reaches the operator in English."""
    for line in document.decode("utf-8-sig", "replace").split("\n"):
        json.loads(line)
    return _read(document)


def _stopping_at_a_line_that_is_none(document: bytes) -> Any:
    """Plant: what follows a line that is no object is passed over."""
    source, rows = _read(document)
    return source, rows[:2]


PLANTED: Final = [
    Reader(plant.__doc__ or "", JSON_PEOPLE.documents, plant, ExchangeError, _agrees)
    for plant in (_taking_the_last_of_two, _letting_python_speak, _stopping_at_a_line_that_is_none)
]
