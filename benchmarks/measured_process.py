"""One command of ``spie-exchange`` in a process of its own: its time, its peak memory."""

import os
import resource
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.fakes.departement import Departement

_BYTES_PER_UNIT: Final = 1024  # Linux counts ru_maxrss in KiB


@dataclass(frozen=True, slots=True)
class Cost:
    """What a whole process took, from its start to its end."""

    seconds: float
    peak_bytes: int


def measure_command(departement: Departement, *words: str | Path) -> Cost:
    """Run a command that must succeed.

    Linux lets a process begin with the peak of the one that started it: a peak that is not
    above our own says nothing, and raises ``AssertionError``.
    """
    start = time.perf_counter()
    process = departement.start(*words)
    # What these commands print fits the pipes; nobody has to read while they run.
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    _, complaint = process.communicate()
    if process.returncode != 0:
        raise AssertionError(f"{words[0]} failed: {complaint}")
    if usage.ru_maxrss <= resource.getrusage(resource.RUSAGE_SELF).ru_maxrss:
        raise AssertionError("the benchmark needs more memory than what it measures")
    return Cost(seconds, usage.ru_maxrss * _BYTES_PER_UNIT)
