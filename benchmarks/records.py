"""Import and export of 100 000 people, whole commands, beside a bare insert of the same rows."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import bare_insert
from benchmarks.figures import Figure
from benchmarks.homes import prepare_home, require_all_sent
from benchmarks.measured_process import measure_command
from benchmarks.telling import Telling
from tests.fakes.situation import DEADLINE, RECIPIENTS, Situation

_ROWS: Final = 100_000


@dataclass(slots=True)
class _Best:
    bare: float = float("inf")
    importing: float = float("inf")
    exporting: float = float("inf")


def measure(folder: Path, runs: int, tell: Telling) -> list[Figure]:
    """Measure each in turns, from the same empty home every time; keep the best of each."""
    prepared = prepare_home(folder / "prepared", _ROWS)
    best = _Best()
    for run in range(1, runs + 1):
        tell(f"import et export de {_ROWS} personnes, passage {run} sur {runs}")
        _run_once(prepared, folder / f"run-{run}", best)
    bare = f"{_per_second(_ROWS, best.bare)} en insertion nue"
    sent = _ROWS * len(RECIPIENTS)
    return [
        Figure("import", _per_second(_ROWS, best.importing), bare, best.importing / best.bare),
        Figure(
            f"export vers {len(RECIPIENTS)} destinataires",
            _per_second(sent, best.exporting),
            bare,
            best.exporting / sent / (best.bare / _ROWS),
        ),
    ]


def _run_once(prepared: Situation, folder: Path, best: _Best) -> None:
    situation = prepared.copied_to(folder)
    best.bare = min(best.bare, bare_insert.measure(situation.source, folder / "bare.sqlite3"))
    cost = measure_command(situation.departement, "import", situation.source, "--attest")
    best.importing = min(best.importing, cost.seconds)
    cost = measure_command(situation.departement, "export", "--deadline", DEADLINE, "--for-real")
    best.exporting = min(best.exporting, cost.seconds)
    require_all_sent(situation, _ROWS)


def _per_second(rows: int, seconds: float) -> str:
    return f"{rows / seconds:,.0f} lignes/s".replace(",", " ")
