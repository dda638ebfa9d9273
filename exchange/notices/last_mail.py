"""The last mail that a server accepted."""

import json
from dataclasses import dataclass
from datetime import datetime

from exchange.storage.home_state import LAST_MAIL, HomeStateTable


@dataclass(frozen=True, slots=True)
class LastMail:
    """When it was accepted, by the service's clock, and for how many addresses it was refused.

    It ``was_pressing`` when something in it could not wait.
    """

    at: datetime
    refused: int
    was_pressing: bool


def last_mail(state: HomeStateTable) -> LastMail | None:
    """Give the last mail; ``None`` when there was none yet."""
    kept = state.get(LAST_MAIL)
    if kept is None:
        return None
    document = json.loads(kept)
    at = datetime.fromisoformat(document["at"])
    return LastMail(at, document["refused"], document["pressing"])


def keep_mail(state: HomeStateTable, mail: LastMail) -> None:
    """Keep a mail in place of the one before it."""
    document = {
        "at": mail.at.isoformat(),
        "refused": mail.refused,
        "pressing": mail.was_pressing,
    }
    state.put(LAST_MAIL, json.dumps(document))
