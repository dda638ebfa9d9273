"""init, upgrade, status, clock."""

from datetime import datetime
from pathlib import Path

import click

from exchange.cli.output import (
    day,
    integer,
    moment,
    next_step,
    progress_bar,
    show,
    show_json,
    show_pairs,
    show_table,
)
from exchange.cli.preview_output import ABSENT_LABEL, OBJECTING_LABEL
from exchange.cli.session import json_option, opened
from exchange.errors import RefusedError
from exchange.home import DatabaseKind, read_home
from exchange.home_founding import initialise, join_home, upgrade_home
from exchange.home_placement import create_home
from exchange.instants import parse_instant
from exchange.settings import Settings, process_settings
from exchange.status import DeadlineStatus, status_of


@click.command("init")
@click.option(
    "--master-key", type=click.Path(path_type=Path), help="Clé maîtresse, hors du dossier."
)
@click.option(
    "--checkpoints",
    type=click.Path(path_type=Path),
    help="Points de contrôle du journal, hors du dossier.",
)
@click.option(
    "--shared",
    type=click.Path(file_okay=False, path_type=Path),
    help="Plusieurs machines : le dossier que toutes voient (trousseau, paquets, certificats).",
)
@click.option("--join", is_flag=True, help="Une machine de plus : tout est déjà dans --shared.")
@click.option(
    "--trial", is_flag=True, help="Dossier d'essai : horloge réglable, tout est marqué ESSAI."
)
def init_command(
    master_key: Path | None,
    checkpoints: Path | None,
    shared: Path | None,
    *,
    join: bool,
    trial: bool,
) -> None:
    """Créer le dossier de travail, ses clés, sa base et son journal.

    La clé maîtresse ouvre tout : mettez-la sur un autre support que le dossier, et
    sauvegardez-la à part. Un dossier d'essai choisit ses chemins et reçoit un cachet
    auto-signé ; il ne devient jamais un dossier réel.

    La base est un fichier du dossier, ou celle que désigne SPIE_EXCHANGE_DATABASE. Plusieurs
    machines partagent une base PostgreSQL et le dossier --shared ; chacune garde un dossier à
    elle, que --join crée sur les machines suivantes (docs/postgresql.md).
    """
    settings = process_settings()
    if join:
        _join(settings, shared, master_key, checkpoints)
        return
    home = create_home(
        settings.required_home(),
        trial=trial,
        master_key=master_key,
        checkpoints=checkpoints,
        database_kind=DatabaseKind.POSTGRESQL if settings.database else DatabaseKind.SQLITE,
        shared=shared,
    )
    initialise(home, settings)
    kind = "d'essai " if trial else ""
    show(f"Dossier {kind}créé : {home.path}")
    show_pairs({"clé maîtresse": home.master_key, "points de contrôle": home.checkpoints})
    if trial:
        next_step("spie-exchange agreement load CONVENTION.toml")
    else:
        next_step("spie-exchange seal request --organisation … --common-name … --out cachet.csr")


def _join(
    settings: Settings, shared: Path | None, master_key: Path | None, checkpoints: Path | None
) -> None:
    if shared is None:
        raise RefusedError(
            "--join demande --shared", "désignez le dossier que voient déjà les autres machines"
        )
    home = join_home(
        settings.required_home(),
        settings,
        shared=shared,
        master_key=master_key,
        checkpoints=checkpoints,
    )
    show(f"Dossier de cette machine créé : {home.path}")
    show_pairs({"dossier partagé": home.common, "clé maîtresse": home.master_key})
    next_step("spie-exchange scheduler")


@click.command("upgrade")
def upgrade_command() -> None:
    """Mettre la base à niveau après l'installation d'une nouvelle version."""
    settings = process_settings()
    home = read_home(settings.required_home())
    with progress_bar("lignes relues", None) as progress:
        version = upgrade_home(home, settings, progress)
    show(f"Base à niveau (schéma {version}).")
    next_step("spie-exchange status")


@click.command("status")
@json_option
def status_command(*, as_json: bool) -> None:
    """Voir d'un coup d'œil les échéances et ce qui leur manque, les clés, le journal."""
    with opened(inspecting=True) as service:
        status = status_of(service)
    if as_json:
        show_json(status.as_document())
        return
    show(f"{status.home}{'  — DOSSIER D’ESSAI' if status.trial else ''}")
    show_pairs(
        {
            "horloge": moment(status.now),
            "cachet": status.seal,
            "journal": f"{status.leaves} événements",
            "dernière vérification": status.last_verification,
            "dernier passage de l'ordonnanceur": status.last_tick,
            "dernier courriel": status.last_mail,
        }
    )
    for agreement in status.agreements:
        show(f"\nConvention {agreement.agreement_id}, version {agreement.version}")
        show_pairs(
            {
                "personnes à envoyer": integer(agreement.people),
                ABSENT_LABEL: integer(agreement.absent),
                OBJECTING_LABEL: integer(agreement.objecting),
                "lignes retenues": integer(agreement.held),
                "données à détruire à partir du": day(agreement.records_end),
            }
        )
        rows = [(day(d.due), d.deadline_id, d.label, _missing(d)) for d in agreement.deadlines]
        show_table(("à remettre le", "échéance", "quoi", "ce qui manque"), rows)
    for warning in status.warnings:
        show(f"attention : {warning}")
    next_step(status.next_step)


def _missing(deadline: DeadlineStatus) -> str:
    return "\n".join(filter(None, (deadline.missing or "rien", deadline.remarks)))


@click.group("clock")
def clock_group() -> None:
    """L'horloge d'un dossier d'essai."""


@clock_group.command("set")
@click.argument("instant")
def clock_set_command(instant: str) -> None:
    """Régler l'horloge, par exemple 2023-01-31T10:00 (heure de Paris). Essai seulement."""
    with opened() as service:
        if not service.home.trial:
            raise RefusedError(
                "l'horloge d'un dossier réel ne se règle pas",
                "faites vos essais dans un dossier d'essai : spie-exchange init --trial",
            )
        wanted = service.set_clock(parse_instant(instant))
    show(f"Horloge de l'essai : {moment(wanted)}")
    next_step("spie-exchange status")


@clock_group.command("show")
def clock_show_command() -> None:
    """Voir l'heure du dossier et celle de la machine."""
    with opened() as service:
        now: datetime = service.clock.now()
        show_pairs({"dossier": moment(now), "machine": moment(service.clock.wall())})
    next_step("spie-exchange status")
