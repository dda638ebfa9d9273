"""The digest: one French text with everything that is new and, below, what still stands."""

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from exchange.french_dates import long_day, long_moment
from exchange.french_numbers import counted
from exchange.notices.notice import LABELS, NoticeKind
from exchange.notices.standing import Standing

_WIDTH: Final = 76
_LATE: Final = frozenset({NoticeKind.LATE, NoticeKind.SENT_LATE})
# A file's name may hold what a mail reader would obey.
_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# What a diagnosis writes for a screen; not a part of a path.
_SHORT_DAY: Final = re.compile(r"(?<![\w/])(0[1-9]|[12]\d|3[01])/(0[1-9]|1[0-2])/(20\d\d)(?![\w/])")


@dataclass(frozen=True, slots=True)
class Digest:
    """A subject line and a text."""

    subject: str
    text: str


def digest(
    new: Sequence[Standing], told: Sequence[Standing], *, origin: str, trial: bool, now: datetime
) -> Digest:
    """Write what is ``new`` and, of what was ``told`` before, what still stands.

    ``origin`` names the home. Identifiers and counts only, no person; and no link.
    """
    remaining = [standing for standing in told if not standing.is_news]
    lines = [
        f"spie-exchange, le {long_moment(now)}, heure de Paris.",
        *(["DOSSIER D'ESSAI : aucune donnée réelle."] if trial else []),
        f"Dossier de travail {origin}.",
        "",
        *_section("NOUVEAU", new, 1),
        *_section("DÉJÀ DIT, TOUJOURS VRAI", remaining, len(new) + 1),
        "Tout revoir : spie-exchange notices list. Ce message est automatique, personne ne lit",
        "les réponses ; il ne contient aucune donnée de bénéficiaire.",
    ]
    return Digest(_subject(new, remaining, trial=trial), "\n".join(lines) + "\n")


def _subject(new: Sequence[Standing], told: Sequence[Standing], *, trial: bool) -> str:
    count = counted(len(new), "avertissement")
    everything = [standing.notice for standing in (*new, *told)]
    weight = ""
    if any(notice.kind in _LATE for notice in everything):
        weight = " — EN RETARD"
    elif any(notice.urgent for notice in everything):
        weight = " — URGENT"
    return f"{'[ESSAI] ' if trial else ''}spie-exchange : {count}{weight}"


def _section(title: str, entries: Sequence[Standing], first: int) -> Iterator[str]:
    if not entries:
        return
    yield title
    yield ""
    for number, entry in enumerate(entries, first):
        yield from _entry(number, entry)
        yield ""


def _entry(number: int, entry: Standing) -> Iterator[str]:
    notice = entry.notice
    mark = "URGENT, " if notice.urgent else ""
    sentence = f"[{mark}{LABELS[notice.kind]}] {_plain(notice.sentence)}."
    if entry.is_told and entry.last_told_at is not None:
        sentence += f" Dit le {long_moment(entry.last_told_at)}."
    yield from textwrap.wrap(
        sentence,
        _WIDTH,
        initial_indent=f"{number}. ",
        subsequent_indent="   ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    # Not wrapped: a command is copied whole.
    yield f"   → {_plain(notice.way_out)}"


def _plain(text: str) -> str:
    return _SHORT_DAY.sub(_in_full, _CONTROLS.sub("?", text))


def _in_full(day: re.Match[str]) -> str:
    number, month, year = map(int, day.groups())
    try:
        return long_day(date(year, month, number))
    except ValueError:
        return day[0]
