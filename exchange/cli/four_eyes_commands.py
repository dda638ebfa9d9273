"""transfer prepare, transfer approve: what two accounts do where the agreement asks for two."""

from typing import Any

import click

from exchange.cli.output import (
    counted,
    moment,
    next_step,
    note,
    show,
    show_json,
    show_pairs,
)
from exchange.cli.preview_output import preview_document, show_preview
from exchange.cli.session import agreement_option, for_real_option, json_option, working_on
from exchange.transfers.approval import Approval
from exchange.transfers.approving import Approvable
from exchange.transfers.exporting import record_preview
from exchange.transfers.lifecycle import TransferState
from exchange.transfers.preparing import Prepared
from exchange.transfers.preview import Preview
from exchange.transfers.transfer import Transfer
from exchange.wiring import Service
from schemas.agreement import Agreement


@click.command("prepare")
@click.option("--deadline", "deadline_id", metavar="ID", help="Une seule échéance.")
@agreement_option
@for_real_option
@json_option
def prepare_command(
    deadline_id: str | None, agreement_id: str | None, *, for_real: bool, as_json: bool
) -> None:
    """Préparer ce qui est dû, pour qu'un second compte l'approuve (four_eyes).

    Là où la convention le demande, rien ne part sans cela : un compte prépare, un autre
    approuve (transfer approve), puis l'ordonnanceur ou « export --for-real » envoie.
    L'ordonnanceur prépare de lui-même ce qui est dû ; cette commande n'attend pas qu'il passe.

    Ce qui change ensuite (convention, chargement, opposition, ligne retenue qui entre) fait
    tomber l'approbation : préparez de nouveau. Qui prépare ne peut pas approuver. Un renvoi se
    prépare par « transfer resend ». Essai à blanc, sauf avec --for-real.
    """
    with working_on(agreement_id) as (service, agreement):
        if not for_real:
            _preview_preparation(service, agreement, deadline_id, as_json=as_json)
            return
        done = service.preparer().prepare_due(agreement, deadline_id)
    if as_json:
        awaiting = [entry.transfer_id for entry in done.awaiting]
        show_json({"prepared": [t.transfer_id for t in done.prepared], "prepared_before": awaiting})
        return
    _show_prepared(done)


def _preview_preparation(
    service: Service, agreement: Agreement, deadline_id: str | None, *, as_json: bool
) -> None:
    seen = service.preparer().would_prepare(agreement, deadline_id)
    if as_json:
        show_json([preview_document(entry) for entry in seen])
        return
    show("Essai à blanc : rien n'est préparé.")
    for entry in seen:
        show_preview(entry)
    is_any = any(entry.is_preparable for entry in seen)
    next_step("la même commande avec --for-real" if is_any else "spie-exchange due")


def _show_prepared(done: Prepared) -> None:
    for transfer in done.prepared:
        show_asked(transfer)
    for entry in done.awaiting:
        show(f"préparé avant, rien n'est refait : {entry.transfer_id}")
    for entry in done.settled:
        show(f"déjà envoyé ou annulé : {entry.transfer_id}")
    for entry in done.held_back:
        note(f"pas préparé : {entry.transfer_id} : {entry.obstacles[0].sentence}")
    waiting = [*done.prepared, *_unapproved(done.awaiting)]
    if waiting:
        next_step(f"sous un autre compte : {approving(waiting[0].transfer_id)}")
    else:
        next_step("spie-exchange due")


def _unapproved(entries: tuple[Preview, ...]) -> list[Transfer]:
    found = (entry.existing for entry in entries)
    return [t for t in found if t is not None and t.state is TransferState.AWAITING_APPROVAL]


def show_asked(transfer: Transfer) -> None:
    """Say that a transfer was prepared and waits for a second account."""
    lines = counted(transfer.row_count or 0, "ligne")
    show(f"préparé, à approuver par un second compte : {transfer.transfer_id} ({lines})")


def approving(transfer_id: str) -> str:
    """Give the command that approves a transfer, in a dry run."""
    return f"spie-exchange transfer approve {transfer_id}"


@click.command("approve")
@click.argument("transfer_id")
@click.option("--basis", metavar="EMPREINTE", help="Ce que l'essai à blanc vous a montré.")
@agreement_option
@for_real_option
@json_option
def transfer_approve_command(
    transfer_id: str,
    basis: str | None,
    agreement_id: str | None,
    *,
    for_real: bool,
    as_json: bool,
) -> None:
    """Approuver un envoi qu'un autre compte a préparé (four_eyes).

    L'essai à blanc montre ce qui partirait : à qui, sous quelle clé, arrêté quand, combien de
    lignes, et qui l'a préparé. Pour de vrai, l'envoi part au prochain passage de
    l'ordonnanceur, ou par « export --for-real », tel qu'il a été montré, ou pas du tout.

    Qui l'a préparé ne peut pas l'approuver ; ni, quand l'ordonnanceur l'a préparé, qui a
    déclaré les données prêtes. Un compte est celui du système, ou celui d'un jeton de l'API :
    le service ne voit pas qu'une même personne en a deux. Pour refuser : transfer cancel.
    Essai à blanc, sauf avec --for-real.
    """
    with working_on(agreement_id) as (service, agreement):
        approver = service.approver()
        if for_real:
            given = approver.approve(agreement, transfer_id, basis)
        else:
            found = approver.look(agreement, transfer_id)
            with service.database.begin() as work:
                record_preview(work, agreement, (found.entry,))
    if not for_real:
        _show_approvable(found, as_json=as_json)
        return
    if as_json:
        show_json({"transfer": transfer_id, "state": TransferState.APPROVED, **_accounts(given)})
        return
    show(f"{transfer_id} : approuvé par {given.approved_by}, préparé par {given.prepared_by}.")
    next_step("l'ordonnanceur l'envoie ; s'il est arrêté : spie-exchange export --for-real")


def _show_approvable(found: Approvable, *, as_json: bool) -> None:
    approval = found.approval
    if as_json:
        show_json({**preview_document(found.entry), **_accounts(approval)})
        return
    show("Essai à blanc : rien n'est approuvé.")
    show_preview(found.entry)
    show_pairs(
        {
            "préparé par": approval.prepared_by,
            "préparé le": moment(approval.asked_at),
            "empreinte de ce qui est montré": approval.basis,
        }
    )
    command = approving(found.transfer.transfer_id)
    next_step(f"{command} --basis {approval.basis} --for-real")


def _accounts(approval: Approval) -> dict[str, Any]:
    return {
        "basis": approval.basis,
        "prepared_by": approval.prepared_by,
        "asked_at": approval.asked_at,
        "approved_by": approval.approved_by,
        "approved_at": approval.approved_at,
    }
