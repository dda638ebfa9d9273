"""export, transfer list, transfer show."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

import click

from exchange.agreements import in_force
from exchange.cli.output import (
    counted,
    integer,
    moment,
    next_step,
    note,
    progress_bars,
    show,
    show_json,
    show_pairs,
    show_table,
)
from exchange.cli.preview_output import KIND_LABELS, preview_document, show_preview
from exchange.cli.session import (
    agreement_of,
    agreement_option,
    for_real_option,
    json_option,
    opened,
    working_on,
)
from exchange.errors import RefusedError
from exchange.transfers.answers import ANSWER_LABELS, standing
from exchange.transfers.approval import Approval
from exchange.transfers.exporting import previewed
from exchange.transfers.owed import late_transfers
from exchange.transfers.preview import Preview
from exchange.transfers.sending import Sent, send
from exchange.transfers.transfer import KeptAnswer, Transfer

_SHOWN_REJECTIONS: Final = 12


@click.command("export")
@click.option("--deadline", "deadline_id", metavar="ID", help="Une seule échéance.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Essai à blanc à cette date.")
@agreement_option
@for_real_option
@json_option
def export_command(
    deadline_id: str | None,
    as_of: Any,  # noqa: ANN401 - click's own type
    agreement_id: str | None,
    *,
    for_real: bool,
    as_json: bool,
) -> None:
    """Envoyer aux destinataires ce qui est dû : essai à blanc, sauf avec --for-real.

    L'essai à blanc montre à qui, sous quelle instruction, à quelle date d'arrêté et
    combien de lignes partiraient. Pour de vrai, chaque destinataire reçoit un paquet
    signé et chiffré dans outbox/, une seule fois par échéance.
    """
    if for_real and as_of:
        raise RefusedError(
            "--as-of n'existe que pour l'essai à blanc",
            "un envoi réel se fait à la date du jour : retirez --as-of ou --for-real",
        )
    if for_real:
        _export_for_real(agreement_id, deadline_id, as_json=as_json)
        return
    with opened() as service:
        agreement = agreement_of(service, agreement_id)
        clock = service.clock_as_of(as_of.date() if as_of else None)
        seen = previewed(service.database, agreement, deadline_id, clock)
    _show_previews(seen, as_json=as_json)


def _show_previews(seen: tuple[Preview, ...], *, as_json: bool) -> None:
    if as_json:
        show_json([preview_document(entry) for entry in seen])
        return
    show("Essai à blanc : rien n'est envoyé.")
    for entry in seen:
        show_preview(entry)
    if any(entry.is_sendable for entry in seen):
        next_step("la même commande avec --for-real")
    elif hints := [o.hint for entry in seen for o in entry.obstacles if o.lacking]:
        next_step(hints[0])
    elif any(entry.is_sent and entry.counts.changed for entry in seen):
        next_step(
            "pour qui a changé depuis : spie-exchange transfer resend TRANSFERT "
            "--reason lignes-rectifiees --instruction INSTRUCTION"
        )
    else:
        next_step("spie-exchange due")


def _export_for_real(agreement_id: str | None, deadline_id: str | None, *, as_json: bool) -> None:
    with working_on(agreement_id) as (service, agreement), progress_bars() as begin:
        publisher = service.publisher()
        done = send(
            service.database,
            publisher,
            agreement,
            deadline_id,
            started=lambda entry: begin(entry.transfer_id, entry.counts.total),
        )
        for transfer, refusal in done.revisions.held_back:
            note(f"pas envoyé : {transfer.transfer_id} : {refusal.message}")
    paths = {t.transfer_id: str(publisher.path_of(t)) for t in done.published}
    if as_json:
        show_json(
            {"published": paths, "sent_before": [p.transfer_id for p in done.exported.settled]}
        )
        return
    _show_sent(done, paths)


def _show_sent(done: Sent, paths: dict[str, str]) -> None:
    for transfer in done.published:
        show(f"publié : {paths[transfer.transfer_id]}")
        lines = counted(transfer.row_count or 0, "ligne")
        show(f"         {lines}, SHA-256 {transfer.package_digest}")
    for entry in done.exported.settled:
        before = "déjà envoyé" if entry.is_sent else "annulé"
        show(f"{before}, rien n'est refait : {entry.transfer_id}")
    for entry in done.exported.held_back:
        note(f"pas envoyé : {entry.transfer_id} : {entry.obstacles[0].sentence}")
    firsts = [entry.obstacles[0] for entry in done.exported.held_back]
    hints = [obstacle.hint for obstacle in firsts if obstacle.lacking]
    if done.published:
        next_step("remettez les paquets, attendez les accusés : spie-exchange receipt FICHIER.p7m")
    else:
        next_step(hints[0] if hints else "spie-exchange transfer list")


@click.group("transfer")
def transfer_group() -> None:
    """Les transferts et leur vie."""


@transfer_group.command("list")
@agreement_option
@json_option
def transfer_list_command(agreement_id: str | None, *, as_json: bool) -> None:
    """Lister les transferts."""
    with opened() as service:
        agreement = agreement_of(service, agreement_id)
        with service.database.read() as work:
            transfers = work.transfers.all(agreement.id)
            late = late_transfers(work, agreement, transfers, service.clock.now())
    if as_json:
        show_json([_document(t, is_late=t.transfer_id in late) for t in transfers])
        return
    show_table(
        ("transfert", "nature", "état", "publié le", "lignes"),
        [
            (
                t.transfer_id,
                KIND_LABELS[t.kind],
                standing(t, is_late=t.transfer_id in late),
                moment(t.published_at),
                t.row_count or 0,
            )
            for t in transfers
        ],
    )
    next_step("spie-exchange transfer show IDENTIFIANT")


def _document(transfer: Transfer, *, is_late: bool) -> dict[str, Any]:
    """Say a transfer in JSON."""
    return {**{name: getattr(transfer, name) for name in transfer.__slots__}, "late": is_late}


@transfer_group.command("show")
@click.argument("transfer_id")
@json_option
def transfer_show_command(transfer_id: str, *, as_json: bool) -> None:
    """Tout savoir d'un transfert, sauf les données."""
    with opened() as service, service.database.read() as work:
        transfer = work.transfers.get(transfer_id)
        rejections = work.transfers.rejections(transfer_id)
        answers = work.transfers.answers(transfer_id)
        approval = work.approvals.get(transfer_id)
        if transfer is None:
            raise RefusedError(
                "ce transfert n'existe pas", "voyez-les : spie-exchange transfer list"
            )
        agreement = in_force(work.agreements, transfer.agreement_id)
        late = bool(late_transfers(work, agreement, [transfer], service.clock.now()))
    if as_json:
        kept = [asdict(answer) for answer in answers]
        lines = [{"line": line, "code": code} for line, code in rejections]
        counts = {"rejected_lines": len({line for line, _ in rejections}), "rejections": lines}
        approved = {"approval": asdict(approval) if approval else None}
        show_json({**_document(transfer, is_late=late), **counts, "answers": kept, **approved})
        return
    show(transfer.transfer_id)
    show_pairs(
        {
            "état": standing(transfer, is_late=late),
            "nature": KIND_LABELS[transfer.kind],
            "fait suite à": f"{transfer.follows} ({transfer.reason})" if transfer.follows else "–",
            "convention": f"{transfer.agreement_id}, version {transfer.agreement_version}",
            "instruction": transfer.instruction_id,
            "données déclarées prêtes": "non" if transfer.undeclared else "oui",
            "préparé le": moment(transfer.prepared_at),
            **_accounts(approval),
            "publié le": moment(transfer.published_at),
            "réponses": ", ".join(map(_answer_text, answers)) or "–",
            "lignes": integer(transfer.row_count or 0),
            "lignes rejetées": _rejections_text(rejections),
            "SHA-256 du paquet": transfer.package_digest or "–",
            "retiré par le Département le": moment(transfer.withdrawn_at),
            "n'est plus au dossier d'envoi depuis le": moment(transfer.package_removed_at),
        }
    )
    next_step("spie-exchange receipt FICHIER.p7m, quand le destinataire répond")


def _accounts(approval: Approval | None) -> dict[str, str]:
    """Say which accounts prepared and approved it, where two are needed."""
    if approval is None:
        return {}
    by = approval.approved_by
    given = f"{by}, le {moment(approval.approved_at)}" if by else "personne encore"
    return {"préparé par": approval.prepared_by, "approuvé par": given}


def _rejections_text(rejections: Sequence[tuple[int, str]]) -> str:
    if not rejections:
        return "0"
    named = [f"{line} ({code})" for line, code in rejections[:_SHOWN_REJECTIONS]]
    more = " ; toutes avec --json" if len(rejections) > _SHOWN_REJECTIONS else ""
    count = integer(len({line for line, _ in rejections}))
    return f"{count} : {', '.join(named)}{more}"


def _answer_text(answer: KeptAnswer) -> str:
    signature = "signé" if answer.signed else "NON SIGNÉ"
    return f"{ANSWER_LABELS[answer.kind]} le {moment(answer.received_at)} ({signature})"
