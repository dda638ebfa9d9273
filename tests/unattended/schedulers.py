"""Several schedulers on one home, real processes of their own, of which any may be killed."""

import random
import signal
import subprocess
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from tests.fakes.departement import Departement

_STOPPED_WITHIN_SECONDS = 120


class Schedulers:
    """The processes, started and stopped by a context; ``kills`` counts those that were killed."""

    def __init__(self, homes: Sequence[Departement], chance: random.Random) -> None:
        """Run one scheduler for each of the ``homes``, which may be one home many times."""
        self.kills = 0
        self._homes = homes
        self._chance = chance
        self._processes: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        """Start them all."""
        self._processes = [_started(home) for home in self._homes]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Ask each to stop; fails when one does not end well."""
        for process in self._processes:
            process.send_signal(signal.SIGTERM)
        codes = [_ended(process) for process in self._processes]
        # One that was started a moment ago is stopped before it can say so itself.
        assert error is not None or set(codes) <= {0, -signal.SIGTERM}, codes

    def kill_one(self) -> None:
        """Kill any one of them without warning, and start another in its place."""
        number = self._chance.randrange(len(self._processes))
        self._processes[number].kill()
        self._processes[number].communicate()
        self._processes[number] = _started(self._homes[number])
        self.kills += 1


def _started(home: Departement) -> "subprocess.Popen[str]":
    return home.start("scheduler", "--every", "1")


def _ended(process: "subprocess.Popen[str]") -> int:
    try:
        process.communicate(timeout=_STOPPED_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    return process.returncode
