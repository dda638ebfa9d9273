"""Opening the home a command works on, and naming the agreement it is about."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from exchange.cli.output import integer, note
from exchange.home_opening import open_service
from exchange.settings import process_settings
from exchange.wiring import Service
from schemas.agreement import Agreement

agreement_option = click.option(
    "--agreement",
    "agreement_id",
    metavar="ID",
    help="La convention, si plusieurs sont chargées.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Réponse en JSON.")
for_real_option = click.option(
    "--for-real", is_flag=True, help="Le faire vraiment ; sans cette option, rien n'est fait."
)


@contextmanager
def opened(*, inspecting: bool = False) -> Iterator[Service]:
    """Open the home named by the environment; ``inspecting``, even when its log disagrees."""
    with open_service(process_settings(), inspecting=inspecting) as service:
        _warn_of_step_back(service)
        yield service


def _warn_of_step_back(service: Service) -> None:
    behind = service.clock_step_back()
    if behind:
        note(
            f"attention : l'horloge de la machine retarde de {integer(int(behind.total_seconds()))}"
            " secondes sur le dernier acte inscrit au journal.\nRéglez-la : les échéances se "
            "décident d'après elle ; le recul sera inscrit au journal."
        )


@contextmanager
def working_on(agreement_id: str | None) -> Iterator[tuple[Service, Agreement]]:
    """Open the home and claim an agreement; give the version in force once it is claimed."""
    with opened() as service, service.working_on(agreement_id) as claimed:
        yield claimed


def agreement_of(service: Service, agreement_id: str | None) -> Agreement:
    """Give the agreement in force that the command is about."""
    return service.agreement(agreement_id)
