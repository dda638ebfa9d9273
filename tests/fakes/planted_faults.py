"""Rows that each break one rule, with the code and the column that must be found.

Every row-level code of the contract is planted but HOMONYME_POSSIBLE and CLE_LOCALE_DOUTEUSE,
which only a base that already knows somebody can find.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from schemas.annex_e import RuleCode
from tests.fakes.people import SURPLUS_FIELD, Person, people


@dataclass(frozen=True, slots=True)
class PlantedRow:
    """A row by contract column, and what must be found: `code` None for a sound row."""

    cells: Person
    code: RuleCode | None
    column: str


# What each fault changes in a sound row, and the column where it must be found.
_CHANGES: Final[tuple[tuple[RuleCode, str, Person], ...]] = (
    (RuleCode.LIGNE_NOMBRE_CHAMPS, "", {SURPLUS_FIELD: "de trop"}),
    (RuleCode.CHAMP_OBLIGATOIRE, "prenom", {"prenom": " "}),
    (RuleCode.CHAMP_TROP_LONG, "nom", {"nom": "Delattre " * 12}),
    (RuleCode.CARACTERE_INTERDIT, "adresse", {"adresse": "14 rue\x00 d'Amiens"}),
    (RuleCode.FORMULE, "adresse", {"adresse": "=HYPERLINK(A1)"}),
    (RuleCode.NIR, "adresse", {"adresse": "2 91 03 62 041 037 17, 3 rue d'Amiens"}),
    (RuleCode.NIR_MAL_FORME, "nom", {"nom": "Delattre 2.91.03.62.041.037-40"}),
    (RuleCode.IDENTIFIANT_SOCIAL, "courriel", {"courriel": "delattre.1234567@exemple.fr"}),
    (RuleCode.DATE_FORMAT, "date_naissance", {"date_naissance": "1/2/85"}),
    (RuleCode.DATE_IMPOSSIBLE, "date_naissance", {"date_naissance": "29/02/1985"}),
    (RuleCode.DATE_INVRAISEMBLABLE, "date_naissance", {"date_naissance": "01/06/2019"}),
    (RuleCode.ENTREE_FUTURE, "date_entree", {"date_entree": "31/12/2098"}),
    (RuleCode.CODE_POSTAL_FORMAT, "code_postal", {"code_postal": "6200"}),
    (RuleCode.COURRIEL_FORMAT, "courriel", {"courriel": "delattre@exemple"}),
    (RuleCode.TELEPHONE_FORMAT, "telephone", {"telephone": "06 12 34 56"}),
    (RuleCode.TELEPHONE_SPECIAL, "telephone", {"telephone": "0 892 123 456"}),
    (
        RuleCode.CONTACT_ABSENT,
        "",
        {"adresse": "3 rue d'Amiens", "code_postal": "", "courriel": "", "telephone": ""},
    ),
    (RuleCode.ENTREE_HORS_PERIODE, "date_entree", {"date_entree": "15/06/2020"}),
    (RuleCode.AVERTISSEMENT_ADRESSE_TIERS, "adresse", {"adresse": "c/o Mme Hénon, 3 rue Neuve"}),
    (
        RuleCode.AVERTISSEMENT_CODE_POSTAL,
        "code_postal",
        {"adresse": "BP 12 ARRAS CEDEX", "code_postal": "62000"},
    ),
)


def plant_faults(seed: int) -> Iterator[PlantedRow]:
    """Give one row for each code, then the twins: two that contradict, and two alike.

    Give another seed than that of the people in the same file; whoever is met twice is a double.
    """
    sound = people(len(_CHANGES) + 2, seed)
    for code, column, changes in _CHANGES:
        yield PlantedRow(next(sound) | changes, code, column)
    person = next(sound)
    for address in ("3 rue d'Amiens", "5 rue d'Amiens"):
        twin = person | {"adresse": address, "code_postal": "62000"}
        yield PlantedRow(twin, RuleCode.DOUBLON_CONTRADICTOIRE, "")
    person = next(sound)
    yield PlantedRow(person, None, "")
    yield PlantedRow(person, RuleCode.AVERTISSEMENT_DOUBLON_IDENTIQUE, "")
