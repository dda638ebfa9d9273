"""serve."""

from pathlib import Path

import click

from exchange.cli.given_files import read_document
from exchange.cli.output import note
from exchange.clock import WallClock
from exchange.home_opening import open_service
from exchange.settings import process_settings
from exchange.web.process.counting_folder import counting_folder
from keys.tls import require_server_pair

_ADDRESS = "127.0.0.1:8062"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("serve")
@click.option(
    "--bind",
    "address",
    default=_ADDRESS,
    show_default=True,
    metavar="HÔTE:PORT",
    help="Où écouter ; unix:/run/spie.sock pour une prise locale.",
)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--threads", type=click.IntRange(1, 64), default=8, show_default=True)
@click.option(
    "--requests-per-minute",
    "requests_a_minute",
    type=click.IntRange(0),
    default=3000,
    show_default=True,
    metavar="NOMBRE",
    help="Ce qu'un même justificatif peut demander en une minute ; 0 : sans limite.",
)
@click.option(
    "--denials-per-minute",
    "denials_a_minute",
    type=click.IntRange(0),
    default=60,
    show_default=True,
    metavar="NOMBRE",
    help="Combien de refus un même appelant laisse au journal en une minute ; 0 : sans limite.",
)
@click.option("--certificate", type=_FILE, help="Le certificat TLS du serveur (PEM).")
@click.option("--key", type=_FILE, help="Sa clé (PEM).")
@click.option(
    "--behind-proxy",
    is_flag=True,
    help="Déclarer qu'un serveur mandataire finit le TLS avant le service.",
)
@click.option(
    "--socket-group",
    default="",
    metavar="GROUPE",
    help="Le groupe du serveur mandataire, qui peut ouvrir la prise locale.",
)
@click.option(
    "--client-certificates",
    is_flag=True,
    help="Croire le certificat client que le mandataire transmet par la prise locale.",
)
def serve_command(
    address: str,
    workers: int,
    threads: int,
    requests_a_minute: int,
    denials_a_minute: int,
    certificate: Path | None,
    key: Path | None,
    *,
    behind_proxy: bool,
    socket_group: str,
    client_certificates: bool,
) -> None:
    """Répondre par HTTP aux machines et aux programmes qui ont un compte.

    Sans option, le service n'écoute que cette machine. Sur une autre adresse, il demande un
    certificat, ou la déclaration qu'un serveur mandataire protège le chemin. La documentation
    de l'API est servie avec elle : /api/v1/documentation. Le serveur mandataire, la prise
    locale et les certificats clients : docs/http-service.md.

    \b
      spie-exchange account create sil-rsa --role local-system
      spie-exchange serve
      spie-exchange serve --bind unix:/run/spie-exchange/http.sock --socket-group www-data
    """  # noqa: D301 - \b is click's mark for a block that keeps its lines
    settings = process_settings()
    with counting_folder() as counts:
        # Whoever types another command does not wait for the server's libraries.
        from exchange.web.process.capacity import Capacity  # noqa: PLC0415
        from exchange.web.serving.server import Listening, serve  # noqa: PLC0415

        listening = Listening(
            address,
            workers,
            Capacity(threads, requests_a_minute, denials_a_minute),
            certificate,
            key,
            behind_proxy,
            socket_group,
            client_certificates,
        )
        listening.require_safe()
        if certificate is not None and key is not None:
            # Who calls judges it by the clock on the wall, whatever a trial's says.
            now = WallClock().now()
            require_server_pair(read_document(certificate), read_document(key), now)
        with open_service(settings, inspecting=False):
            note(f"Le service répond sur {address} ; Ctrl-C pour l'arrêter.")
        serve(settings, listening, counts)
