"""What a recipient who has our tool uses: identity new, open, acknowledge, reject."""

from pathlib import Path

import click

from exchange.cli.output import integer, next_step, note, show, show_pairs
from exchange.packages.opening import open_package
from exchange.receipts.answers import acknowledge, reject
from exchange.receipts.identities import create_identity
from keys.age import parse_identities
from keys.seal import load_certificate
from schemas.agreement import recipient_fingerprint

_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
_sender_option = click.option(
    "--sender-cert",
    type=_EXISTING,
    required=True,
    help="Le certificat du cachet du Département, reçu par un autre canal.",
)


@click.group("identity")
def identity_group() -> None:
    """Côté destinataire : les clés avec lesquelles on ouvre et on répond."""


@identity_group.command("new")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Le dossier des clés.")
@click.option("--name", required=True, help="Le nom du destinataire, pour son certificat.")
@click.option("--classical", is_flag=True, help="Clé age1, pour un outil age antérieur à 1.3.")
def identity_new_command(out: Path, name: str, *, classical: bool) -> None:
    """Tirer une clé d'ouverture (age) et une clé de réponse (certificat)."""
    identity = create_identity(out, name, classical=classical)
    show(f"Clés écrites dans {out} ; ne les envoyez à personne.")
    show_pairs(
        {
            "à donner : clé publique": identity.recipient,
            "à donner : certificat": identity.certificate_path,
            "à lire au téléphone : empreinte": recipient_fingerprint(identity.recipient),
        }
    )
    next_step("donnez-les au Département, qui les inscrit dans la convention")
