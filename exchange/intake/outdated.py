"""Held rows that a later load has overtaken: they would bring back what is no longer so.

Loads are ordered by their number, which a clock that steps back does not change.
"""

from exchange.errors import RefusedError
from exchange.intake.held import Work
from exchange.intake.modes import ImportMode
from exchange.intake.staging import HeldRow
from exchange.people.person import KnownPerson


def outdated(
    work: Work, agreement_id: str, row: HeldRow, known: KnownPerson | None
) -> RefusedError | None:
    """Give why a held row can no longer be taken in for a person, ``None`` for a new one.

    A later file had a row of that person; or a later file listed everybody, and whoever the
    row is of is in it, or absent.
    """
    way_out = (
        "rechargez la ligne, corrigée s'il le faut, depuis le système local, puis écartez "
        f"celle-ci : spie-exchange held discard {row.line} --reason ligne-perimee"
    )
    if known is not None and known.load_number > row.load_number:
        return RefusedError(
            f"un chargement plus récent que la ligne {row.line} parle de cette personne", way_out
        )
    if work.loads.last_of_mode(agreement_id, ImportMode.COMPLETE_LIST) > row.load_number:
        return RefusedError(
            f"une liste complète plus récente que la ligne {row.line} a été chargée", way_out
        )
    return None
