"""One tick: everything that is due now is done, and what fails does not stop the rest."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

from exchange.settings import Settings
from exchange.storage.home_state import LAST_TICK
from exchange.wiring import Service, open_service
from jobs.destructions import destroy_what_is_due
from jobs.exports import send_what_is_due
from jobs.log import sign_head, verify_daily
from jobs.orphans import look_for_orphans

Say: TypeAlias = Callable[[str], None]
"""Told of each thing done, in a French sentence without a person's data."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked at each tick; ``name`` is that of its attempts."""

    name: str
    act: Callable[[Service, Say], None]


JOBS: Final = (
    Job("exports", send_what_is_due),
    Job("destructions", destroy_what_is_due),
    Job("checkpoint", sign_head),
    Job("verification", verify_daily),
    Job("orphans", look_for_orphans),
)
"""In the order of what must not wait."""


def tick(settings: Settings, say: Say) -> bool:
    """Do everything that is due; tell whether all of it ended well.

    The home is opened anew each time: a clock that was set, a key that was renewed, a base
    that came back are seen. Raises what opening does.
    """
    with open_service(settings, inspecting=False) as service:
        attempts = service.attempts()
        ended_well = [attempts.run(job.name, partial(job.act, service, say)) for job in JOBS]
        with service.database.begin() as work:
            work.state.put(LAST_TICK, service.clock.now().isoformat())
    return all(ended_well)
