"""seal request, install, import, show."""

from pathlib import Path

import click

from exchange.cli.given_files import read_document
from exchange.cli.output import day, next_step, show, show_pairs
from exchange.cli.session import opened


@click.group("seal")
def seal_group() -> None:
    """Le cachet qui signe les paquets : un certificat RGS ou eIDAS du Département."""


@seal_group.command("request")
@click.option("--organisation", required=True, help="Nom légal du Département.")
@click.option("--common-name", required=True, help="Nom du cachet, par exemple « Cachet SPIE ».")
@click.option("--country", default="FR", show_default=True)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="La demande (CSR) à écrire."
)
def seal_request_command(organisation: str, common_name: str, country: str, out: Path) -> None:
    """Tirer la clé du cachet et écrire la demande de certificat.

    La clé reste dans le trousseau ; seule la demande sort.
    """
    with opened() as service:
        request = service.seals().request(organisation, common_name, country)
    out.write_bytes(request)
    show(f"Demande écrite : {out}")
    next_step(
        "faites-la signer par votre autorité, puis : spie-exchange seal install CERTIFICAT.pem"
    )


@seal_group.command("install")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def seal_install_command(file: Path) -> None:
    """Installer le certificat reçu (PEM : le cachet d'abord, puis sa chaîne)."""
    with opened() as service, service.alone() as claiming:
        certificate = claiming.seals().install(read_document(file))
    show("Cachet installé.")
    show_pairs({"sujet": certificate.subject, "valable jusqu'au": day(certificate.not_after)})
    next_step("spie-exchange agreement load CONVENTION.toml")


@seal_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def seal_import_command(file: Path) -> None:
    """Importer un cachet existant (PKCS#12) ; le mot de passe est demandé."""
    password = click.prompt("Mot de passe du fichier", hide_input=True, err=True)
    with opened() as service, service.alone() as claiming:
        certificate = claiming.seals().import_pkcs12(read_document(file), password)
    show("Cachet importé.")
    show_pairs({"sujet": certificate.subject, "valable jusqu'au": day(certificate.not_after)})
    next_step(f"effacez {file}, puis : spie-exchange agreement load CONVENTION.toml")


@seal_group.command("show")
def seal_show_command() -> None:
    """Voir le cachet ; son certificat est à remettre aux destinataires par un autre canal."""
    with opened() as service:
        certificate = service.seals().current().certificate
        path = service.home.seal_certificate
    show_pairs(
        {
            "sujet": certificate.subject,
            "empreinte SHA-256": certificate.fingerprint,
            "valable": f"du {day(certificate.not_before)} au {day(certificate.not_after)}",
            "certificat": path,
        }
    )
    next_step("lisez cette empreinte au destinataire, au téléphone")
