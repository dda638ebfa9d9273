"""Agreement files: a whole one, restated in one place or two, written by another writer."""

import hashlib
import json
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from schemas.agreement import Agreement, AgreementError, Problem, read_agreement
from schemas.errors import SchemasError
from tests.hostile.alterations import STRANGE_DAYS, UNKNOWN_KEY, altered, restated
from tests.hostile.soundness import Reader
from tests.unit.schemas.agreement.plain_agreement import PLAIN

_BASE: Final = tomllib.loads(PLAIN)


def _write(document: dict[str, Any]) -> bytes:
    return "\n".join(_lines(document)).encode("utf-8", "replace")


def _lines(table: dict[str, Any], path: str = "") -> Iterator[str]:
    inner = {key: value for key, value in table.items() if _is_table(value)}
    for key, value in table.items():
        if key not in inner:
            yield f"{key} = {_value(value)}"
    for key, value in inner.items():
        name = f"{path}.{key}" if path else key
        for entry in value if isinstance(value, list) else (value,):
            yield f"[[{name}]]" if isinstance(value, list) else f"[{name}]"
            yield from _lines(entry, name)


def _is_table(value: Any) -> bool:
    entries = value if isinstance(value, list) else [value]
    return bool(entries) and all(isinstance(entry, dict) for entry in entries)


def _value(value: Any) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{key} = {_value(inner)}" for key, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_value, value)) + "]"
        case date() | datetime():
            return value.isoformat()
        case float():
            return str(value)
        case _:
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _keys(inner)


def _agrees(agreement: Agreement, document: bytes) -> bool:
    keys = set(_keys(tomllib.loads(document.decode("utf-8-sig"))))
    is_closed = UNKNOWN_KEY not in keys
    return is_closed and agreement.digest == hashlib.sha256(document).hexdigest()


_FILES: Final = restated(_BASE, STRANGE_DAYS).map(_write)
TOML: Final = Reader("agreement", altered(_FILES), read_agreement, SchemasError, _agrees)


def _looking_before_checking(document: bytes) -> Any:
    """Plant: a key is looked at before the tables are known to be there."""
    try:
        tables = tomllib.loads(document.decode("utf-8-sig"))
    except ValueError:
        return read_agreement(document)
    _ = tables["retention"]["records"]["days"]
    return read_agreement(document)


def _repeating_the_value(document: bytes) -> Any:
    """Plant: a problem repeats what stands in the wrong place."""
    try:
        return read_agreement(document)
    except AgreementError as error:
        text = document.decode("utf-8", "replace")
        named = [(p, p.path.rpartition(".")[2]) for p in error.problems if p.path]
        lines = [(p, line) for p, key in named for line in text.split("\n") if key in line]
        raise AgreementError(Problem(p.path, line) for p, line in lines) from None


def _passing_over_unknown_keys(document: bytes) -> Any:
    """Plant: a key that is not known is passed over."""
    text = document.decode("utf-8-sig", "replace")
    known = "\n".join(line for line in text.split("\n") if not line.startswith(UNKNOWN_KEY))
    agreement = read_agreement(known.encode())
    object.__setattr__(agreement, "digest", hashlib.sha256(document).hexdigest())
    return agreement


PLANTED: Final = [
    Reader(plant.__doc__ or "", TOML.documents, plant, TOML.refusals, TOML.agrees)
    for plant in (_looking_before_checking, _repeating_the_value, _passing_over_unknown_keys)
]
