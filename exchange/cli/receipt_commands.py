"""receipt: what a recipient answers."""

from pathlib import Path

import click

from exchange.cli.output import integer, moment, next_step, show, show_pairs
from exchange.cli.session import opened
from exchange.transfers.acceptance import accept_receipt
from exchange.transfers.lifecycle import STATE_LABELS


@click.command("receipt")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def receipt_command(file: Path) -> None:
    """Enregistrer la réponse signée d'un destinataire.

    Un accusé de réception, un rejet de lignes ou une déclaration de destruction. La
    signature, le transfert et l'empreinte du paquet sont vérifiés ; une réponse d'un
    autre, altérée ou déjà vue est refusée et ne change rien.
    """
    with opened() as service:
        accepted = accept_receipt(
            service.database, file.read_bytes(), service.keyring, service.clock
        )
    transfer = accepted.transfer
    show(f"Réponse acceptée : {accepted.label}")
    show_pairs(
        {
            "transfert": transfer.transfer_id,
            "état": STATE_LABELS[transfer.state],
            "lignes rejetées": integer(accepted.rejected_lines),
            "reçue le": moment(service.clock.now()),
        }
    )
    next_step(f"spie-exchange transfer show {transfer.transfer_id}")
