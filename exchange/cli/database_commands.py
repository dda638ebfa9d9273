"""database move, database roles."""

import click

from exchange.cli.output import integer, next_step, progress_bars, show, show_json
from exchange.cli.session import for_real_option, json_option
from exchange.database_moving import Moved, move_database, plan_move
from exchange.settings import process_settings
from exchange.storage.roles import grants


@click.group("database")
def database_group() -> None:
    """La base sur un serveur PostgreSQL : y passer, et n'y donner que les droits qu'il faut."""


@database_group.command("move")
@for_real_option
@json_option
def database_move_command(*, for_real: bool, as_json: bool) -> None:
    """Passer la base du fichier du dossier au serveur que désigne SPIE_EXCHANGE_DATABASE.

    La base du serveur doit être vide. Tout est copié d'un coup, comparé ligne à ligne, et le
    journal vérifié ; le dossier change de base en dernier, et le fichier est retiré. Sauvegardez
    d'abord le dossier. Essai à blanc, sauf avec --for-real.
    """
    settings = process_settings()
    if not for_real:
        _show_plan(plan_move(settings), as_json=as_json)
        return
    with progress_bars() as begin:
        moved = move_database(settings, begin)
    if as_json:
        show_json({"moved": True, "rows": moved.rows, "events": moved.events})
        return
    show(
        f"La base est sur le serveur : {integer(moved.rows)} lignes copiées, "
        f"{integer(moved.events)} événements vérifiés. Le fichier est retiré."
    )
    next_step("spie-exchange database roles RÔLE, puis sauvegardez la base du serveur")


def _show_plan(plan: Moved, *, as_json: bool) -> None:
    if as_json:
        show_json({"moved": False, "rows": plan.rows})
        return
    show(f"Essai à blanc : {integer(plan.rows)} lignes passeraient sur le serveur.")
    next_step("sauvegardez le dossier, puis la même commande avec --for-real")


@database_group.command("roles")
@click.argument("role", metavar="RÔLE")
def database_roles_command(role: str) -> None:
    """Écrire le SQL qui donne à un rôle de quoi travailler, sans pouvoir récrire le journal.

    À exécuter par le propriétaire de la base, après init, et après chaque upgrade. Le rôle
    fait tout le travail de chaque jour ; init et upgrade restent au propriétaire.
    """
    show(grants(role))
    next_step(
        "faites-le exécuter au propriétaire de la base : psql -v ON_ERROR_STOP=1, puis ce texte"
    )
