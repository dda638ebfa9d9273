"""When a scheduler last looked at what is due, by the machine's clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from exchange.diagnosis.findings import Finding, good, watch
from exchange.instants import PARIS
from exchange.storage.home_state import LAST_TICK, HomeStateTable

_SILENT_AFTER: Final = timedelta(hours=1)
"""The longest pause between two ticks that ``scheduler --every`` allows."""
_CHECK: Final = "ordonnanceur"


def last_tick(state: HomeStateTable) -> datetime | None:
    """Give the last tick that came to its end; ``None`` when there was none yet."""
    kept = state.get(LAST_TICK)
    return None if kept is None else datetime.fromisoformat(kept)


def keep_tick(state: HomeStateTable, at: datetime) -> None:
    """Keep a tick in place of the one before it."""
    state.put(LAST_TICK, at.isoformat())


def tick_findings(last: datetime | None, wall: datetime) -> Iterator[Finding]:
    """Look at whether a scheduler keeps the dates; a home where none ever ran is sent by hand."""
    if last is None:
        yield good(_CHECK, "aucun n'a encore tourné : les envois se font à la main")
    elif wall - last > _SILENT_AFTER:
        yield watch(
            _CHECK,
            f"aucun passage depuis le {last.astimezone(PARIS):%d/%m/%Y à %H:%M} : tant qu'il est "
            "arrêté, rien ne part",
            "relancez-le : spie-exchange scheduler",
        )
    else:
        yield good(_CHECK, f"dernier passage le {last.astimezone(PARIS):%d/%m/%Y à %H:%M}")
