"""When people may still be taken into the base under an agreement."""

from datetime import datetime

from exchange.errors import RefusedError
from schemas.agreement import Agreement, ends_at, opens_at, records_end

_HINT = "rien ne peut plus être chargé sous cette convention"


def require_open(agreement: Agreement, now: datetime) -> None:
    """Raise ``RefusedError`` once the processing has ended, or the records are due to go."""
    if now >= ends_at(agreement.processing_ends):
        ended_on = f"{agreement.processing_ends:%d/%m/%Y}"
        raise RefusedError(f"le traitement a pris fin le {ended_on}", _HINT)
    if now >= opens_at(records_end(agreement)):
        due_on = f"{records_end(agreement):%d/%m/%Y}"
        raise RefusedError(f"les données sont à détruire depuis le {due_on}", _HINT)
