"""``make unattended``: the long form, eight schedulers killed at random for two minutes."""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.fakes.departement import Departement
from tests.fakes.home_database import SERVER_VARIABLE
from tests.fakes.postgresql_server import new_server
from tests.fakes.situation import prepare
from tests.unattended.absence import Absence, Endured
from tests.unattended.nodes import join


def main() -> int:
    """Run it; give the exit code."""
    asked = _asked()
    with _server(asked.database), tempfile.TemporaryDirectory() as folder:
        endured = _endured(asked, Path(folder))
    print(
        f"{asked.database}: {endured.periods} periods, {endured.kills} schedulers killed, "
        f"{endured.seconds:.0f} s, {len(endured.problems)} problems"
    )
    for problem in endured.problems:
        print(problem)
    return 1 if endured.problems else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.unattended", description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--periods", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seed", type=int, default=62)
    return parser.parse_args()


def _endured(asked: argparse.Namespace, folder: Path) -> Endured:
    situation = prepare(folder / "first", asked.people)
    first = situation.departement
    homes: list[Departement] = [first] * asked.processes
    if asked.database == "postgresql":
        homes[1:] = [join(first, folder / f"node-{n}") for n in range(1, asked.processes)]
    return Absence(
        situation,
        homes,
        asked.periods,
        asked.seconds,
        asked.seed,
        asked.people,
        lambda text: print(text, file=sys.stderr),
    ).endure()


@contextmanager
def _server(database: str) -> Iterator[None]:
    if database == "sqlite":
        yield
        return
    server = new_server()
    os.environ[SERVER_VARIABLE] = str(server.folder)
    try:
        yield
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
