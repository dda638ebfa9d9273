"""The formats of the agreement file: an older one is read as the newest one would say it.

Format 1 has no ``format`` key. It knew one way to load, one content and no approver: read
today, it goes on meaning what it meant.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from schemas.agreement.problems import AgreementError, Problem

NEWEST: Final = 2

_NEW_KEYS: Final = ("import_mode", "max_absent", "approver_certificate", "four_eyes")
_NEW_DEADLINE_KEYS: Final = ("content",)
_NEW_RECIPIENT_KEYS: Final = ("view_instruction",)


def as_newest(document: Mapping[str, Any]) -> dict[str, Any]:
    """Give a file's tables as the newest format says them.

    Raises ``AgreementError`` when a file of format 1 has a key that came later: what it
    would mean by it is not known. Whatever else is wrong is left for the tables to find.
    """
    if "format" in document:
        return dict(document)
    if problems := tuple(_newer_keys(document)):
        raise AgreementError(problems)
    newest = {**document, "format": NEWEST, "import_mode": "complement"}
    if "deadlines" in document:
        newest["deadlines"] = _with_content(document["deadlines"])
    return newest


def _newer_keys(document: Mapping[str, Any]) -> Iterator[Problem]:
    sentence = f"cette clé n'existe qu'à partir du format {NEWEST} : écrivez format = {NEWEST}"
    yield from (Problem(key, sentence) for key in _NEW_KEYS if key in document)
    for name, keys in (("deadlines", _NEW_DEADLINE_KEYS), ("recipients", _NEW_RECIPIENT_KEYS)):
        for index, entry in enumerate(_tables(document.get(name))):
            yield from (Problem(f"{name}[{index}].{k}", sentence) for k in keys if k in entry)


def _with_content(deadlines: object) -> object:
    """Say of every survey what format 1 did: everybody is sent each time."""
    if not isinstance(deadlines, list):
        return deadlines
    return [
        {**entry, "content": "all"}
        if isinstance(entry, dict) and entry.get("kind") == "survey"
        else entry
        for entry in deadlines
    ]


def _tables(value: object) -> list[dict[str, Any]]:
    entries = value if isinstance(value, list) else []
    return [entry if isinstance(entry, dict) else {} for entry in entries]
