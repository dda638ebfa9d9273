"""The view of who analyses and does not contact: no direct identifier, nothing precise.

Age, place and day are made coarse before they leave; the reference is a pseudonym of its
own for each recipient. It stays personal data (GDPR article 4(5) and recital 26): whoever
holds the reference key can still tell the person.
"""

from datetime import date
from typing import Any, Final

from schemas.annex_e.records import Record

REFERENCE: Final = "reference"
PSEUDONYMISED_COLUMNS: Final = (REFERENCE, "tranche_age", "departement", "mois_entree")

# The bands in which Dares and France Travail publish.
_YOUNG_UNDER: Final = 25
_SENIOR_FROM: Final = 50
_AGE_BANDS: Final = ("moins de 25 ans", "25 à 49 ans", "50 ans ou plus")
# Corsica's postcodes begin with 20; those of the south are 200xx and 201xx.
_SOUTH_OF_CORSICA: Final = ("200", "201")
_OVERSEAS: Final = ("97", "98")


def pseudonymised_cells(record: Record, reference: str, at: date) -> tuple[str, ...]:
    """Give the cells of one person, in the order of the columns; ages are those on day ``at``."""
    return (
        reference,
        age_band(date.fromisoformat(record.date_naissance), at),
        departement(record.code_postal),
        record.date_entree[:7],
    )


def age_band(born: date, at: date) -> str:
    """Give the band of an age in whole years; one born on 29 February ages on 1 March."""
    age = at.year - born.year - ((at.month, at.day) < (born.month, born.day))
    if age < _YOUNG_UNDER:
        return _AGE_BANDS[0]
    return _AGE_BANDS[1] if age < _SENIOR_FROM else _AGE_BANDS[2]


def departement(postcode: str) -> str:
    """Give the code of the département that a postcode names, "" without a postcode.

    A postcode is the post office's: near a border it may be that of the neighbour.
    """
    if postcode.startswith("20"):
        return "2A" if postcode.startswith(_SOUTH_OF_CORSICA) else "2B"
    return postcode[:3] if postcode.startswith(_OVERSEAS) else postcode[:2]


def pseudonymised_fields() -> list[dict[str, Any]]:
    """Describe the columns but the reference, as Table Schema (frictionless) fields."""
    return [
        {
            "name": "tranche_age",
            "title": "Tranche d'âge au jour de l'arrêté",
            "type": "string",
            "constraints": {"required": True, "enum": list(_AGE_BANDS)},
        },
        {
            "name": "departement",
            "title": "Code du département, d'après le code postal",
            "type": "string",
            "constraints": {"pattern": "[0-9]{2,3}|2[AB]"},
        },
        {
            "name": "mois_entree",
            "title": "Mois d'entrée dans le parcours (AAAA-MM)",
            "type": "yearmonth",
            "constraints": {"required": True},
        },
    ]
