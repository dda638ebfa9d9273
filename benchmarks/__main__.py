"""``make bench``: every measure in one run, best of five, and one table.

Ends with 1 when a target of the issue is missed. Everything is made in a temporary folder.
"""

import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks import age_encryption, memory, on_server, records
from benchmarks.figures import table
from benchmarks.telling import telling

_RUNS: Final = 5


def main() -> int:
    """Measure everything; give the exit code."""
    tell = telling()
    with tempfile.TemporaryDirectory(prefix="spie-exchange-bench-") as name:
        folder = Path(name)
        figures = [
            *age_encryption.measure(folder, _RUNS, tell),
            *records.measure(folder, _RUNS, tell),
            *memory.measure(folder, tell),
            *on_server.measure(folder, _RUNS, tell),
        ]
    print(table(figures))
    return int(any(figure.is_missed for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
