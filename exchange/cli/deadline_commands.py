"""deadline ready, due."""

from typing import Any

import click

from exchange.cli.output import (
    counted,
    day,
    integer,
    moment,
    next_step,
    show,
    show_json,
    show_pairs,
    show_table,
)
from exchange.cli.preview_output import ABSENT_LABEL, OBJECTING_LABEL, preview_document
from exchange.cli.session import agreement_of, agreement_option, json_option, opened
from exchange.errors import RefusedError
from exchange.transfers.answers import standing
from exchange.transfers.exporting import previewed
from exchange.transfers.lifecycle import TransferState
from exchange.transfers.owed import OWING_LABELS
from exchange.transfers.preview import Preview
from exchange.transfers.readiness import declare_ready


@click.group("deadline")
def deadline_group() -> None:
    """Les échéances de la convention."""


@deadline_group.command("ready")
@click.argument("deadline_id")
@agreement_option
def deadline_ready_command(deadline_id: str, agreement_id: str | None) -> None:
    """Déclarer que les données d'une échéance sont complètes.

    Une date d'arrêté passée ne dit pas que les saisies sont finies : c'est à vous de le
    dire. Votre nom, le nombre de personnes à envoyer et la date du dernier chargement sont
    gardés.
    """
    with opened() as service:
        agreement = agreement_of(service, agreement_id)
        if deadline_id not in {deadline.id for deadline in agreement.deadlines}:
            known = ", ".join(deadline.id for deadline in agreement.deadlines)
            raise RefusedError(
                "cette échéance n'est pas dans la convention", f"échéances : {known}"
            )
        deadline = agreement.deadline(deadline_id)
        with service.database.begin() as work:
            declared = declare_ready(work, agreement, deadline, service.actor.name, service.clock)
    ready, people = declared.readiness, declared.people
    nothing = " : rien ne partira" if declared.is_nothing_new else ""
    show(
        f"{deadline.id} : données déclarées prêtes par {ready.declared_by} — "
        f"{counted(ready.person_count, 'personne')} à envoyer{nothing}, dernier chargement "
        f"{moment(ready.last_load_at)}."
    )
    show_pairs(
        {
            **{f"à envoyer à {name}": integer(n) for name, n in declared.to_send.items()},
            ABSENT_LABEL: integer(people.absent),
            OBJECTING_LABEL: integer(people.objecting),
            "entrées après l'arrêté, non envoyées": integer(people.later),
        }
    )
    next_step(f"spie-exchange export --deadline {deadline.id}")


@click.command("due")
@agreement_option
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Ce qui serait dû ce jour-là.")
@json_option
def due_command(agreement_id: str | None, as_of: Any, *, as_json: bool) -> None:  # noqa: ANN401 - click's own type
    """Voir ce qui est dû, à qui, et ce qui manque."""
    with opened() as service:
        agreement = agreement_of(service, agreement_id)
        clock = service.clock_as_of(as_of.date() if as_of else None)
        seen = previewed(service.database, agreement, None, clock)
    if as_json:
        show_json([preview_document(entry) for entry in seen])
        return
    show_table(
        ("échéance", "destinataire", "à remettre le", "état", "ce qui manque"),
        [
            (
                entry.deadline.id,
                entry.recipient.id,
                day(entry.deadline.due),
                _standing(entry),
                _missing(entry),
            )
            for entry in seen
        ],
    )
    next_step("spie-exchange export --deadline ÉCHÉANCE")


def _standing(entry: Preview) -> str:
    if entry.existing is not None:
        return standing(entry.existing, is_late=entry.is_late)
    if entry.owed is not None and not entry.owed.is_open:
        return OWING_LABELS[entry.owed.owing]
    return "à faire — EN RETARD" if entry.is_late else "à faire"


def _missing(entry: Preview) -> str:
    if entry.is_sent:
        is_silent = entry.existing and entry.existing.state is TransferState.PUBLISHED
        return "sa réponse" if is_silent else ""
    return "; ".join(obstacle.sentence for obstacle in entry.obstacles) or "rien"
