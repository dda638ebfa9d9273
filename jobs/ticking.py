"""The clock that ticks: APScheduler, which only asks again and again what is due.

It keeps nothing: what is due is computed from rows and dates at each tick. Left to itself it
forgets what is more than a second late, and with a store of its own it runs once per process
(``docs/decisions/0013``).
"""

import logging
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Final

from apscheduler.job import Job
from apscheduler.schedulers.background import BackgroundScheduler

_TICK: Final = "tick"
_STOPPED_BY: Final = (signal.SIGTERM, signal.SIGINT)


def tick_until_stopped(tick: Callable[[], None], every: timedelta) -> None:
    """Call ``tick`` at once and then ``every`` so often, until SIGTERM or SIGINT.

    One call at a time; a signal lets the one that runs finish. ``tick`` must not raise.
    """
    # Of a tick that takes long it would warn each time that the next has to wait, in English.
    logger = logging.getLogger(__name__)
    logger.setLevel(logging.ERROR)
    scheduler = BackgroundScheduler(timezone=UTC, logger=logger)
    job = scheduler.add_job(
        tick,
        "interval",
        id=_TICK,
        seconds=every.total_seconds(),
        next_run_time=datetime.now(UTC),
        misfire_grace_time=None,
        coalesce=True,
        max_instances=1,
    )
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    previous = {name: signal.signal(name, stop) for name in _STOPPED_BY}
    scheduler.start()
    try:
        while not stopped.wait(every.total_seconds()):
            _follow_clock(job, every)
    finally:
        scheduler.shutdown(wait=True)
        for name, handler in previous.items():
            signal.signal(name, handler)


def _follow_clock(job: Job, every: timedelta) -> None:
    # The library goes by the wall clock: one set back by an hour would stop it for an hour.
    now = datetime.now(UTC)
    if job.next_run_time is not None and job.next_run_time > now + 2 * every:
        job.modify(next_run_time=now)
