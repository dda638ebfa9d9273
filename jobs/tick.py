"""One tick: everything that is due now is done, and what fails does not stop the rest."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

from exchange.attempts import JobName
from exchange.diagnosis.last_tick import keep_tick
from exchange.errors import AttentionError, ExchangeError
from exchange.home_opening import open_service
from exchange.notices.outage import end_outage, tell_of_outage
from exchange.settings import Settings
from exchange.wiring import Service
from jobs.destructions import destroy_what_is_due
from jobs.exports import send_what_is_due
from jobs.log import sign_head, verify_daily
from jobs.notices import call_when_well, tell_people
from jobs.orphans import look_for_orphans

Say: TypeAlias = Callable[[str], None]
"""Told of each thing done, or held back, in a French sentence without a person's data."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked at each tick; ``name`` is that of its attempts."""

    name: JobName
    act: Callable[[Service, Say], None]


JOBS: Final = (
    Job(JobName.VERIFICATION, verify_daily),
    Job(JobName.EXPORTS, send_what_is_due),
    Job(JobName.DESTRUCTIONS, destroy_what_is_due),
    Job(JobName.CHECKPOINT, sign_head),
    Job(JobName.ORPHANS, look_for_orphans),
    Job(JobName.NOTICES, tell_people),
)
"""What cannot be undone comes after the log was looked at; people are told last, of what the
others did or could not do."""


def tick(settings: Settings, say: Say) -> bool:
    """Do everything that is due; tell whether all of it ended well.

    The home is opened anew each time: a clock that was set, a key that was renewed, a base
    that came back are seen. Raises what opening does, once people are told of it.
    """
    try:
        ended_well = _tick(settings, say)
    except Exception as error:
        # Of a log that disagrees the home itself still tells; of the rest, nothing else can.
        if not (isinstance(error, AttentionError) and _is_told_by_the_home(settings, say)):
            tell_of_outage(settings, error, say)
        raise
    end_outage(settings)
    return ended_well


def _is_told_by_the_home(settings: Settings, say: Say) -> bool:
    is_told = False
    with suppress(ExchangeError), open_service(settings, inspecting=True) as service:
        tell_people(service, say)
        is_told = True
    return is_told


def _tick(settings: Settings, say: Say) -> bool:
    with open_service(settings, inspecting=False) as service:
        attempts = service.attempts()
        attempts.forget_silent_machines()
        outcomes = [attempts.run(job.name, partial(job.act, service, say)) for job in JOBS]
        ended_well = all(outcomes) and not _is_something_failing(service)
        if ended_well:
            ended_well = attempts.run(JobName.PING, partial(call_when_well, service))
        with service.database.begin() as work:
            keep_tick(work.state, service.clock.wall())
    return ended_well


def _is_something_failing(service: Service) -> bool:
    with service.database.read() as work:
        failed = [attempt.job for attempt in work.attempts.all() if attempt.has_failed]
    return any(job is not JobName.PING for job in failed)
