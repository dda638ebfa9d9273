"""When the log was last verified, and whether it agreed."""

import json
from dataclasses import dataclass
from datetime import datetime

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


def keep_verification(state: HomeStateTable, verification: LastVerification) -> None:
    """Keep a verification in place of the one before it."""
    document = {"intact": verification.is_intact, "at": verification.at.isoformat()}
    state.put(LAST_VERIFICATION, json.dumps(document))
