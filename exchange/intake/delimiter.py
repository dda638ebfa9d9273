"""Which character separates the columns: semicolon, comma or tab.

Counted in the header, outside quotes. ``csv.Sniffer`` is not used: it looks for regularity
in the rows, and a plain French file with commas in its addresses leads it astray.
"""

import re
from typing import Final

from exchange.errors import RefusedError
from exchange.intake.refused_source import refused
from schemas.annex_e import RuleCode

DELIMITERS: Final = {";": "point-virgule", ",": "virgule", "\t": "tabulation"}
_FORCED_NAMES: Final = {";": ";", ",": ",", "tab": "\t", "\t": "\t"}
_QUOTED: Final = re.compile(r'"[^"]*(?:"|$)')
_SAY_WHICH: Final = "indiquez-le : --delimiter « ; », « , » ou « tab »"


def parse_delimiter(name: str) -> str:
    """Read a delimiter as an operator gives it: ``;`` ``,`` or ``tab``. Raises ``RefusedError``."""
    delimiter = _FORCED_NAMES.get(name if name == "\t" else name.strip().lower())
    if delimiter is None:
        raise RefusedError("le séparateur donné n'est pas admis", _SAY_WHICH)
    return delimiter


def detect_delimiter(header: str) -> str:
    """Find the delimiter of a header line: the one that stands there most often.

    Raises ``SourceRefusedError`` (``FICHIER_FORMAT``) when none does, or two do equally.
    """
    bare = _QUOTED.sub("", header)
    counts = sorted(((bare.count(each), each) for each in DELIMITERS), reverse=True)
    (most, delimiter), (second, _) = counts[:2]
    if not most:
        raise refused(
            RuleCode.FICHIER_FORMAT,
            "la première ligne n'a aucun séparateur de colonnes (« ; », « , » ou tabulation)",
            line=1,
        )
    if most == second:
        raise refused(
            RuleCode.FICHIER_FORMAT,
            "le séparateur de colonnes est incertain",
            line=1,
            hint=_SAY_WHICH,
        )
    return delimiter
