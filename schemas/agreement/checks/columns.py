"""Each contract column has a local column of its own.

Names are compared as the intake compares a header: in NFC, letter case aside.
"""

import unicodedata
from collections.abc import Iterator

from schemas.agreement.document import Agreement
from schemas.agreement.problems import Problem


def column_problems(agreement: Agreement) -> Iterator[Problem]:
    """Refuse a local column that would fill two columns, or that bears another one's name."""
    used: dict[str, str] = {}
    for column, local in agreement.columns.items():
        name = _folded(local)
        if name in used:
            sentence = f"cette colonne locale est déjà celle de columns.{used[name]} : corrigez"
            yield Problem(f"columns.{column}", sentence)
        elif name in agreement.columns and name != column:
            sentence = f"ce nom est celui d'une autre donnée ({name}) : renommez la colonne locale"
            yield Problem(f"columns.{column}", sentence)
        used.setdefault(name, column)
    key = _folded(agreement.local_key or "")
    if key in used or key in agreement.columns:
        sentence = (
            "la clé locale ne peut pas être une donnée de l'annexe E : écrivez une autre colonne"
        )
        yield Problem("local_key", sentence)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
