"""What verification can find wrong, and where: the words a DPO reads."""

from dataclasses import dataclass
from enum import Enum

from exchange.errors import AttentionError


class Disagreement(Enum):
    """What disagrees; the value is its French sentence, with room for the place."""

    EVENT_MISSING = "{place} manque dans la base"
    EVENT_ADDED = "{place} n'est pas dans l'arbre du journal : il a été ajouté hors du service"
    EVENT_ALTERED = "{place} n'a plus l'empreinte sous laquelle il a été inscrit"
    COLUMNS_ALTERED = "{place} est affiché autrement que ne le disent ses octets"
    HISTORY_REWRITTEN = "{place} a été réécrit, retiré ou ajouté avant un point de contrôle"
    CHECKPOINTS_CONTRADICT = "deux points de contrôle signés se contredisent sur {place}"
    NODE_ALTERED = "l'arbre enregistré ne concorde plus avec ses feuilles au-dessus de {place}"
    HEAD_ALTERED = "la tête enregistrée du journal ne concorde pas avec {place}"


@dataclass(frozen=True, slots=True)
class Place:
    """The events from ``first`` to ``last``, both included: the first disagreement is there."""

    first: int
    last: int

    def __str__(self) -> str:
        """Say the place in French."""
        if self.first == self.last:
            return f"l'événement {self.first}"
        return f"un des événements {self.first} à {self.last}"


class EvidenceDisagreesError(AttentionError):
    """The log is not what it was: what disagrees, and where at the earliest."""

    def __init__(self, disagreement: Disagreement, place: Place) -> None:
        """Name the disagreement and its place."""
        super().__init__(
            f"journal des preuves altéré : {disagreement.value.format(place=place)}",
            "gardez la base en l'état et prévenez le DPO : c'est à lui de dire si les envois "
            "s'arrêtent",
        )
        self.disagreement = disagreement
        self.place = place
