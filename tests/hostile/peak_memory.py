"""The real command in a process that says, as it ends, how much memory it ever held."""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.fakes.answer import Answer
from tests.fakes.departement import Departement
from tests.prerequisites import skip_or_fail

_STATUS: Final = Path("/proc/self/status")
_PEAK: Final = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)
# What wait4 tells of a child includes what its parent held when it began: not used here.
_COMMAND: Final = f"""
import atexit, pathlib, sys
from exchange.cli.main import main

atexit.register(lambda: print(pathlib.Path("{_STATUS}").read_text(), file=sys.stderr))
sys.argv[0] = "spie-exchange"
main()
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """How a command ended, and the most memory it held at once."""

    answer: Answer
    peak_mebibytes: int


def run_measured(departement: Departement, *words: str | Path) -> Measured:
    """Run the command. Skips the test where the system does not tell a process's peak."""
    if not _STATUS.exists():
        skip_or_fail("the peak of a process's memory is told by /proc only")
    done = subprocess.run(
        [sys.executable, "-c", _COMMAND, *map(str, words)],
        env=departement.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    peak = _PEAK.search(done.stderr)
    assert peak is not None, done.stderr
    complaint = done.stderr.partition("Name:\t")[0]
    answer = Answer(done.returncode, done.stdout, complaint)
    return Measured(answer, int(peak[1]) >> 10)
