"""When the log was last verified, and whether it agreed."""

import json
from dataclasses import dataclass
from datetime import datetime

from exchange.errors import AttentionError
from exchange.storage.home_state import LAST_VERIFICATION, HomeStateTable


@dataclass(frozen=True, slots=True)
class LastVerification:
    """The outcome of the last verification that came to one; ``at`` is by the service's clock."""

    is_intact: bool
    at: datetime


def last_verification(state: HomeStateTable) -> LastVerification | None:
    """Give the last verification; ``None`` when there was none yet."""
    kept = state.get(LAST_VERIFICATION)
    if kept is None:
        return None
    document = json.loads(kept)
    return LastVerification(document["intact"], datetime.fromisoformat(document["at"]))


def is_found_altered(state: HomeStateTable) -> bool:
    """Tell whether the last verification found the log altered."""
    last = last_verification(state)
    return last is not None and not last.is_intact


def require_not_altered(state: HomeStateTable) -> None:
    """Raise ``AttentionError`` when the last verification found the log altered.

    For what cannot be undone, and would take away what an inquiry needs.
    """
    if is_found_altered(state):
        raise AttentionError(
            "d'après sa dernière vérification, le journal des preuves ne concorde plus : rien "
            "n'est détruit",
            "gardez la base en l'état et prévenez le DPO ; dès que spie-exchange audit verify "
            "passe, recommencez ; si le DPO décide de détruire sans attendre : spie-exchange "
            "purge --for-real --despite-log",
        )


def keep_verification(state: HomeStateTable, verification: LastVerification) -> None:
    """Keep a verification in place of the one before it."""
    document = {"intact": verification.is_intact, "at": verification.at.isoformat()}
    state.put(LAST_VERIFICATION, json.dumps(document))
