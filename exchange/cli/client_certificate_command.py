"""account trust-certificate."""

from pathlib import Path
from typing import Any

import click

from exchange.cli.given_files import read_document
from exchange.cli.output import moment, next_step, note, show, show_pairs
from exchange.cli.session import opened
from exchange.cli.token_commands import given_rights, rights_option
from keys.tls import load_client_certificate
from schemas.agreement import ends_at


@click.command("trust-certificate")
@click.argument("account_id", metavar="COMPTE")
@click.argument(
    "file",
    metavar="CERTIFICAT.pem",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--expires-on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Le dernier jour où il est admis, dans les 400 jours. Sans elle : jusqu'à sa propre fin.",
)
@rights_option
def trust_certificate_command(
    account_id: str,
    file: Path,
    expires_on: Any,  # noqa: ANN401 - click's own type
    rights: tuple[str, ...],
) -> None:
    """Admettre le certificat client d'un compte : il dit qui il est, comme un jeton.

    Seule son empreinte est gardée. Le serveur mandataire le demande et le transmet
    (docs/http-service.md). Le même, admis de nouveau, l'est plus longtemps, ou pour
    d'autres droits.

    \b
      spie-exchange account trust-certificate dgefp-enquete client.pem --expires-on 2027-06-30
    """  # noqa: D301 - \b is click's mark for a block that keeps its lines
    with opened() as service:
        certificate = load_client_certificate(read_document(file), service.clock.now())
        until = ends_at(expires_on.date()) if expires_on else None
        trusted = service.accounts().trust_certificate(
            account_id, certificate, given_rights(rights), until
        )
    show(f"Certificat admis pour {account_id}, justificatif {trusted.credential_id}.")
    show_pairs(
        {
            "sujet": certificate.subject,
            "empreinte SHA-256": certificate.fingerprint,
            "admis jusqu'au": moment(trusted.expires_at),
        }
    )
    note("Faites-vous lire cette empreinte, au téléphone, par qui détient la clé.")
    next_step(f"spie-exchange token revoke {trusted.credential_id}, le jour où il ne sert plus")
