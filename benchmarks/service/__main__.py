"""``make bench-http``: the service and a bare one side by side, best of five, and one table.

Ends with 1 when a target of the issue is missed. Everything is made in a temporary folder.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure, table
from benchmarks.homes import prepare_home, require_all_sent
from benchmarks.service import downloads, pushes, reads, steadiness
from benchmarks.service.bare_application import FILE_NAME
from benchmarks.service.servers import bare_service, service
from benchmarks.telling import Telling, telling
from exchange.accounts import Role
from tests.fakes.callers import bearer, token_at
from tests.fakes.situation import DEADLINE, DGEFP, Situation

_RUNS: Final = 5
_PEOPLE: Final = 300_000


def main() -> int:
    """Measure everything; give the exit code."""
    parser = argparse.ArgumentParser(prog="make bench-http", description=__doc__)
    parser.add_argument(
        "--people", type=int, default=_PEOPLE, help="in the package that is fetched"
    )
    people = parser.parse_args().people
    with tempfile.TemporaryDirectory(prefix="spie-exchange-bench-") as name:
        figures = _measure(Path(name), people, telling())
    print(table(figures))
    return int(any(figure.is_missed for figure in figures))


def _measure(folder: Path, people: int, tell: Telling) -> list[Figure]:
    situation = _sent(folder / "home", people, tell)
    departement = situation.departement
    operator = bearer(token_at(departement, Role.OPERATOR))
    recipient = bearer(token_at(departement, Role.RECIPIENT))
    package = situation.package(DGEFP)
    shutil.copy(package, folder / FILE_NAME)
    fetched = situation.transfer_id(DGEFP), package.stat().st_size, recipient
    with service(departement) as port, bare_service(folder) as bare_port:
        return [
            *pushes.measure(port, bare_port, operator, _RUNS, tell),
            *downloads.measure(port, bare_port, fetched, _RUNS, tell),
            *reads.measure(port, bare_port, operator, _RUNS, tell),
            *steadiness.measure(port, operator, tell),
        ]


def _sent(folder: Path, people: int, tell: Telling) -> Situation:
    """Make a home that has sent its people."""
    tell(f"chargement et envoi de {people} personnes")
    situation = prepare_home(folder, people)
    situation.departement.do("import", situation.source, "--attest")
    situation.departement.do("export", "--deadline", DEADLINE, "--for-real")
    require_all_sent(situation, people)
    return situation


if __name__ == "__main__":
    sys.exit(main())
