"""The machine: free space on the disk, and a clock that went back."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from exchange.diagnosis.findings import Finding, good, mend, watch
from exchange.home import Home

_MEGABYTE: Final = 1_000_000
_LEAST: Final = 200 * _MEGABYTE
_COMFORTABLE: Final = 1000 * _MEGABYTE
_COPIES: Final = 2
"""What rebuilding the database after a destruction takes: a copy of it, and its journal."""
_TOLERANCE: Final = timedelta(seconds=1)


def space_findings(home: Home) -> Iterator[Finding]:
    """Look at the space that an act may need."""
    free = min(shutil.disk_usage(folder).free for folder in {home.path, home.common})
    database = home.database.stat().st_size if home.database.is_file() else 0
    sentence = f"{free // _MEGABYTE} Mo libres, pour une base de {database // _MEGABYTE} Mo"
    if free < _LEAST + _COPIES * database:
        yield mend("place sur le disque", sentence, "libérez de la place : une destruction en veut")
    elif free < _COMFORTABLE + _COPIES * database:
        yield watch("place sur le disque", sentence, "prévoyez un disque plus grand")
    else:
        yield good("place sur le disque", sentence)


def clock_findings(last_event_at: datetime | None, wall: datetime) -> Iterator[Finding]:
    """Hold the wall clock against the last event of the log."""
    if last_event_at is not None and wall < last_event_at - _TOLERANCE:
        yield mend(
            "horloge",
            f"il est {wall:%d/%m/%Y %H:%M} UTC, et le dernier événement est du "
            f"{last_event_at:%d/%m/%Y %H:%M} : elle a reculé",
            "remettez la machine à l'heure (NTP) avant tout envoi",
        )
    else:
        yield good("horloge", "elle suit le dernier événement")
