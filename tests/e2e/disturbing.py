"""Disturbing a command at each of its stops, and what must be true after the next one.

It is killed between any two steps, or its disk fails at one; then ``status``, ``doctor`` and
the same command are given.
"""

import json
import random
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from tests.fakes.answer import Answer
from tests.fakes.departement import Departement
from tests.fakes.forked_commands import ForkedCommands
from tests.fakes.home_state import HomeState, acts_done, home_state
from tests.fakes.outbox_watcher import OutboxWatcher
from tests.fakes.situation import Situation

_KILLED = -9
_REFUSED = 3
_SEED = 62
_SAMPLED = 3
# Killing is tried everywhere; a failing disk takes as long and finds the same places.
_STRIDE = 3
_BEFORE_STATEMENT = tuple(
    f"before {verb}" for verb in ("BEGIN", "INSERT", "UPDATE", "DELETE", "COMMIT")
)
# Whoever finds a command dead looks first. Doctor finds that something is to be mended.
_LOOKS = MappingProxyType({"status": 0, "doctor": 4})

Choice: TypeAlias = Callable[[Sequence[str]], Iterable[int]]
"""Which stops of those named are tried; they are numbered from 1."""


@dataclass(frozen=True, slots=True)
class Ordeal:
    """A command to be disturbed: where it starts from, and its words there.

    ``ended_by`` is the evidence with which it ends; repeated after that, it leaves
    ``repeated_as``.
    """

    commands: ForkedCommands
    start: Situation
    words: Callable[[Situation], Sequence[str | Path]]
    _: KW_ONLY
    ended_by: str
    repeated_as: str

    def endure_kills(self, folder: Path, chosen: Choice) -> tuple[str, ...]:
        """Kill the command at some of its stops; give the names of all of them.

        Fails with every stop after which the next command did not finish the work.
        """
        return self._endure(folder, chosen, self.commands.kill, _problem_of_killed)

    def endure_faults(self, folder: Path, chosen: Choice) -> tuple[str, ...]:
        """Let the disk fail at some of its stops; give the names of all of them.

        Fails with every stop after which no message said so, or the next command did not
        finish the work.
        """
        return self._endure(folder, chosen, self.commands.fail, _problem_of_failed)

    def endure_cuts(self, folder: Path, chosen: Choice) -> tuple[str, ...]:
        """Let the server end the command's connections at some of its stops; name all of them.

        Fails with every stop after which the next command did not finish the work.
        """
        return self._endure(folder, chosen, self.commands.cut, _problem_of_cut)

    def endure_lost_answers(self, folder: Path, chosen: Choice) -> tuple[str, ...]:
        """Let the answer to some of the command's commits be lost; name all of its stops.

        Fails with every one after which no message said so, or the next command did not
        finish the work.
        """
        return self._endure(folder, chosen, self.commands.lose_the_answer, _problem_of_failed)

    def _endure(
        self,
        folder: Path,
        chosen: Choice,
        disturb: Callable[..., Answer],
        problem_of: Callable[[Answer], str],
    ) -> tuple[str, ...]:
        rehearsal = self.start.copied_to(folder / "undisturbed")
        stops = self.commands.stops_of(rehearsal.departement, *self.words(rehearsal))
        undisturbed = home_state(rehearsal.departement)
        failures = {}
        for at in chosen(stops):
            situation = self.start.copied_to(folder / "disturbed")
            with OutboxWatcher(situation.departement.home / "outbox") as watcher:
                disturbed = disturb(situation.departement, at, *self.words(situation))
                found = self._problems(situation, undisturbed)
            found += [problem_of(disturbed), *watcher.problems()]
            if any(found):
                failures[f"{at} {stops[at - 1]}"] = [problem for problem in found if problem]
            shutil.rmtree(folder / "disturbed")
        assert not failures, json.dumps(failures, indent=1)
        return stops

    def _problems(self, situation: Situation, undisturbed: HomeState) -> list[str]:
        departement = situation.departement
        had_ended = self._has_ended(departement, undisturbed)
        looks = {look: self.commands.run(departement, look) for look in _LOOKS}
        again = self.commands.run(departement, *self.words(situation))
        verified = self.commands.run(departement, "audit", "verify")
        problems = {
            f"{look}: {looked}": "Traceback" in looked.complaint or looked.exit_code > _LOOKS[look]
            for look, looked in looks.items()
        } | {
            f"again: {again}": again.exit_code not in ({0, _REFUSED} if had_ended else {0}),
            f"audit: {verified}": verified.exit_code != 0,
        }
        found = [problem for problem, is_one in problems.items() if is_one]
        return found + self._differences(undisturbed, home_state(departement), had_ended=had_ended)

    def _has_ended(self, departement: Departement, undisturbed: HomeState) -> bool:
        return acts_done(departement)[self.ended_by] == undisturbed.done[self.ended_by]

    def _differences(
        self, undisturbed: HomeState, found: HomeState, *, had_ended: bool
    ) -> list[str]:
        repeated = Counter({self.repeated_as: 1 if had_ended else 0})
        names = found.rows.keys()
        differences = {f"rows of {n}": found.rows[n] - undisturbed.rows[n] for n in names}
        differences |= {f"rows missing of {n}": undisturbed.rows[n] - found.rows[n] for n in names}
        differences |= {
            "files": Counter(found.files - undisturbed.files),
            "files missing": Counter(undisturbed.files - found.files),
            "acts": found.done - undisturbed.done - repeated,
            "acts missing": undisturbed.done - found.done,
        }
        return [f"{name}: {dict(found)}" for name, found in differences.items() if found]


