"""Ten people who do not exist, for a package that proves a recipient's keys.

Each is valid under Annexe E and obviously invented: named ESSAI, at example.org (RFC 2606),
with telephones that ARCEP keeps for fiction (03 53 01 00 00 to 03 53 01 99 99, decision
2018-0881).
"""

import secrets
from datetime import date
from typing import Final

from exchange.packages.building import package_columns
from keys.pseudonyms import reference
from schemas.agreement import Recipient
from schemas.annex_e import Record, view_cells

_FIRST_NAMES: Final = (
    *("Alpha", "Bravo", "Charlie", "Delta", "Echo"),
    *("Foxtrot", "Golf", "Hotel", "India", "Juliett"),
)
_SECRET_BYTES: Final = 16
_KEY_BYTES: Final = 32


def specimens(recipient: Recipient, entered_on: date, at: date) -> tuple[tuple[str, ...], ...]:
    """Give the rows of a test in the columns of the recipient's view; ages are those at ``at``.

    Every person carries fresh secrets, in its e-mail address and its reference: nobody can
    say the digest of these rows who has not opened them.
    """
    columns = package_columns(recipient)
    key = secrets.token_bytes(_KEY_BYTES)
    return tuple(
        view_cells(columns, person, reference(key, person.courriel.encode()), at)
        for person in (_person(n, name, entered_on) for n, name in enumerate(_FIRST_NAMES))
    )


def _person(number: int, first_name: str, entered_on: date) -> Record:
    return Record(
        prenom=first_name,
        nom="ESSAI",
        date_naissance=f"{1960 + 4 * number}-01-01",
        adresse=f"{number + 1} rue de l'Essai",
        code_postal="62000",
        courriel=f"essai-{secrets.token_hex(_SECRET_BYTES)}@example.org",
        telephone=f"+33353010{number:03}",
        date_entree=entered_on.isoformat(),
    )
