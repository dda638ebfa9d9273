"""What a file is: an addition to what is known, or the list of everybody.

In a complete list who is missing is absent: they stay in the base, and leave the next
transfers until a file names them again. Half a file, loaded so, would empty the transfers:
hence a limit, that of the agreement.
"""

from enum import StrEnum

from exchange.errors import RefusedError
from schemas.agreement import Agreement


class ImportMode(StrEnum):
    """The modes, as the agreement and the command line name them."""

    COMPLEMENT = "complement"
    COMPLETE_LIST = "liste-complete"


def require_limit(agreement: Agreement, mode: ImportMode) -> None:
    """Raise ``RefusedError`` when a complete list comes under an agreement without a limit."""
    if mode is ImportMode.COMPLETE_LIST and agreement.max_absent is None:
        raise RefusedError(
            "la convention ne dit pas combien de personnes peuvent manquer à une liste complète",
            "inscrivez max_absent dans la convention, ou chargez avec --mode complement",
        )


def is_too_short(agreement: Agreement, absent: int) -> bool:
    """Tell whether more people are absent from a complete list than the agreement allows."""
    return agreement.max_absent is not None and absent > agreement.max_absent
