"""recipient list, recipient test: whose keys were seen to work, and seeing it."""

from typing import Any

import click

from exchange.cli.output import integer, next_step, show, show_json, show_pairs, show_table
from exchange.cli.preview_output import VIEW_LABELS, proof_label
from exchange.cli.session import (
    agreement_of,
    agreement_option,
    for_real_option,
    json_option,
    opened,
    working_on,
)
from exchange.transfers.answers import standing
from exchange.transfers.key_tests import key_test_preview, send_key_test
from exchange.transfers.preview import Preview
from exchange.transfers.proven import RecipientProof, recipient_proofs


@click.group("recipient")
def recipient_group() -> None:
    """Les destinataires : qui a prouvé que sa clé ouvre et que son certificat signe."""


@recipient_group.command("list")
@agreement_option
@json_option
def recipient_list_command(agreement_id: str | None, *, as_json: bool) -> None:
    """Lister les destinataires de la convention en vigueur, et s'ils sont éprouvés."""
    with opened() as service:
        agreement = agreement_of(service, agreement_id)
        with service.database.read() as work:
            proofs = recipient_proofs(work, agreement)
    if as_json:
        show_json([_proof_document(proof) for proof in proofs])
        return
    show_table(
        ("destinataire", "empreinte de la clé", "éprouvé depuis", "dernier essai"),
        [
            (
                proof.recipient.id,
                proof.recipient.fingerprint,
                proof_label(proof),
                standing(proof.last_test) if proof.last_test else "–",
            )
            for proof in proofs
        ],
    )
    untested = [proof.recipient.id for proof in proofs if proof.proven_since is None]
    next_step(f"spie-exchange recipient test {untested[0]}" if untested else "spie-exchange due")


@recipient_group.command("test")
@click.argument("recipient_id", metavar="DESTINATAIRE")
@agreement_option
@for_real_option
@json_option
def recipient_test_command(
    recipient_id: str, agreement_id: str | None, *, for_real: bool, as_json: bool
) -> None:
    """Envoyer dix personnes inventées, marquées ESSAI, pour éprouver une clé et un certificat.

    Un destinataire nouveau, ou dont la clé ou le certificat a changé, ne reçoit que cela.
    Son accusé signé, qui répète l'empreinte de ce qu'il a ouvert, permet les vraies
    données. Essai à blanc, sauf avec --for-real.
    """
    with working_on(agreement_id) as (service, agreement):
        if not for_real:
            with service.database.read() as work:
                entry = key_test_preview(work.transfers, agreement, recipient_id, service.clock)
            _show_preview(entry, as_json=as_json)
            return
        publisher = service.publisher()
        sent = send_key_test(service.database, publisher, agreement, recipient_id)
        path = publisher.path_of(sent)
    if as_json:
        show_json({"published": {sent.transfer_id: str(path)}, "kind": sent.kind})
        return
    show(f"publié : {path}")
    show(f"         {integer(sent.row_count or 0)} personnes inventées")
    next_step(
        "le destinataire l'ouvre, puis : spie-exchange acknowledge PAQUET --opened FICHIER.csv ; "
        "ici : spie-exchange receipt FICHIER.p7m"
    )


def _show_preview(entry: Preview, *, as_json: bool) -> None:
    obstacles = [obstacle.sentence for obstacle in entry.obstacles]
    if as_json:
        show_json(
            {"transfer": entry.transfer_id, "rows": entry.counts.total, "obstacles": obstacles}
        )
        return
    show("Essai à blanc : rien n'est envoyé.")
    show_pairs(
        {
            "transfert": entry.transfer_id,
            "destinataire": f"{entry.recipient.name} ({entry.recipient.id})",
            "empreinte de sa clé": entry.recipient.fingerprint,
            "vue": VIEW_LABELS[entry.recipient.view],
            "personnes inventées": entry.counts.total,
        }
    )
    for obstacle in entry.obstacles:
        show(f"  empêché : {obstacle.sentence} — {obstacle.hint}")
    next_step(
        "levez ce qui empêche, puis recommencez"
        if obstacles
        else "la même commande avec --for-real"
    )


def _proof_document(proof: RecipientProof) -> dict[str, Any]:
    return {
        "recipient": proof.recipient.id,
        "fingerprint": proof.recipient.fingerprint,
        "proven_since": proof.proven_since,
        "last_test": proof.last_test.transfer_id if proof.last_test else None,
    }
