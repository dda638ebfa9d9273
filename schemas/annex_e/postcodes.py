"""Postcodes: five digits; a warning where a survey's letter might not find the person.

No list of existing postcodes is shipped: only the département, which opens the code, is known.
"""

import re
from typing import Final

from schemas.annex_e.codes import RuleCode

_POSTCODE: Final = re.compile("[0-9]{5}")
# Metropolitan départements (Corsica is 20), the overseas ones and collectivities, Monaco (980).
_KNOWN_DEPARTEMENT: Final = re.compile("0[1-9]|[1-8][0-9]|9[0-5]|97[1-8]|980|98[4678]")
_CEDEX: Final = re.compile(r"\bCEDEX\b")


def postcode_faults(cell: str) -> tuple[RuleCode, ...]:
    """Return CODE_POSTAL_FORMAT unless `cell` is exactly five digits."""
    return () if _POSTCODE.fullmatch(cell) else (RuleCode.CODE_POSTAL_FORMAT,)


def postcode_warnings(
    postcode: str, folded_address: str, territory_prefixes: tuple[str, ...]
) -> tuple[RuleCode, ...]:
    """Return AVERTISSEMENT_CODE_POSTAL for a CEDEX, an unknown département or another territory.

    `postcode` is five digits or ""; `territory_prefixes` empty means any territory.
    """
    is_usual = not postcode or (
        (not territory_prefixes or postcode.startswith(territory_prefixes))
        and _KNOWN_DEPARTEMENT.match(postcode) is not None
    )
    if is_usual and not _CEDEX.search(folded_address):
        return ()
    return (RuleCode.AVERTISSEMENT_CODE_POSTAL,)
