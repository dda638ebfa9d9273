"""What is done once a day by whichever process comes first, whatever became of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from exchange.errors import TakenClaimError
from exchange.wiring import Service

DAILY: Final = timedelta(hours=24)


def once_every(service: Service, name: str, period: timedelta, act: Callable[[], None]) -> None:
    """Act unless it was done within the ``period``; the hour is kept even when ``act`` raises."""
    if not _is_due(service, name, period):
        return
    try:
        # No agreement can be called so: its id begins with a letter.
        with service.exclusively(f":{name}", patiently=False):
            if _is_due(service, name, period):
                _act(service, name, act)
    except TakenClaimError:
        return


def _is_due(service: Service, name: str, period: timedelta) -> bool:
    with service.database.read() as work:
        last = work.state.get(_key(name))
    return last is None or service.clock.now() >= datetime.fromisoformat(last) + period


def _act(service: Service, name: str, act: Callable[[], None]) -> None:
    try:
        act()
    finally:
        with service.database.begin() as work:
            work.state.put(_key(name), service.clock.now().isoformat())


def _key(name: str) -> str:
    return f"job.{name}.last_at"
