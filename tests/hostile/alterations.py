"""Documents that somebody altered: a few bytes of them, or one place of what they say."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.hostile.soundness import CANARY

Path: TypeAlias = tuple[str | int, ...]

UNKNOWN_KEY: Final = "inconnue"
_TELLING_BYTES: Final = b"\x00\x01\x1b\x7f\x80\xa0\xc3\xff\"'\\\n\r\t ;,=[]{}0A"
_MOST_MOVED_BYTES: Final = 40


def altered(documents: SearchStrategy[bytes]) -> SearchStrategy[bytes]:
    """Draw a document as it is, followed by something, or altered in up to three places."""
    followed = st.tuples(documents, st.sampled_from((b"\n", b"\0", b" ", b"PK"))).map(b"".join)
    return documents | followed | _altered_in_places(documents)


@st.composite
def _altered_in_places(draw: DrawFn, documents: SearchStrategy[bytes]) -> bytes:
    document = draw(documents)
    for _ in range(draw(st.integers(1, 3))):
        document = draw(st.sampled_from(_ALTERATIONS))(draw, document)
    return document


def _place(draw: DrawFn, document: bytes) -> int:
    return draw(st.integers(0, max(0, len(document) - 1)))


def _flip(draw: DrawFn, document: bytes) -> bytes:
    place = _place(draw, document)
    flipped = bytes(byte ^ 1 << draw(st.integers(0, 7)) for byte in document[place : place + 1])
    return document[:place] + flipped + document[place + 1 :]


def _put(draw: DrawFn, document: bytes) -> bytes:
    place, byte = _place(draw, document), draw(st.sampled_from(_TELLING_BYTES))
    return document[:place] + bytes([byte]) + document[place + draw(st.integers(0, 1)) :]


def _cut(draw: DrawFn, document: bytes) -> bytes:
    place = _place(draw, document)
    return document[:place] + document[place + draw(st.integers(1, _MOST_MOVED_BYTES)) :]


def _repeat(draw: DrawFn, document: bytes) -> bytes:
    place, start = _place(draw, document), _place(draw, document)
    return document[:place] + document[start : start + _MOST_MOVED_BYTES] + document[place:]


def _end(draw: DrawFn, document: bytes) -> bytes:
    return document[: _place(draw, document)]


_ALTERATIONS: Final[tuple[Callable[[DrawFn, bytes], bytes], ...]] = (
    _flip,
    _put,
    _cut,
    _repeat,
    _end,
)

_STRANGE_VALUES: Final[tuple[Any, ...]] = (
    CANARY,
    f"{CANARY}\x1b[31m",
    f"{CANARY}\u202e",
    f"{CANARY}\ud800",
    "",
    "\x00",
    "1" * 5000,
    0,
    -1,
    1,
    True,
    False,
    2**53,
    10**400,
    1.0,
    1e400,
    [],
    {},
    [CANARY],
    {UNKNOWN_KEY: CANARY},
    [[[[]]]],
)
"""What JSON can say; TOML too, but for a lone surrogate."""
STRANGE_DAYS: Final[tuple[Any, ...]] = (date(1, 1, 1), date(9999, 12, 31), datetime(2023, 1, 1))  # noqa: DTZ001 - TOML has them without a zone


@st.composite
def restated(draw: DrawFn, base: dict[str, Any], more_values: tuple[Any, ...] = ()) -> Any:
    """Draw what a document says, as it is or with up to two places dropped, changed or added."""
    document = _copy(base)
    for _ in range(draw(st.integers(0, 2))):
        path = draw(st.sampled_from(_paths(document) or [(UNKNOWN_KEY,)]))
        value = _copy(draw(st.sampled_from((*_STRANGE_VALUES, *more_values))))
        draw(st.sampled_from(_RESTATEMENTS))(document, path, value)
    return document


def _paths(document: Any) -> list[Path]:
    if not isinstance(document, dict | list):
        return []
    items = document.items() if isinstance(document, dict) else enumerate(document)
    return [(key, *path) for key, value in items for path in ((), *_paths(value))]


def _holder(document: Any, path: Path) -> Any:
    for key in path[:-1]:
        document = document[key]
    return document


def _drop(document: Any, path: Path, _value: Any) -> None:
    holder = _holder(document, path)
    if isinstance(holder, dict):
        holder.pop(path[-1], None)
    else:
        del holder[path[-1]]


def _change(document: Any, path: Path, value: Any) -> None:
    _holder(document, path)[path[-1]] = value


def _add(document: Any, path: Path, value: Any) -> None:
    holder = _holder(document, path)
    if isinstance(holder, dict):
        holder[UNKNOWN_KEY] = value
    else:
        holder.append(value)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(inner) for key, inner in value.items()}
    return [_copy(inner) for inner in value] if isinstance(value, list | tuple) else value


_RESTATEMENTS: Final = (_drop, _change, _change, _add)
