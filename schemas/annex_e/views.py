"""The three forms in which people may leave: which columns, and what stands in them."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from schemas.annex_e.columns import COLUMNS
from schemas.annex_e.pseudonymised import PSEUDONYMISED_COLUMNS, REFERENCE, pseudonymised_cells
from schemas.annex_e.records import Record

NOMINATIVE: Final = COLUMNS
REFERENCED: Final = (*COLUMNS, REFERENCE)
PSEUDONYMISED: Final = PSEUDONYMISED_COLUMNS
VIEWS: Final = (NOMINATIVE, REFERENCED, PSEUDONYMISED)


def view_columns(view: str, *, referenced: bool) -> tuple[str, ...]:
    """Give the columns of a recipient's view; ``referenced`` adds the ninth to the nominative."""
    if view == "pseudonymised":
        return PSEUDONYMISED
    return REFERENCED if referenced else NOMINATIVE


def view_cells(columns: Sequence[str], record: Record, reference: str, at: date) -> tuple[str, ...]:
    """Give one person's cells under these columns; ages are those on day ``at``.

    ``reference`` is used only where its column is.
    """
    if columns == PSEUDONYMISED:
        return pseudonymised_cells(record, reference, at)
    return (*record.cells(), reference) if columns == REFERENCED else record.cells()