def between_steps(stops: Sequence[str]) -> Iterable[int]:
    """Choose one of those between any two steps, by turns the first and the last of them.

    After a step and before the next, nothing has been done meanwhile.
    """
    afters = [number for number, name in enumerate(stops, 1) if name.startswith("after ")]
    firsts, lasts = [1, *afters], [*(number - 1 for number in afters), len(stops)]
    return [pair[turn % 2] for turn, pair in enumerate(zip(firsts, lasts, strict=True))]


def before_statements(stops: Sequence[str]) -> Iterable[int]:
    """Choose the stop before each statement of the database, and the last one.

    A connection that is cut while files are written is missed at the next statement only.
    """
    found = [n for n, name in enumerate(stops, 1) if name.startswith(_BEFORE_STATEMENT)]
    return [*found, len(stops)]


def some_stops(stops: Sequence[str]) -> Iterable[int]:
    """Choose a few, always the same of as many."""
    return sorted(random.Random(_SEED).sample(range(1, len(stops) + 1), _SAMPLED))


def every_commit(stops: Sequence[str]) -> Iterable[int]:
    """Choose the stop after each commit."""
    return [number for number, name in enumerate(stops, 1) if name == "after COMMIT"]


def steps_all_along(stops: Sequence[str]) -> Iterable[int]:
    """Choose the stop before every third step."""
    return _befores(stops)[::_STRIDE]


def a_step(stops: Sequence[str]) -> Iterable[int]:
    """Choose the stop before one step."""
    return [random.Random(_SEED).choice(_befores(stops))]


def _befores(stops: Sequence[str]) -> list[int]:
    """Number the stops before a step, but of a folder that may be there already."""
    found = [number for number, name in enumerate(stops, 1) if name.startswith("before ")]
    return [number for number in found if "mkdir" not in stops[number - 1]]


def list_stops(command: str, stops: Sequence[str], chosen: Choice) -> None:
    """List what was tried; ``pytest -rP`` shows it."""
    lines = (f"{command}-{number:03} {stops[number - 1]}\n" for number in chosen(stops))
    sys.stdout.writelines(lines)


def _problem_of_killed(answer: Answer) -> str:
    return "" if answer.exit_code == _KILLED else f"not killed: {answer}"


def _problem_of_cut(answer: Answer) -> str:
    # After its last statement a command does not miss its connections.
    is_said = "erreur :" in answer.complaint and "Traceback" not in answer.complaint
    return "" if answer.exit_code == 0 or is_said else f"not said: {answer}"


def _problem_of_failed(answer: Answer) -> str:
    is_said = "erreur :" in answer.complaint and "Traceback" not in answer.complaint
    return "" if is_said and answer.exit_code > 0 else f"not said: {answer}"
