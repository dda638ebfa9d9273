"""transfer rejected."""

from pathlib import Path

import click

from exchange.cli.output import counted, next_step, note, show
from exchange.cli.session import opened
from exchange.packages.csv_rows import csv_chunks
from exchange.transfers.rejected import COLUMNS, read_rejected
from keys.durable_files import write_new


@click.command("rejected")
@click.argument("transfer_id", metavar="TRANSFERT")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Le fichier CSV à écrire ; il ne doit pas exister.",
)
def rejected_command(transfer_id: str, out: Path) -> None:
    """Écrire de qui sont les lignes rejetées : de quoi les retrouver, et rien d'autre.

    Le numéro et les codes que le destinataire a donnés, le nom, le prénom, la date de
    naissance. Le fichier est en clair, lisible de vous seul ; cette lecture est au journal.

    \b
      spie-exchange transfer rejected spie-62_enquete-1_dgefp_r1 --out rejetees.csv
    """  # noqa: D301 - \b is click's mark for a block that keeps its lines
    with opened() as service:
        rows = read_rejected(service.database, transfer_id, service.keyring)
    write_new(out, b"".join(chunk for chunk, _ in csv_chunks(COLUMNS, rows)))
    show(f"{counted(len(rows), 'personne')} dans {out}")
    note("Ce fichier est en clair : effacez-le dès que les fiches sont corrigées.")
    next_step(
        "corrigez dans le système local, puis : spie-exchange import FICHIER --attest ; "
        f"transfer resend {transfer_id} --reason lignes-rejetees --instruction INSTRUCTION"
    )
