"""What a benchmark found: a measure, and where the issue sets one, the target it is held to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_TITLES: Final = ("mesure", "valeur", "repère", "rapport", "cible", "")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. ``at_most`` bounds ``ratio``; without it nothing is promised.

    ``value`` and ``beside`` are for reading: what was measured, and what it is compared with.
    """

    name: str
    value: str
    beside: str
    ratio: float
    at_most: float | None = None

    @property
    def is_missed(self) -> bool:
        """Whether there is a target and it is not reached."""
        return self.at_most is not None and self.ratio > self.at_most

    def cells(self) -> tuple[str, ...]:
        """Give the line's cells."""
        target = "" if self.at_most is None else f"≤ {self.at_most:.2f}"
        standing = "" if self.at_most is None else "non tenu" if self.is_missed else "tenu"
        return (self.name, self.value, self.beside, f"{self.ratio:.2f}", target, standing)


def table(figures: Sequence[Figure]) -> str:
    """Lay figures out in columns."""
    lines = [_TITLES, *(figure.cells() for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
