"""JSON read strictly: what the standard leaves to each reader is refused (RFC 8259, 4, 6, 8 and 9).

A name written twice, a number that is none, nesting without end, text that no encoding can write:
of these, two readers may understand two things.
"""

import json
from collections.abc import Sequence
from typing import Final, NoReturn

_LARGEST_DEPTH: Final = 16


class UnreadableJsonError(ValueError):
    """The bytes are no JSON that everybody reads alike; its text says why, in French."""


def read_json(data: bytes) -> object:
    """Read one JSON document in UTF-8. Raises ``UnreadableJsonError``, without any of its text."""
    try:
        document = json.loads(data.decode(), object_pairs_hook=_object, parse_constant=_no_number)
    except UnreadableJsonError:
        raise
    except json.JSONDecodeError as error:
        place = f"ligne {error.lineno}, colonne {error.colno}"
        raise UnreadableJsonError(f"ce n'est pas du JSON : {place}") from None
    except UnicodeDecodeError:
        raise UnreadableJsonError("ce n'est pas du texte en UTF-8") from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        # Python counts the digits of a number before it reads it.
        raise UnreadableJsonError("un nombre est trop long") from None
    _require_plain(document, 1)
    return document


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise UnreadableJsonError("un nom est écrit deux fois dans le même objet")
    return found


def _no_number(_: str) -> NoReturn:
    raise UnreadableJsonError("NaN et Infinity ne sont pas du JSON")


def _require_plain(value: object, depth: int) -> None:
    if depth > _LARGEST_DEPTH:
        raise _too_deep()
    if isinstance(value, str):
        _require_writable(value)
    elif isinstance(value, dict):
        for name, below in value.items():
            _require_writable(name)
            _require_plain(below, depth + 1)
    elif isinstance(value, list):
        for below in value:
            _require_plain(below, depth + 1)


def _require_writable(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UnreadableJsonError("un caractère n'est que la moitié d'un caractère") from None


def _too_deep() -> UnreadableJsonError:
    return UnreadableJsonError(f"plus de {_LARGEST_DEPTH} niveaux imbriqués")
