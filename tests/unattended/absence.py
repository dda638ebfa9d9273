"""Nobody is there: periods fall due one after the other while schedulers are killed.

At the end, seen at the recipients' folders: for every period one package, never before its
day, which never had another content under its final name, and which opens with the lines that
it owes.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from datetime import time as hour
from pathlib import Path

from exchange.home_opening import open_service
from exchange.instants import PARIS
from exchange.settings import settings_from
from tests.fakes.departement import Departement
from tests.fakes.home_database import home_variables
from tests.fakes.local_exports import contract_rows
from tests.fakes.outbox_watcher import OutboxWatcher
from tests.fakes.situation import Situation
from tests.unattended.disorder import disorder, held_claims, wait_for_a_tick
from tests.unattended.periods import day_of, load_periods
from tests.unattended.schedulers import Schedulers

_BETWEEN_KILLS_SECONDS = (1.0, 3.0)
_PATIENCE_SECONDS = 300
_NOON = hour(12)


@dataclass(frozen=True, slots=True)
class Endured:
    """What came out of it: how many were killed, what is wrong."""

    periods: int
    kills: int
    seconds: float
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Absence:
    """A scheduler on each of the ``homes``, ``periods`` that fall due evenly within ``seconds``.

    The homes are the one of the ``situation``, as often as it has schedulers, or those of
    machines that share its database. Each package owes the ``people`` that were loaded.
    """

    situation: Situation
    homes: Sequence[Departement]
    periods: int
    seconds: float
    seed: int
    people: int
    say: Callable[[str], None]

    def endure(self) -> Endured:
        """Let it happen, and look at what came out of it."""
        begun = time.monotonic()
        expected = load_periods(self.situation, self.periods)
        departement, chance = self.situation.departement, random.Random(self.seed)
        with OutboxWatcher(departement.home / "outbox") as watcher:
            with Schedulers(self.homes, chance) as schedulers:
                wait_for_a_tick(departement)
                problems = self._let_fall_due(schedulers, chance, expected, watcher)
                self._wait_for(expected)
                problems += held_claims(departement, patiently=True)
            seen = set(watcher.seen)
        problems += [*watcher.problems(), *self._missing(expected, seen)]
        problems += [*self._wrong_lines(expected), *disorder(departement)]
        seconds = time.monotonic() - begun
        return Endured(self.periods, schedulers.kills, seconds, tuple(problems))

    def _let_fall_due(
        self,
        schedulers: Schedulers,
        chance: random.Random,
        expected: Sequence[str],
        watcher: OutboxWatcher,
    ) -> list[str]:
        begun = time.monotonic()
        next_kill, number = chance.uniform(*_BETWEEN_KILLS_SECONDS), 0
        early: list[str] = []
        while (elapsed := time.monotonic() - begun) < self.seconds or number < self.periods:
            if number < self.periods and elapsed >= number * self.seconds / self.periods:
                early += self._early(expected[number:], watcher)
                _set_clock(self.situation.departement, number)
                number += 1
            if elapsed >= next_kill:
                schedulers.kill_one()
                next_kill = elapsed + chance.uniform(*_BETWEEN_KILLS_SECONDS)
                self.say(f"{number} périodes échues, {schedulers.kills} processus tués")
            time.sleep(0.02)
        return early

    def _early(self, not_yet_due: Sequence[str], watcher: OutboxWatcher) -> list[str]:
        seen = set(watcher.seen)
        return [f"early: {name}" for name in not_yet_due if self._package(name).name in seen]

    def _wait_for(self, expected: Sequence[str]) -> None:
        given_up_at = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < given_up_at:
            missing = [name for name in expected if not self._package(name).exists()]
            if not missing:
                return
            self.say(f"{len(missing)} paquets encore attendus")
            time.sleep(1)

    def _missing(self, expected: Sequence[str], seen: set[str]) -> list[str]:
        return [f"never seen: {name}" for name in expected if self._package(name).name not in seen]

    def _wrong_lines(self, expected: Sequence[str]) -> list[str]:
        owed = contract_rows(self.people)
        problems = []
        for name in expected:
            if not self._package(name).exists():
                continue
            found = self.situation.ministry(name.split("_")[2]).read_rows(self._package(name))
            missing, surplus = owed - found, found - owed
            if missing or surplus:
                problems.append(f"{missing.total()} missing, {surplus.total()} too many: {name}")
        return problems

    def _package(self, transfer_id: str) -> Path:
        return self.situation.departement.package(transfer_id)


def _set_clock(departement: Departement, number: int) -> None:
    settings = settings_from(home_variables(departement.home))
    with open_service(settings, inspecting=False) as service:
        service.set_clock(datetime.combine(day_of(number), _NOON, PARIS))
