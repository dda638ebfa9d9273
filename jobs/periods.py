"""What is done once a day, or once an hour where something was found, by whoever comes first."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from exchange.attempts import WHOLE_HOME, JobName
from exchange.errors import TakenClaimError
from exchange.wiring import Service

DAILY: Final = timedelta(hours=24)
HOURLY: Final = timedelta(hours=1)
"""While something is found: what was mended stops alarming within the hour."""


def once_every(service: Service, name: JobName, period: timedelta, act: Callable[[], None]) -> None:
    """Act unless it was done within the ``period``; what fails is tried again, later and later."""
    if not _is_due(service, name, period):
        return
    try:
        # No agreement can be called so: its id begins with a letter.
        with service.exclusively(f":{name}", patiently=False):
            if _is_due(service, name, period) and service.attempts().make(name, WHOLE_HOME, act):
                _keep(service, name)
    except TakenClaimError:
        return


def _is_due(service: Service, name: JobName, period: timedelta) -> bool:
    with service.database.read() as work:
        last = work.state.get(_key(name))
        is_failing = work.attempts.get(name, WHOLE_HOME) is not None
    if last is None or is_failing:  # how often what fails is tried, the attempts know
        return True
    # A last time that is still to come was written by a clock that has been set back since.
    return not timedelta() <= service.clock.now() - datetime.fromisoformat(last) < period


def _keep(service: Service, name: JobName) -> None:
    with service.database.begin() as work:
        work.state.put(_key(name), service.clock.now().isoformat())


def _key(name: JobName) -> str:
    return f"job.{name}.last_at"
