"""One command of ``spie-exchange`` in a process of its own: its time, its peak memory.

Linux lets a process begin with the peak of the memory it was forked in. A benchmark has imported
what it measures, and more: each command is started by a bare interpreter instead.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.fakes.departement import COMMAND, Departement

_BYTES_PER_UNIT: Final = 1024  # Linux counts ru_maxrss in KiB
_STARTER: Final = """
import json, os, sys, time
with open("/proc/self/status") as status:
    own = int(next(line for line in status if line.startswith("VmHWM")).split()[1])
start = time.perf_counter()
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(process, 0)
seconds = time.perf_counter() - start
code = os.waitstatus_to_exitcode(status)
print("\\n" + json.dumps([code, seconds, usage.ru_maxrss, own]))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a whole process took, from its start to its end."""

    seconds: float
    peak_bytes: int


def measure_command(departement: Departement, *words: str | Path) -> Cost:
    """Run a command that must succeed.

    A peak that is not above that of who started it says nothing, and raises ``AssertionError``.
    """
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-I", "-S", "-c", _STARTER, COMMAND, *words],
        env=departement.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    exit_code, seconds, peak, starter_peak = json.loads(done.stdout.splitlines()[-1])
    if exit_code != 0:
        raise AssertionError(f"{words[0]} failed: {done.stderr}")
    if peak <= starter_peak:
        raise AssertionError("who started the command needs more memory than the command")
    return Cost(seconds, peak * _BYTES_PER_UNIT)
