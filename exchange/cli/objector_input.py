"""Reading who objects from standard input: what is typed there no other account sees."""

import json
import re
import sys
from typing import Final

import click

from exchange.errors import RefusedError
from exchange.objections import Objector
from schemas.annex_e import LOCAL_KEY, NamesError

_MOST_BYTES: Final = 4096
_COLUMNS: Final = ("nom", "prenom", "date_naissance")
# JSON can name half a character, which is no text.
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_FORMS: Final = ({*_COLUMNS}, {*_COLUMNS, LOCAL_KEY}, {LOCAL_KEY})
_QUESTIONS: Final = ("Nom", "Prénom", "Date de naissance (JJ/MM/AAAA)")


def read_objector(*, asks_key: bool) -> Objector:
    """Give who objects: names and birth date, local key, or both.

    Asked at a terminal, where what is typed is shown: an objection under a misspelt name
    would hold for nobody, and nothing would say so. Raises ``RefusedError``.
    """
    if sys.stdin.isatty():
        return _objector(_asked(asks_key=asks_key))
    data = sys.stdin.buffer.read(_MOST_BYTES + 1)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unexpected() from None
    if len(data) > _MOST_BYTES:
        raise _unexpected()
    return _objector(_from_json(text) if text.lstrip().startswith("{") else _from_lines(text))


def _asked(*, asks_key: bool) -> dict[str, str]:
    cells = {}
    if asks_key:
        question = "Clé locale (rien : inconnue)"
        cells[LOCAL_KEY] = click.prompt(question, default="", show_default=False, err=True)
    return cells | {
        column: click.prompt(question, err=True)
        for column, question in zip(_COLUMNS, _QUESTIONS, strict=True)
    }


def _objector(cells: dict[str, str]) -> Objector:
    try:
        return Objector.designated_by(cells)
    except NamesError as error:
        raise RefusedError(
            str(error), "corrigez-le d'après le système local, puis recommencez"
        ) from None


def _from_json(text: str) -> dict[str, str]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise _unexpected() from None
    if not isinstance(document, dict) or not document:
        raise _unexpected()
    if set(document) not in _FORMS:
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
