"""One JSON text for each value: RFC 8785 (JCS), restricted until it is easy to be exact.

Allowed: strings, integers with an absolute value below 2^53, booleans, arrays, and objects
whose keys are ASCII. Left out, because a hash must never depend on a doubt: floating point
(its printing is most of RFC 8785), ``null`` (an absent thing is an absent key), other keys
(RFC 8785 sorts by UTF-16 unit; on ASCII this is plain order), lone surrogates (no UTF-8),
and more than 32 levels of arrays and objects.
"""

import json
from typing import Final, NoReturn, TypeAlias

from schemas.errors import CanonicalFormError

CanonicalValue: TypeAlias = (
    "str | int | bool | list[CanonicalValue] | tuple[CanonicalValue, ...]"
    " | dict[str, CanonicalValue]"
)

MAX_DEPTH: Final = 32
_INTEGER_BOUND: Final = 2**53  # RFC 8785 appendix D, after I-JSON (RFC 7493)


def encode(value: CanonicalValue) -> bytes:
    """Give the only UTF-8 text of ``value``. Raises ``CanonicalFormError``."""
    _require_allowed(value, 0)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise CanonicalFormError("un texte contient un caractère qui n'existe pas seul") from None


def decode(data: bytes) -> CanonicalValue:
    """Read a value back, refusing every text but the one that ``encode`` makes of it.

    The comparison with the new encoding is what refuses doubled keys, another order,
    spaces and other escapes. Raises ``CanonicalFormError``.
    """
    try:
        value: CanonicalValue = json.loads(
            data.decode("utf-8"), parse_float=_refuse_number, parse_constant=_refuse_number
        )
    except (ValueError, RecursionError):
        raise CanonicalFormError("ces octets ne sont pas du JSON canonique") from None
    if encode(value) != data:
        raise CanonicalFormError("ce JSON n'est pas sous sa forme canonique")
    return value


def _require_allowed(value: object, depth: int) -> None:
    if isinstance(value, bool | str):
        return
    if isinstance(value, int):
        if abs(value) >= _INTEGER_BOUND:
            raise CanonicalFormError("un entier dépasse 2^53 - 1")
        return
    if not isinstance(value, list | tuple | dict):
        raise CanonicalFormError(f"le type {type(value).__name__} n'a pas de forme canonique")
    if depth == MAX_DEPTH:
        raise CanonicalFormError(f"plus de {MAX_DEPTH} niveaux d'imbrication")
    if isinstance(value, dict):
        _require_ascii_keys(value)
    for item in value.values() if isinstance(value, dict) else value:
        _require_allowed(item, depth + 1)


def _require_ascii_keys(value: dict[object, object]) -> None:
    for key in value:
        if not (isinstance(key, str) and key.isascii()):
            raise CanonicalFormError("une clé d'objet n'est pas un texte ASCII")


def _refuse_number(text: str) -> NoReturn:
    raise ValueError(text)
