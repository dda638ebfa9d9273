"""What is done once a day: by one process at once, and again soon while something is found."""

import threading
import time
from collections.abc import Callable
from functools import partial

from exchange.attempts import JobName
from exchange.home_opening import open_service
from exchange.settings import LEASE_VARIABLE, settings_from
from exchange.wiring import Service
from jobs.periods import DAILY, Act, once_every
from tests.fakes.command_here import CommandHere
from tests.fakes.home_state import acts_done
from tests.fakes.situation import DGEFP, Situation


def test_what_was_mended_alarms_nobody_an_hour_later(command: CommandHere, sent: Situation) -> None:
    home, package = sent.departement.home, sent.package(DGEFP)
    good = package.read_bytes()
    package.write_bytes(b"Autre chose")
    command.run(home, "scheduler", "--once")
    package.write_bytes(good)

    before = command.run(home, "status")
    command.run(home, "clock", "set", "2023-01-31T11:30")
    looked_again = command.run(home, "scheduler", "--once")
    after = command.run(home, "status")

    assert "n'est plus le même" in before.output
    assert "fichiers comparés au registre : 0" in looked_again.output
    assert "n'est plus le même" not in after.output


def test_where_nothing_is_found_files_are_looked_at_once_a_day(
    command: CommandHere, sent: Situation
) -> None:
    home = sent.departement.home

    looks = []
    for instant in ("2023-02-01T10:00", "2023-02-01T12:00", "2023-02-02T10:30"):
        command.run(home, "clock", "set", instant)
        looks.append(command.run(home, "scheduler", "--once").output)

    assert ["fichiers comparés" in output for output in looks] == [True, False, True]


def test_what_takes_longer_than_its_lease_is_not_begun_by_another(fresh: Situation) -> None:
    begun: list[float] = []
    work = partial(_work_at_length, begun)
    first = threading.Thread(target=_do_daily, args=(fresh, work))
    first.start()

    while first.is_alive():
        _do_daily(fresh, work)
        time.sleep(0.2)

    assert len(begun) == 1
    assert acts_done(fresh.departement)["claim.taken_over"] == 0


def _work_at_length(begun: list[float], service: Service, progress: Callable[[int], None]) -> None:
    begun.append(time.monotonic())
    for count in range(10):
        time.sleep(service.claims.lease.total_seconds() / 4)
        progress(count)


def _do_daily(situation: Situation, work: Act) -> None:
    environment = {**situation.departement.environment(), LEASE_VARIABLE: "1"}
    with open_service(settings_from(environment), inspecting=False) as service:
        once_every(service, JobName.ORPHANS, DAILY, work)
