"""The verdict on a load, for machines: the same bytes from the command and over HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TextIO

from exchange.errors import RefusedError
from exchange.french_numbers import integer
from exchange.intake.load import LoadResult, Stop
from exchange.intake.report import RefusalReport


@dataclass(slots=True)
class Verdict:
    """What came of a load, gathered as it goes; written once, when all is over.

    ``result`` is ``None`` where the load was refused before it had judged every row.
    """

    result: LoadResult | None = None
    source_destroyed: bool = False

    def write(
        self, refusals: RefusalReport, stream: TextIO, beside: Mapping[str, object] | None = None
    ) -> None:
        """Write it in JSON, every finding first; ``beside`` is what else the answer says."""
        refusals.write_json(stream, {**self._document(), **(beside or {})})

    def _document(self) -> dict[str, Any]:
        document: dict[str, Any] = {"source_destroyed": self.source_destroyed}
        return document if self.result is None else document | _counts(self.result)


def _counts(result: LoadResult) -> dict[str, Any]:
    tally, merged = result.tally, result.merged
    return {
        "mode": result.mode,
        "kept": result.is_kept,
        "rows": {"read": tally.read, "refused": tally.refused, "unreadable": tally.unreadable},
        "people": {name: getattr(merged, name) for name in merged.__slots__},
    }


def stopped(result: LoadResult, stop: Stop) -> RefusedError:
    """Say why a whole load is refused, and the way out."""
    if stop is Stop.REFUSED_ROWS:
        return RefusedError(
            f"{result.tally.refused_percent():.1f} % de lignes refusées : rien n'a été gardé",
            "corrigez le fichier à sa source d'après le rapport, puis recommencez ; le seuil est "
            "dans la convention (refusal_threshold_percent)",
        )
    return RefusedError(
        f"{integer(result.merged.absent)} personnes connues ne sont pas dans ce fichier : rien "
        "n'a été gardé",
        "vérifiez que l'export est entier ; s'il n'est qu'un complément : --mode complement ; "
        "la limite est dans la convention (max_absent)",
    )
