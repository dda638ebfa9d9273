"""purge, certificate verify."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from exchange.cli.given_files import read_document
from exchange.cli.output import day, integer, next_step, note, show, show_pairs
from exchange.cli.session import (
    agreement_of,
    agreement_option,
    for_real_option,
    opened,
    working_on,
)
from exchange.clock import Clock
from exchange.diagnosis.last_verification import is_found_altered, require_not_altered
from exchange.errors import RefusedError
from exchange.retention.certificates import IssuedCertificate, verify_certificate
from exchange.retention.plan import DestructionPlan
from exchange.wiring import Service
from schemas.agreement import Agreement


@click.command("purge")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Essai à blanc à cette date.")
@agreement_option
@click.option(
    "--despite-log",
    is_flag=True,
    help="Détruire bien que le journal des preuves ne concorde plus : le DPO l'a décidé.",
)
@for_real_option
def purge_command(
    as_of: Any,  # noqa: ANN401 - click's own type
    agreement_id: str | None,
    *,
    despite_log: bool,
    for_real: bool,
) -> None:
    """Détruire ce qui est arrivé à son terme : essai à blanc, sauf avec --for-real.

    La clé des données est détruite, la clé maîtresse remplacée, les lignes effacées ; un
    certificat signé dit ce qui l'a été, comment, et ce qui reste hors d'atteinte.
    """
    if for_real and as_of:
        raise RefusedError(
            "--as-of n'existe que pour l'essai à blanc",
            "une destruction réelle se fait à la date du jour : retirez --as-of ou --for-real",
        )
    if for_real:
        with working_on(agreement_id) as (service, agreement):
            if not despite_log:
                with service.database.read() as work:
                    require_not_altered(work.state)
            _purge(service, agreement)
        return
    with opened() as service:
        agreement = agreement_of(service, agreement_id)
        _dry_run(service, agreement, service.clock_as_of(as_of.date() if as_of else None))


def _dry_run(service: Service, agreement: Agreement, clock: Clock) -> None:
    purger = service.purger()
    plan, interrupted = purger.plan(agreement, clock.now()), purger.interrupted(agreement)
    show("Essai à blanc : rien n'est détruit.")
    _show_plan(plan)
    if interrupted is not None:
        note("Une destruction a été interrompue ; elle attend sa fin et son certificat.")
    with service.database.read() as work:
        is_held = is_found_altered(work.state)
    if is_held:
        note(
            "attention : le journal des preuves ne concorde plus : rien ne se détruit avant "
            "qu'audit verify passe, sauf avec --despite-log"
        )
    if interrupted is None and plan.is_empty:
        next_step("rien n'est à détruire ; revenez à la date ci-dessus")
    else:
        next_step("la même commande avec --for-real ; elle ne se défait pas")


def _purge(service: Service, agreement: Agreement) -> None:
    destroyed = service.destroyer().destroy(agreement)
    if destroyed.is_nothing:
        service.purger().refuse(agreement)
    for path in destroyed.finished:
        show(f"Une destruction interrompue est finie : {path}")
    if destroyed.taken_up is not None:
        show("La destruction interrompue est menée à son terme.")
    _show_plan(destroyed.plan)
    _show_issued(service, destroyed.certificates)


def _show_issued(service: Service, issued: Sequence[IssuedCertificate]) -> None:
    for certificate in issued:
        show(f"\nDétruit. Certificat : {certificate.path}")
        show(f"À lire : {certificate.text_path}")
    if issued:
        seal = service.home.seal_certificate
        next_step(f"spie-exchange certificate verify {issued[-1].path} --sender-cert {seal}")
    else:
        show("\nRien n'a été détruit : rien n'est arrivé à son terme.")
        next_step("revenez à la date ci-dessus")


def _show_plan(plan: DestructionPlan) -> None:
    show_pairs(
        {
            "données des personnes, à détruire à partir du": day(plan.records_on),
            "paquets, à détruire à partir du": day(plan.packages_on),
            "personnes à détruire": integer(plan.people),
            "lignes retenues à détruire": integer(plan.held_rows),
            "paquets à détruire": integer(len(plan.packages)),
            "restes de chargements interrompus": integer(plan.staged_rows),
            "clés à détruire": ", ".join(plan.keys) or "aucune",
        }
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
    certificate = verify_certificate(read_document(file), read_document(sender_cert))
    if certificate.trial:
        show("ESSAI : ce certificat est sans valeur, il a été fait dans un dossier d'essai.")
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
