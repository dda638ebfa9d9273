"""What is done once a day, or once an hour where something was found, by whoever comes first."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeAlias

from exchange.attempts import WHOLE_HOME, JobName
from exchange.errors import LostClaimError, TakenClaimError
from exchange.wiring import Service

DAILY: Final = timedelta(hours=24)
HOURLY: Final = timedelta(hours=1)
"""While something is found: what was mended stops alarming within the hour."""
_RENEWALS_A_LEASE: Final = 4

Act: TypeAlias = Callable[[Service, Callable[[int], None]], None]
"""Does the work with the service that claims it; tells, as it goes on, how much is done."""


def once_every(service: Service, name: JobName, period: timedelta, act: Act) -> None:
    """Act unless it was done within the ``period``; what fails is tried again, later and later.

    What takes longer than a lease keeps its claim for as long as it goes on.
    """
    if not _is_due(service, name, period):
        return
    try:
        # No agreement can be called so: its id begins with a letter.
        with service.exclusively(f":{name}", patiently=False) as claiming:
            if _is_due(claiming, name, period):
                _try_to_act(claiming, name, act)
    except (TakenClaimError, LostClaimError):
        return


def _try_to_act(claiming: Service, name: JobName, act: Act) -> None:
    work = partial(act, claiming, _renewing(claiming))
    if claiming.attempts().make(name, WHOLE_HOME, work):
        _keep(claiming, name)


def _renewing(claiming: Service) -> Callable[[int], None]:
    """Give what renews the lease of a claim, some times a lease, while it is called."""
    interval = claiming.claims.lease.total_seconds() / _RENEWALS_A_LEASE
    renewed_at = time.monotonic()

    def progress(_: int) -> None:
        nonlocal renewed_at
        if time.monotonic() >= renewed_at + interval:
            with claiming.database.begin():  # each transaction of a claim renews it
                renewed_at = time.monotonic()

    return progress


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
