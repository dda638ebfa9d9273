"""Several schedulers on one home, real processes of their own, of which any may be killed."""

import random
import signal
import subprocess
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from tests.fakes.departement import Departement

_STOPPED_WITHIN_SECONDS = 120
_LISTENS_AFTER_SECONDS = 0.5


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
            _wait_until_it_listens(process)
            process.send_signal(signal.SIGTERM)
        codes = [_ended(process) for process in self._processes]
        assert error is not None or codes == [0] * len(codes), codes

    def kill_one(self) -> None:
        """Kill any one of them without warning, and start another in its place."""
        number = self._chance.randrange(len(self._processes))
        self._processes[number].kill()
        self._processes[number].communicate()
        self._processes[number] = _started(self._homes[number])
        self.kills += 1


def _started(home: Departement) -> "subprocess.Popen[str]":
    return home.start("scheduler", "--every", "1")


def _wait_until_it_listens(process: "subprocess.Popen[str]") -> None:
    # One started a moment ago would be ended by the signal itself: nothing of ours hears it yet.
    assert process.stderr is not None
    process.stderr.readline()
    time.sleep(_LISTENS_AFTER_SECONDS)


def _ended(process: "subprocess.Popen[str]") -> int:
    try:
        process.communicate(timeout=_STOPPED_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    return process.returncode
