"""Peak memory of ``export --for-real``: it must not grow with the number of people."""

from pathlib import Path
from typing import Final

from benchmarks.figures import Figure
from benchmarks.homes import prepare_home, require_all_sent
from benchmarks.measured_process import Cost, measure_command
from benchmarks.telling import Telling
from tests.fakes.situation import DEADLINE

_FEW: Final = 100_000
_MANY: Final = 1_000_000
_MEBIBYTE: Final = 1 << 20
_LARGEST_GROWTH: Final = 1.10
_LARGEST_PEAK_MEBIBYTES: Final = 256


def measure(folder: Path, tell: Telling) -> list[Figure]:
    """Load and send 100 000 people, then a million, each in a home of its own; once each."""
    loaded_few, sent_few = _peaks(folder / "few", _FEW, tell)
    loaded_many, sent_many = _peaks(folder / "many", _MANY, tell)
    allowed = _LARGEST_PEAK_MEBIBYTES * _MEBIBYTE
    return [
        Figure(
            f"mémoire de l'export, {_MANY} personnes",
            _text(sent_many),
            f"{_text(sent_few)} pour {_FEW}",
            sent_many.peak_bytes / sent_few.peak_bytes,
            _LARGEST_GROWTH,
        ),
        Figure(
            "la même, contre ce qui est permis",
            _text(sent_many),
            f"{_LARGEST_PEAK_MEBIBYTES} Mio",
            sent_many.peak_bytes / allowed,
            1.0,
        ),
        Figure(
            f"mémoire de l'import, {_MANY} personnes",
            _text(loaded_many),
            f"{_text(loaded_few)} pour {_FEW}",
            loaded_many.peak_bytes / loaded_few.peak_bytes,
        ),
    ]


def _peaks(folder: Path, rows: int, tell: Telling) -> tuple[Cost, Cost]:
    tell(f"écriture d'un fichier de {rows} personnes")
    situation = prepare_home(folder, rows)
    tell(f"chargement de {rows} personnes")
    loaded = measure_command(situation.departement, "import", situation.source, "--attest")
    tell(f"envoi de {rows} personnes à deux destinataires")
    words = ("export", "--deadline", DEADLINE, "--for-real")
    sent = measure_command(situation.departement, *words)
    require_all_sent(situation, rows)
    return loaded, sent


def _text(cost: Cost) -> str:
    return f"{cost.peak_bytes / _MEBIBYTE:.0f} Mio"
