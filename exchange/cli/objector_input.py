"""Reading who objects from standard input: what is typed there no other account sees."""

import json
import re
import sys
from typing import Final

import click

from exchange.errors import RefusedError
from schemas.annex_e import Names, read_names

_MOST_BYTES: Final = 4096
_COLUMNS: Final = ("nom", "prenom", "date_naissance")
_LOCAL_KEY: Final = "local_key"
# JSON can name half a character, which is no text.
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_QUESTIONS: Final = ("Nom", "Prénom", "Date de naissance (JJ/MM/AAAA)")


def read_objector(*, asks_key: bool) -> Names | str:
    """Give the names and birth date of who objects, or their local key.

    Asked at a terminal, where what is typed is shown: an objection under a misspelt name
    would hold for nobody, and nothing would say so. Raises ``RefusedError`` or ``NamesError``.
    """
    if sys.stdin.isatty():
        return _asked(asks_key=asks_key)
    data = sys.stdin.buffer.read(_MOST_BYTES + 1)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unexpected() from None
    if len(data) > _MOST_BYTES:
        raise _unexpected()
    cells = _from_json(text) if text.lstrip().startswith("{") else _from_lines(text)
    if local_key := cells.pop(_LOCAL_KEY, "").strip():
        return local_key
    return read_names(cells)


def _asked(*, asks_key: bool) -> Names | str:
    if asks_key:
        question = "Clé locale (rien : par le nom)"
        local_key: str = click.prompt(question, default="", show_default=False, err=True)
        if local_key.strip():
            return local_key.strip()
    answers = [click.prompt(question, err=True) for question in _QUESTIONS]
    return read_names(dict(zip(_COLUMNS, answers, strict=True)))


def _from_json(text: str) -> dict[str, str]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise _unexpected() from None
    if not isinstance(document, dict) or not document:
        raise _unexpected()
    if set(document) not in ({_LOCAL_KEY}, set(_COLUMNS)):
        raise _unexpected()
    if not all(isinstance(cell, str) and not _SURROGATE.search(cell) for cell in document.values()):
        raise _unexpected()
    return document


def _from_lines(text: str) -> dict[str, str]:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) != len(_COLUMNS):
        raise _unexpected()
    return dict(zip(_COLUMNS, lines, strict=True))


def _unexpected() -> RefusedError:
    return RefusedError(
        "l'identité lue sur l'entrée standard n'a pas la forme attendue",
        "trois lignes en UTF-8 (nom, prénom, date de naissance), ou un objet JSON : voyez --help",
    )
