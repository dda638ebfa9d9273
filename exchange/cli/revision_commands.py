"""transfer resend, transfer cancel, transfer withdraw."""

import click

from exchange.cli.four_eyes_commands import approving, show_asked
from exchange.cli.output import (
    counted,
    integer,
    next_step,
    note,
    progress_bars,
    show,
    show_json,
    show_pairs,
)
from exchange.cli.preview_output import KIND_LABELS, preview_document, show_preview
from exchange.cli.session import agreement_option, for_real_option, json_option, working_on
from exchange.transfers.cancelling import cancel, would_cancel
from exchange.transfers.reasons import RevisionReason, WithdrawalReason
from exchange.transfers.resending import RevisionRequest, previewed_revision, resend
from exchange.transfers.transfer import Transfer
from exchange.transfers.withdrawing import dependents
from exchange.wiring import Service
from schemas.agreement import Agreement

_revision_reason_option = click.option(
    "--reason",
    type=click.Choice([reason.value for reason in RevisionReason]),
    required=True,
    help="Pourquoi ; le motif décide de ce qui part et reste dans le journal.",
)
_withdrawal_reason_option = click.option(
    "--reason",
    type=click.Choice([reason.value for reason in WithdrawalReason]),
    required=True,
    help="Pourquoi ; le motif reste dans le journal.",
)
_instruction_option = click.option(
    "--instruction",
    "instruction_id",
    metavar="ID",
    required=True,
    help="L'instruction écrite qui l'ordonne, inscrite dans la convention.",
)


@click.command("resend")
@click.argument("transfer_id")
@_revision_reason_option
@_instruction_option
@agreement_option
@for_real_option
@json_option
def resend_command(
    transfer_id: str,
    reason: str,
    instruction_id: str,
    agreement_id: str | None,
    *,
    for_real: bool,
    as_json: bool,
) -> None:
    """Envoyer de nouveau un transfert : la révision suivante, en entier ou en partie.

    \b
    Une correction ne porte que les lignes concernées :
      lignes-rejetees    celles que le destinataire a rejetées
      lignes-rectifiees  celles qui ont changé depuis l'envoi
    Un remplacement porte tout, et dit quel paquet il remplace :
      cle-perdue · paquet-illisible · envoi-errone · opposition · envoi-annule

    Essai à blanc, sauf avec --for-real. Une révision interrompue se finit par la même
    commande. Avec four_eyes, elle est d'abord préparée, et part une fois approuvée (transfer
    approve).
    """  # noqa: D301 - \b is click's mark for a block that keeps its lines
    request = RevisionRequest(transfer_id, RevisionReason(reason), instruction_id)
    with working_on(agreement_id) as (service, agreement):
        if not for_real:
            _preview_revision(service, agreement, request, as_json=as_json)
            return
        if prepared := service.preparer().prepare_revision(agreement, request):
            _show_prepared(prepared, as_json=as_json)
            return
        publisher = service.publisher()
        with progress_bars() as begin:
            sent = resend(
                service.database,
                publisher,
                agreement,
                request,
                started=lambda entry: begin(entry.transfer_id, entry.counts.total),
            )
        path = publisher.path_of(sent)
    if as_json:
        show_json({"published": {sent.transfer_id: str(path)}, "kind": sent.kind})
        return
    show(f"publié : {path}")
    show(f"         {counted(sent.row_count or 0, 'ligne')}, SHA-256 {sent.package_digest}")
    show(f"         {KIND_LABELS[sent.kind]} ; fait suite à {transfer_id}")
    next_step("remettez le paquet, attendez l'accusé : spie-exchange receipt FICHIER.p7m")


def _show_prepared(prepared: Transfer, *, as_json: bool) -> None:
    if as_json:
        show_json({"prepared": [prepared.transfer_id], "kind": prepared.kind})
        return
    show_asked(prepared)
    next_step(f"sous un autre compte : {approving(prepared.transfer_id)}")


