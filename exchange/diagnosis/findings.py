"""What a check finds: a verdict, one French sentence, and the way out when it is not good."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from exchange.error_sentences import sentences_of
from exchange.errors import ExchangeError
from keys.errors import KeyringError, MasterKeyError, UnknownKeyError, UnsealingError

_OF_WHAT_IS_KEPT: Final = (
    ExchangeError,
    OSError,
    MasterKeyError,
    KeyringError,
    UnknownKeyError,
    UnsealingError,
)
"""Errors whose own way out holds for what a home keeps.

That of the others is to ask for a file again, of whoever gave it; a check reads no such file.
"""
_RESTORE: Final = "restaurez ce qui est altéré depuis la dernière bonne sauvegarde"


class Verdict(StrEnum):
    """How a thing stands."""

    GOOD = "good"
    WATCH = "watch"
    MEND = "mend"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``way_out`` is a command or an act; empty when good.

    ``subject`` is the identifier of what is concerned, where there are several; ``on`` the
    day from which it counts: of an expiry, of the end of a wait.
    """

    check: str
    verdict: Verdict
    sentence: str
    way_out: str = ""
    subject: str = ""
    on: date | None = None


def good(check: str, sentence: str) -> Finding:
    """Find nothing to do."""
    return Finding(check, Verdict.GOOD, sentence)


def watch(
    check: str, sentence: str, way_out: str, subject: str = "", on: date | None = None
) -> Finding:
    """Find what will want somebody, or could not be looked at."""
    return Finding(check, Verdict.WATCH, sentence, way_out, subject, on)


def mend(
    check: str, sentence: str, way_out: str, subject: str = "", on: date | None = None
) -> Finding:
    """Find what is to be mended now."""
    return Finding(check, Verdict.MEND, sentence, way_out, subject, on)


def guarded(check: str, examine: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """Give what a check finds; where it stops at a failure, that is what it found."""
    try:
        yield from examine()
    except Exception as error:  # noqa: BLE001 - what a damaged home holds can fail anywhere
        yield failure_of(check, error)


def failure_of(check: str, error: Exception) -> Finding:
    """Find that a check could not be made, and why."""
    said = sentences_of(error)
    what = said.what
    if isinstance(error, OSError):
        what = f"{error.filename or 'un fichier du dossier'} : {what}"
    return mend(check, what, said.way_out if isinstance(error, _OF_WHAT_IS_KEPT) else _RESTORE)
