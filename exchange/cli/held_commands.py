"""held list, held release, held discard, person settle."""

import click

from exchange.cli.output import moment, next_step, note, show, show_json, show_pairs, show_table
from exchange.cli.session import agreement_of, agreement_option, json_option, opened, working_on
from exchange.intake.held import DiscardReason, discard, held_rows
from exchange.intake.releasing import ReleaseReason, release
from exchange.intake.settling import SettledAs, SettlingReason, settle


@click.group("held")
def held_group() -> None:
    """Les lignes retenues, qui attendent une décision."""


@held_group.command("list")
@agreement_option
@json_option
def held_list_command(agreement_id: str | None, *, as_json: bool) -> None:
    """Lister les lignes retenues : fichier, ligne, raison ; aucune valeur."""
    with opened() as service:
        rows = held_rows(service.database, agreement_of(service, agreement_id))
    if as_json:
        show_json([{"load": row.load_id, "line": row.line, "code": row.code} for row in rows])
        return
    shown = [(row.load_id[:8], moment(row.loaded_at), str(row.line), row.code) for row in rows]
    show_table(("chargement", "du", "ligne", "raison"), shown)
    if rows:
        next_step(
            "spie-exchange held release LIGNE --reason MOTIF, ou person settle LIGNE quand on ne "
            "sait pas de qui elle est"
        )
    else:
        note("Aucune ligne n'est retenue.")
        next_step("spie-exchange due")


@held_group.command("release")
@click.argument("line", type=int)
@click.option(
    "--reason",
    type=click.Choice([reason.value for reason in ReleaseReason]),
    required=True,
    help="Le motif, gardé dans le journal.",
)
@click.option("--load", "load_prefix", default="", help="Le chargement, si plusieurs retiennent.")
@agreement_option
def held_release_command(
    line: int, reason: str, load_prefix: str, agreement_id: str | None
) -> None:
    """Accepter une ligne retenue ; --load désigne le chargement si plusieurs en retiennent."""
    with working_on(agreement_id) as (service, agreement):
        row = release(
            service.database,
            agreement,
            line,
            load_prefix=load_prefix,
            reason=ReleaseReason(reason),
            keyring=service.keyring,
            clock=service.clock,
        )
    show(f"Ligne {row.line} ({row.code}) acceptée, motif : {reason}.")
    show_pairs({"chargement": row.load_id[:8]})
    next_step("spie-exchange held list")


@held_group.command("discard")
@click.argument("line", type=int)
@click.option(
    "--reason",
    type=click.Choice([reason.value for reason in DiscardReason]),
    required=True,
    help="Le motif, gardé dans le journal.",
)
@click.option("--load", "load_prefix", default="", help="Le chargement, si plusieurs retiennent.")
@agreement_option
def held_discard_command(
    line: int, reason: str, load_prefix: str, agreement_id: str | None
) -> None:
    """Écarter une ligne retenue : elle n'entre pas dans la base ; un fichier peut la ramener."""
    with working_on(agreement_id) as (service, agreement):
        row = discard(
            service.database,
            agreement,
            line,
            load_prefix=load_prefix,
            reason=DiscardReason(reason),
        )
    show(f"Ligne {row.line} ({row.code}) écartée, motif : {reason}.")
    show_pairs({"chargement": row.load_id[:8]})
    next_step("spie-exchange held list")


@click.group("person")
def person_group() -> None:
    """Les personnes : de qui est une ligne."""


@person_group.command("settle")
@click.argument("line", type=int)
@click.option(
    "--as",
    "settled_as",
    type=click.Choice([choice.value for choice in SettledAs]),
    required=True,
    help="La même personne que celle qui est connue, ou une autre du même nom.",
)
@click.option(
    "--reason",
    type=click.Choice([reason.value for reason in SettlingReason]),
    required=True,
    help="Comment vous le savez, gardé dans le journal.",
)
@click.option(
    "--rank",
    type=click.IntRange(min=1),
    help="Avec same : laquelle, s'il y en a plusieurs, dans l'ordre de leur premier chargement.",
)
@click.option("--load", "load_prefix", default="", help="Le chargement, si plusieurs retiennent.")
@agreement_option
def person_settle_command(
    line: int,
    settled_as: str,
    reason: str,
    rank: int | None,
    load_prefix: str,
    agreement_id: str | None,
) -> None:
    """Dire de qui est une ligne retenue pour un homonyme possible, ou une clé locale douteuse.

    Même nom, même prénom, même date de naissance qu'une personne connue, mais ni l'adresse,
    ni le téléphone, ni le courriel ; ou la même clé locale, et rien d'autre : est-ce elle ?
    Vérifiez dans le système local avant de répondre. Avec « same », la ligne entière remplace
    ce qui est connu d'elle ; avec « other », c'est une autre personne ; les fichiers suivants
    les distinguent par leurs coordonnées, ou par la clé locale quand la ligne en porte une.
    L'un et l'autre ne se défont pas.

    \b
      spie-exchange person settle 12 --as other --reason dossier-verifie
    """  # noqa: D301 - \b is click's mark for a block that keeps its lines
    with working_on(agreement_id) as (service, agreement):
        row = settle(
            service.database,
            agreement,
            line,
            load_prefix=load_prefix,
            settled_as=SettledAs(settled_as),
            rank=rank,
            reason=SettlingReason(reason),
            keyring=service.keyring,
            clock=service.clock,
        )
    whose = "la personne connue" if settled_as == SettledAs.SAME else "une autre personne"
    show(f"Ligne {row.line} : c'est {whose}, motif : {reason}.")
    show_pairs({"chargement": row.load_id[:8]})
    next_step("spie-exchange held list")
