"""The role that works on a server every day: it adds to the log, and finishes destructions."""

from collections.abc import Iterator
from typing import Final

from exchange.diagnosis.findings import Finding, good, watch
from exchange.storage.role_in_use import RoleInUse

_ROLE: Final = "rôle de la base"
_DESTRUCTIONS: Final = "droit de détruire"


def role_findings(role: RoleInUse | None) -> Iterator[Finding]:
    """Look at what the role in use may do; a database in a file knows none."""
    if role is None:
        return
    if role.may_rewrite_log:
        yield watch(
            _ROLE,
            f"le rôle {role.name} peut modifier ou effacer le journal, ce que le travail de chaque "
            "jour ne demande pas",
            "que le propriétaire crée un autre rôle et exécute pour lui ce qu'écrit spie-exchange "
            "database roles ; puis désignez-le dans SPIE_EXCHANGE_DATABASE",
        )
    else:
        yield good(_ROLE, f"{role.name} ajoute au journal, sans pouvoir le récrire")
    if role.may_finish_destructions:
        yield good(_DESTRUCTIONS, f"{role.name} peut finir une destruction")
    else:
        yield watch(
            _DESTRUCTIONS,
            f"le rôle {role.name} peut commencer une destruction, non la finir",
            role.way_to_finish,
        )
