"""What every mail begins with: when, and which of several homes on which machine it is of."""

from datetime import datetime

from exchange.french_dates import long_moment
from exchange.home import Home


def letterhead(home: Home, now: datetime) -> list[str]:
    """Give the first lines of a mail."""
    return [
        f"spie-exchange, le {long_moment(now)}, heure de Paris.",
        *(["DOSSIER D'ESSAI : aucune donnée réelle."] if home.trial else []),
        f"Dossier de travail {home.path}",
        f"sur la machine {home.machine} (journal {home.origin}).",
        "",
    ]
