"""purge, certificate verify."""

from pathlib import Path
from typing import Any

import click

from exchange.cli.deadline_commands import clock_as_of
from exchange.cli.output import day, integer, next_step, show, show_pairs
from exchange.cli.session import agreement_of, agreement_option, for_real_option, opened
from exchange.errors import RefusedError
from exchange.retention.certificates import verify_certificate
from exchange.retention.plan import DestructionPlan, destruction_plan
from exchange.wiring import Service
from schemas.agreement import Agreement


@click.command("purge")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Essai à blanc à cette date.")
@agreement_option
@for_real_option
def purge_command(as_of: Any, agreement_id: str | None, *, for_real: bool) -> None:  # noqa: ANN401 - click's own type
    """Détruire ce qui est arrivé à son terme : essai à blanc, sauf avec --for-real.

    La clé des données est détruite, la clé maîtresse remplacée, les lignes effacées ; un
    certificat signé dit ce qui l'a été, comment, et ce qui reste hors d'atteinte.
    """
    if for_real and as_of:
        raise RefusedError(
            "--as-of n'existe que pour l'essai à blanc",
            "une destruction réelle se fait à la date du jour : retirez --as-of ou --for-real",
        )
    with opened() as service:
        agreement = agreement_of(service, agreement_id)
        clock = clock_as_of(service, as_of.date() if as_of else None)
        with service.database.read() as work:
            plan = destruction_plan(agreement, work.purges, clock.now())
            interrupted = work.purges.unfinished(agreement.id) is not None
        _show_plan(plan, for_real=for_real)
        if for_real and (interrupted or not plan.is_empty):
            _purge(service, agreement)
        elif plan.is_empty:
            next_step("rien n'est à détruire ; revenez à la date ci-dessus")
        else:
            next_step("la même commande avec --for-real ; elle ne se défait pas")


def _show_plan(plan: DestructionPlan, *, for_real: bool) -> None:
    show("Destruction." if for_real else "Essai à blanc : rien n'est détruit.")
    show_pairs(
        {
            "données des personnes, à détruire à partir du": day(plan.records_on),
            "paquets, à détruire à partir du": day(plan.packages_on),
            "personnes à détruire": integer(plan.people),
            "lignes retenues à détruire": integer(plan.held_rows),
            "paquets à détruire": integer(len(plan.packages)),
        }
    )


def _purge(service: Service, agreement: Agreement) -> None:
    with service.exclusively(agreement.id):
        with service.database.read() as work:
            plan = destruction_plan(agreement, work.purges, service.clock.now())
        purge = service.purger().purge(agreement, plan)
        certificate = service.certificate_issuer().issue(agreement, purge)
    show(f"\nDétruit. Certificat : {certificate.path}")
    show(f"À lire : {certificate.text_path}")
    next_step(
        f"spie-exchange certificate verify {certificate.path} "
        f"--sender-cert {service.home.seal_certificate}"
    )


@click.group("certificate")
def certificate_group() -> None:
    """Les certificats de destruction."""


@certificate_group.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--sender-cert",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="Le certificat du cachet, reçu par un autre canal.",
)
def certificate_verify_command(file: Path, sender_cert: Path) -> None:
    """Vérifier un certificat, hors ligne : cachet, preuve d'inscription au journal."""
    certificate = verify_certificate(file.read_bytes(), sender_cert.read_bytes())
    show("Le certificat est authentique, et la destruction est inscrite au journal.")
    show_pairs(
        {
            "convention": certificate.agreement,
            "personnes détruites": integer(certificate.people),
            "détruit le": certificate.ended_at,
            "feuille du journal": integer(certificate.leaf_index),
        }
    )
    next_step("gardez le certificat avec la convention")
