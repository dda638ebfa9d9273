"""objection add, list, lift."""

import click

from exchange.cli.objector_input import read_objector
from exchange.cli.output import moment, next_step, note, show, show_json, show_table
from exchange.cli.session import agreement_of, agreement_option, json_option, opened, working_on
from exchange.objections import LiftingReason, ObjectionReason


@click.group("objection")
def objection_group() -> None:
    """Les oppositions : qui ne veut pas que ses données partent."""


@objection_group.command("add")
@click.option("--case", "case_number", required=True, help="Le numéro de dossier, sans nom.")
@click.option(
    "--reason",
    type=click.Choice([reason.value for reason in ObjectionReason]),
    required=True,
    help="Le motif : RGPD, article 21 ou 18, ou refus de répondre à l'enquête.",
)
@agreement_option
def objection_add_command(case_number: str, reason: str, agreement_id: str | None) -> None:
    """Inscrire une personne qui s'oppose ; son identité est lue sur l'entrée standard.

    Jamais dans la ligne de commande : la machine la montrerait à ses autres comptes, et
    l'historique la garderait. À un terminal, les questions sont posées. Dans un tube, trois
    lignes (nom, prénom, date de naissance) ou un objet JSON, avec la clé locale si la
    convention en nomme une :

    \b
      {"nom": "…", "prenom": "…", "date_naissance": "12/03/1971"}
      {"nom": "…", "prenom": "…", "date_naissance": "…", "local_key": "…"}
      {"local_key": "…"}

    L'identité n'est pas gardée : seules le sont des empreintes à clé, qui disparaissent avec
    les données. L'opposition vaut pour toute personne de ce nom et de cette date de naissance,
    ou de cette clé, déjà connue ou non, homonymes compris : elle n'entre plus, ne change plus,
    ne part plus. Qui est connu sous cette clé et sous un nom est reconnu à l'un comme à
    l'autre. Mais par la clé seule, qui n'est pas encore connu sous elle et arrive sans elle
    n'est pas reconnu : donnez aussi le nom.

    \b
      spie-exchange objection add --case DPO-2023-17 --reason article-21
    """  # noqa: D301 - \b is click's mark for a block that keeps its lines
    with opened() as service:
        asks_key = agreement_of(service, agreement_id).local_key is not None
    # Before the claim: nobody waits for what an operator types.
    whose = read_objector(asks_key=asks_key)
    with working_on(agreement_id) as (service, agreement):
        added = service.objections(agreement).add(whose, case_number, ObjectionReason(reason))
    show(f"Opposition {added.objection_id} inscrite, dossier {added.case_number}.")
    note(
        "Elle vaut pour les chargements et les envois à venir ; ce qui est déjà parti se remplace "
        "par : spie-exchange transfer resend"
    )
    if whose.names is None:
        note(
            "Par la clé seule, qui n'est pas encore connu sous elle et arrive sans elle n'est pas "
            "reconnu : inscrivez aussi le nom, par la même commande."
        )
    next_step("spie-exchange objection list")


@objection_group.command("list")
@agreement_option
@json_option
def objection_list_command(agreement_id: str | None, *, as_json: bool) -> None:
    """Lister les oppositions : dossier, motif, dates ; jamais qui."""
    with opened() as service:
        listed = service.objections(agreement_of(service, agreement_id)).listed()
    if as_json:
        show_json([{name: getattr(one, name) for name in one.__slots__} for one in listed])
        return
    show_table(
        ("opposition", "dossier", "motif", "depuis", "levée"),
        [
            (
                one.objection_id,
                one.case_number,
                one.reason.value,
                moment(one.added_at),
                moment(one.lifted_at),
            )
            for one in listed
        ],
    )
    if any(one.lifted_at is None for one in listed):
        next_step("spie-exchange objection lift OPPOSITION --reason MOTIF, si elle prend fin")
    else:
        note("Aucune opposition n'est en cours.")
        next_step("spie-exchange objection add, si quelqu'un s'oppose")


@objection_group.command("lift")
@click.argument("objection_id")
@click.option(
    "--reason",
    type=click.Choice([reason.value for reason in LiftingReason]),
    required=True,
    help="Pourquoi elle prend fin, gardé dans le journal.",
)
@agreement_option
def objection_lift_command(objection_id: str, reason: str, agreement_id: str | None) -> None:
    """Mettre fin à une opposition ; la personne repart avec les envois suivants.

    Sauf si une autre vaut encore pour elle : par la clé locale et par le nom, inscrites en deux
    fois, ce sont deux oppositions, à lever l'une et l'autre.
    """
    with working_on(agreement_id) as (service, agreement):
        lifted = service.objections(agreement).lift(objection_id, LiftingReason(reason))
    show(f"Opposition {lifted.objection_id} levée, dossier {lifted.case_number}.")
    note(
        "S'il y en a une autre de la même personne, par sa clé ou par son nom, elle vaut toujours."
    )
    next_step("rechargez le fichier : ce qui a changé entre-temps n'était pas repris")
