"""The closed list of Annexe E: the eight columns, in the order in which they travel.

Source: amendment n°1, Annexe E: 1. a) to g), 2. a). Nothing else may be added here.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the contract.

    `title` is the wording of Annexe E. `max_characters` bounds the normal form; None where
    the format of the cell already bounds it.
    """

    name: str
    title: str
    is_required: bool = False
    max_characters: int | None = None


PRENOM: Final = Column("prenom", "Prénom", is_required=True, max_characters=100)
NOM: Final = Column("nom", "Nom", is_required=True, max_characters=100)
DATE_NAISSANCE: Final = Column("date_naissance", "Date de naissance", is_required=True)
ADRESSE: Final = Column("adresse", "Adresse de résidence", max_characters=250)
CODE_POSTAL: Final = Column("code_postal", "Code postal de résidence")
COURRIEL: Final = Column("courriel", "Adresse électronique", max_characters=254)
TELEPHONE: Final = Column("telephone", "Téléphone")
DATE_ENTREE: Final = Column(
    "date_entree", "Date d'entrée dans le parcours d'insertion SPIE", is_required=True
)

CONTRACT: Final[tuple[Column, ...]] = (
    PRENOM,
    NOM,
    DATE_NAISSANCE,
    ADRESSE,
    CODE_POSTAL,
    COURRIEL,
    TELEPHONE,
    DATE_ENTREE,
)
COLUMNS: Final[tuple[str, ...]] = tuple(column.name for column in CONTRACT)
