"""The clock that ticks: APScheduler, which only asks again and again what is due.

It keeps nothing: what is due is computed from rows and dates at each tick. Left to itself it
forgets what is more than a second late, and with a store of its own it runs once per process
(``docs/decisions/0013``).
"""

import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Final

from apscheduler.job import Job
from apscheduler.schedulers.background import BackgroundScheduler

_STOPPED_BY: Final = (signal.SIGTERM, signal.SIGINT)


def tick_until_stopped(tick: Callable[[], None], every: timedelta) -> None:
    """Call ``tick`` at once and then ``every`` so often, until SIGTERM or SIGINT.

    One call at a time; a signal lets the one that runs finish. ``tick`` must not raise.
    """
    scheduler = BackgroundScheduler(timezone=UTC)
    job = scheduler.add_job(
        tick,
        "interval",
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
