"""What schedulers must not leave behind: a claim that is held, an attempt, a log that disagrees."""

import time
from collections.abc import Iterator

from exchange.diagnosis.last_tick import last_tick
from exchange.errors import TakenClaimError
from exchange.home_opening import open_service
from exchange.settings import settings_from
from exchange.wiring import Service
from tests.fakes.departement import Departement
from tests.fakes.home_database import ask, home_variables

_CLAIMED = "SELECT subject FROM claim ORDER BY subject"
_PATIENCE_SECONDS = 60


def wait_for_a_tick(departement: Departement) -> None:
    """Wait until a scheduler has come to the end of one look at what is due."""
    settings = settings_from(home_variables(departement.home))
    given_up_at = time.monotonic() + _PATIENCE_SECONDS
    while True:
        with open_service(settings, inspecting=True) as service, service.database.read() as work:
            if last_tick(work.state) is not None:
                return
        assert time.monotonic() < given_up_at
        time.sleep(0.2)


def held_claims(departement: Departement, *, patiently: bool) -> list[str]:
    """Name each claim that cannot be taken: at once, or ``patiently`` before a lease runs out.

    While the schedulers live, their end does not free what one of them forgot to let go.
    """
    names = [name for (name,) in ask(departement.home, _CLAIMED)]
    settings = settings_from(home_variables(departement.home))
    with open_service(settings, inspecting=True) as service:
        return [f"a lease is left: {name}" for name in names if _is_held(service, name, patiently)]


def disorder(departement: Departement) -> list[str]:
    """Name what is not as it should be once all have ended."""
    return [
        *_log(departement),
        *held_claims(departement, patiently=False),
        *(f"a sign of life is left: {name}" for name in _locks(departement)),
        *_attempts(departement),
    ]


def _is_held(service: Service, name: str, patiently: bool) -> bool:  # noqa: FBT001 - a private step of one function
    try:
        with service.exclusively(name, patiently=patiently):
            return False
    except TakenClaimError:
        return True


def _log(departement: Departement) -> Iterator[str]:
    verified = departement.run("audit", "verify")
    if verified.exit_code != 0:
        yield f"audit verify: {verified}"


def _locks(departement: Departement) -> list[str]:
    # Taking a claim clears what a killed holder left; a server keeps the signs in itself.
    return sorted(path.name for path in (departement.home / "locks").iterdir())


def _attempts(departement: Departement) -> Iterator[str]:
    settings = settings_from(home_variables(departement.home))
    with open_service(settings, inspecting=True) as service, service.database.read() as work:
        yield from (f"an attempt is left: {attempt}" for attempt in work.attempts.all())
