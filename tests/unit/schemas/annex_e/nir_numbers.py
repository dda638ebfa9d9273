"""Synthetic NIR, built from their parts, right key or wrong."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NirParts:
    """The parts of a NIR; département may be 2A or 2B."""

    sex: str = "2"
    year: str = "91"
    month: str = "03"
    departement: str = "62"
    rest: str = "041037"

    @property
    def number(self) -> str:
        """The thirteen signs."""
        return f"{self.sex}{self.year}{self.month}{self.departement}{self.rest}"

    @property
    def key(self) -> int:
        """The right key, computed apart from the code under test (INSEE: A is -1M, B -2M)."""
        offset = {"A": 1_000_000, "B": 2_000_000}.get(self.departement[-1].upper(), 0)
        plain = self.number.upper().replace("A", "0").replace("B", "0")
        return 97 - (int(plain) - offset) % 97

    def with_key(self, *, shift: int = 0) -> str:
        """Give the fifteen signs; a shift other than 0 makes the key wrong."""
        return f"{self.number}{(self.key + shift - 1) % 97 + 1:02d}"

    def grouped(self, separator: str, *, key: str = "") -> str:
        """Give the usual seven groups with a separator between."""
        groups = [self.sex, self.year, self.month, self.departement, self.rest[:3], self.rest[3:]]
        return separator.join([*groups, key] if key else groups)
