"""Who is responsible, and which party is the Département."""

from collections.abc import Iterator

from schemas.agreement.document import Agreement
from schemas.agreement.problems import Problem


def party_problems(agreement: Agreement) -> Iterator[Problem]:
    """Refuse parties without a controller, or among which the Département is not known."""
    roles = [party.role for party in agreement.parties]
    if "controller" not in roles:
        sentence = (
            'aucun responsable du traitement : écrivez role = "controller" à la partie qui l\'est'
        )
        yield Problem("parties", sentence)
    if roles.count(agreement.role) != 1:
        sentence = (
            f'une partie et une seule doit avoir role = "{agreement.role}", le rôle que la clé '
            "role donne au Département : c'est à cela qu'il se reconnaît"
        )
        yield Problem("parties", sentence)
