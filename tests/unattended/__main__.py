"""``make unattended``: the long form, eight schedulers killed at random for two minutes."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.fakes.situation import prepare
from tests.unattended.ordeal import Ordeal


def main() -> int:
    """Run it; give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.unattended", description=__doc__)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--periods", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seed", type=int, default=62)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        situation = prepare(Path(folder), asked.people)
        endured = Ordeal(
            situation,
            asked.processes,
            asked.periods,
            asked.seconds,
            asked.seed,
            asked.people,
            lambda text: print(text, file=sys.stderr),
        ).endure()
    print(
        f"{endured.periods} periods, {endured.kills} schedulers killed, "
        f"{endured.seconds:.0f} s, {len(endured.problems)} problems"
    )
    for problem in endured.problems:
        print(problem)
    return 1 if endured.problems else 0


if __name__ == "__main__":
    sys.exit(main())
