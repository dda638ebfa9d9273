"""The same import on PostgreSQL as on SQLite, in turns, and writers that meet at the log."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from benchmarks import evidence
from benchmarks.figures import Figure
from benchmarks.homes import prepare_home
from benchmarks.measured_process import measure_command
from benchmarks.telling import Telling
from exchange.settings import DATABASE_VARIABLE
from tests.fakes.home_database import SERVER_VARIABLE, make_database, server_setting
from tests.fakes.postgresql_server import PostgresqlServer, new_server
from tests.fakes.situation import Situation

_ROWS: Final = 100_000
_AT_MOST: Final = 1.5


def measure(folder: Path, runs: int, tell: Telling) -> list[Figure]:
    """Measure on a server of its own, that waits for its disk as one in use does."""
    prepared = prepare_home(folder / "on-server", _ROWS)
    server = new_server(durable=True)
    try:
        best_file = best_server = float("inf")
        for run in range(1, runs + 1):
            tell(f"import de {_ROWS} personnes, fichier et serveur, passage {run} sur {runs}")
            best_file = min(best_file, _import(prepared.copied_to(folder / f"file-{run}")))
            with _moved(prepared.copied_to(folder / f"server-{run}"), server) as moved:
                best_server = min(best_server, _import(moved))
        with _serving(server):
            make_database(folder / "writers")
            writers = evidence.measure(server_setting(folder / "writers"), tell)
    finally:
        server.stop()
    beside = f"{best_file:.1f} s sur SQLite"
    ratio = best_server / best_file
    return [
        Figure("import sur PostgreSQL", f"{best_server:.1f} s", beside, ratio, _AT_MOST),
        *writers,
    ]


def _import(situation: Situation) -> float:
    return measure_command(situation.departement, "import", situation.source, "--attest").seconds


@contextmanager
def _moved(situation: Situation, server: PostgresqlServer) -> Iterator[Situation]:
    home = situation.departement.home
    with _serving(server) as environment:
        make_database(home)
        environment.setenv(DATABASE_VARIABLE, server_setting(home))
        situation.departement.do("database", "move", "--for-real")
        environment.delenv(DATABASE_VARIABLE)
        yield situation


@contextmanager
def _serving(server: PostgresqlServer) -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(SERVER_VARIABLE, str(server.folder))
        yield environment
