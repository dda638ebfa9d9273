"""What a check finds: a verdict, one French sentence, and the way out when it is not good."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from exchange.errors import ExchangeError
from keys.errors import KeysError
from keys.system_errors import system_sentence, system_way_out
from schemas.errors import SchemasError


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
    if isinstance(error, ExchangeError):
        return mend(check, error.message, error.hint)
    if isinstance(error, KeysError | SchemasError):
        return mend(check, str(error), "restaurez ce qui est altéré depuis la sauvegarde")
    if isinstance(error, OSError):
        where = error.filename or "un fichier du dossier"
        return mend(check, f"{where} : {system_sentence(error)}", system_way_out(error))
    sentence = f"un contenu du dossier n'est pas lisible ({type(error).__name__})"
    return mend(check, sentence, "restaurez le dossier depuis la dernière bonne sauvegarde")
