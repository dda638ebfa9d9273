"""A person's eight fields once accepted, and the row they were read from."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Record:
    """The eight fields in their normal forms: "" when absent, ISO dates, E.164 telephone."""

    prenom: str
    nom: str
    date_naissance: str
    adresse: str
    code_postal: str
    courriel: str
    telephone: str
    date_entree: str

    def cells(self) -> tuple[str, ...]:
        """Return the eight values in the order of COLUMNS."""
        return (
            self.prenom,
            self.nom,
            self.date_naissance,
            self.adresse,
            self.code_postal,
            self.courriel,
            self.telephone,
            self.date_entree,
        )

    @classmethod
    def from_cells(cls, cells: Iterable[str]) -> Self:
        """Rebuild a record from what `cells` gave; TypeError if they are not eight."""
        return cls(*cells)


@dataclass(frozen=True, slots=True)
class Names:
    """What designates a person, in normal forms: last name, first name, ISO birth date."""

    nom: str
    prenom: str
    date_naissance: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row as read, not yet judged.

    `line` counts the header of the source as 1. `cells` are in the order of COLUMNS, None when
    the row had the wrong number of fields. `local_key` is the local system's key of the person
    where the agreement names one; it is not a field of the contract and is not judged here.
    """

    line: int
    cells: tuple[str, ...] | None
    local_key: str = ""
