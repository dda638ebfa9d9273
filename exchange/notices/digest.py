"""The digest: one French text with everything that is new and, below, what still stands."""

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from exchange.french_dates import long_day, long_moment
from exchange.home import Home
from exchange.notices.letterhead import letterhead
from exchange.notices.notice import LABELS, Notice
from exchange.notices.standing import Standing
from exchange.notices.subject_line import subject_line

_WIDTH: Final = 76
_ENDING: Final = (
    "Ce message est automatique, personne ne lit les réponses ; il ne contient aucune",
    "donnée de bénéficiaire.",
)
# A file's name may hold what a mail reader would obey.
_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# No line begins with one of these.
_BEFORE_SIGN: Final = re.compile(" (?=[:;?!»])")

# What a diagnosis writes for a screen; not a part of a path.
_SHORT_DAY: Final = re.compile(r"(?<![\w/])(0[1-9]|[12]\d|3[01])/(0[1-9]|1[0-2])/(20\d\d)(?![\w/])")


@dataclass(frozen=True, slots=True)
class Digest:
    """A subject line and a text."""

    subject: str
    text: str


def digest(
    new: Sequence[Standing], told: Sequence[Standing], *, home: Home, now: datetime
) -> Digest:
    """Write what is ``new`` and, of what was ``told`` before, what still stands.

    Identifiers and counts only, no person; and no link.
    """
    remaining = [standing for standing in told if not standing.is_news]
    lines = [
        *letterhead(home, now),
        *_section("NOUVEAU", new, 1),
        *_section("DÉJÀ DIT, TOUJOURS VRAI", remaining, len(new) + 1),
        "Tout revoir : spie-exchange notices list.",
        *_ENDING,
    ]
    standing = [entry.notice for entry in remaining]
    subject = subject_line([entry.notice for entry in new], standing, trial=home.trial)
    return Digest(subject, "\n".join(lines) + "\n")


def bare_digest(notice: Notice, *, home: Home, now: datetime) -> Digest:
    """Write the one thing that is known of a home that cannot be opened."""
    lines = [*letterhead(home, now), *_entry(1, notice), "", *_ENDING]
    return Digest(subject_line([notice], [], trial=home.trial), "\n".join(lines) + "\n")


def _section(title: str, entries: Sequence[Standing], first: int) -> Iterator[str]:
    if not entries:
        return
    yield title
    yield ""
    for number, entry in enumerate(entries, first):
        yield from _entry(number, entry.notice, entry.last_told_at if entry.is_told else None)
        yield ""


def _entry(number: int, notice: Notice, told_at: datetime | None = None) -> Iterator[str]:
    mark = "URGENT, " if notice.urgent else ""
    sentence = f"[{mark}{LABELS[notice.kind]}] {_plain(notice.sentence)}."
    if told_at is not None:
        sentence += f" Dit le {long_moment(told_at)}."
    lines = textwrap.wrap(
        _BEFORE_SIGN.sub("\N{NO-BREAK SPACE}", sentence),
        _WIDTH,
        initial_indent=f"{number}. ",
        subsequent_indent="   ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    yield from (line.replace("\N{NO-BREAK SPACE}", " ") for line in lines)
    # Not wrapped: a command is copied whole. One line for each way, or step of it.
    yield from (f"   → {way}" for way in _plain(notice.way_out).split(" ; "))


def _plain(text: str) -> str:
    return _SHORT_DAY.sub(_in_full, _CONTROLS.sub("?", text))


def _in_full(day: re.Match[str]) -> str:
    number, month, year = map(int, day.groups())
    try:
        return long_day(date(year, month, number))
    except ValueError:
        return day[0]