def _preview_revision(
    service: Service, agreement: Agreement, request: RevisionRequest, *, as_json: bool
) -> None:
    entry = previewed_revision(service.database, agreement, request, service.clock)
    if as_json:
        show_json(preview_document(entry))
        return
    show("Essai à blanc : rien n'est envoyé.")
    show_preview(entry)
    next_step(
        "la même commande avec --for-real"
        if entry.is_sendable or entry.is_preparable
        else "levez ce qui empêche, puis recommencez"
    )


@click.command("cancel")
@click.argument("transfer_id")
@_withdrawal_reason_option
@agreement_option
@for_real_option
@json_option
def cancel_command(
    transfer_id: str,
    reason: str,
    agreement_id: str | None,
    *,
    for_real: bool,
    as_json: bool,
) -> None:
    """Annuler un transfert avant qu'il parte, même s'il n'est pas encore préparé.

    Rien ne l'enverra plus tout seul ; il faudra « transfer resend » pour qu'il parte.
    Essai à blanc, sauf avec --for-real.
    """
    with working_on(agreement_id) as (service, agreement):
        if for_real:
            cancelled = cancel(
                service.database,
                agreement,
                transfer_id,
                WithdrawalReason(reason),
                outbox=service.outbox,
                clock=service.clock,
            )
        else:
            cancelled = would_cancel(
                service.database,
                agreement,
                transfer_id,
                outbox=service.outbox,
                clock=service.clock,
            )
    _show_taken_back(cancelled, "annulé", for_real=for_real, as_json=as_json)
    if not as_json:
        next_step("spie-exchange transfer list" if for_real else "la même commande avec --for-real")


@click.command("withdraw")
@click.argument("transfer_id")
@_withdrawal_reason_option
@_instruction_option
@agreement_option
@for_real_option
@json_option
def withdraw_command(
    transfer_id: str,
    reason: str,
    instruction_id: str,
    agreement_id: str | None,
    *,
    for_real: bool,
    as_json: bool,
) -> None:
    """Retirer un paquet publié : un avis signé prend sa place dans le dossier d'envoi.

    Ce que le destinataire a déjà pris est hors d'atteinte : l'avis lui dit de le détruire,
    et vous l'appelez. Essai à blanc, sauf avec --for-real.
    """
    with working_on(agreement_id) as (service, agreement):
        withdrawer = service.withdrawer()
        if for_real:
            why, seal = WithdrawalReason(reason), service.seals().current()
            withdrawn = withdrawer.withdraw(agreement, transfer_id, why, instruction_id, seal)
        else:
            withdrawn = withdrawer.would_withdraw(agreement, transfer_id, instruction_id)
        with service.database.read() as work:
            followers = dependents(work.transfers, withdrawn)
        notice = service.outbox.notice(withdrawn)
    _show_taken_back(withdrawn, "retiré", for_real=for_real, as_json=as_json)
    if as_json:
        return
    for follower in followers:
        note(f"attention : {follower} lui fait suite et reste dans le dossier d'envoi")
    if not for_real:
        next_step("la même commande avec --for-real")
        return
    show(f"L'avis est là : {notice}")
    next_step(
        "appelez le destinataire, remettez-lui l'avis, attendez sa déclaration de destruction ; "
        "l'avis reste là jusqu'à ce que vous l'en retiriez, ensuite"
    )


def _show_taken_back(transfer: Transfer, done: str, *, for_real: bool, as_json: bool) -> None:
    if as_json:
        show_json({"transfer": transfer.transfer_id, "state": transfer.state, "done": for_real})
        return
    show(f"{transfer.transfer_id} : {done}." if for_real else "Essai à blanc : rien n'est fait.")
    if not for_real:
        show_pairs(
            {
                f"serait {done}": transfer.transfer_id,
                "destinataire": transfer.recipient_id,
                "lignes": integer(transfer.row_count or 0),
                "SHA-256 du paquet": transfer.package_digest or "–",
            }
        )
