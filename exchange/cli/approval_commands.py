"""What whoever approves agreements uses, without a home: approver new, agreement approve."""

from datetime import UTC, datetime
from pathlib import Path

import click

from exchange.approvals import create_approver
from exchange.cli.agreement_commands import checked
from exchange.cli.given_files import read_document
from exchange.cli.output import next_step, note, show, show_pairs
from keys.durable_files import write_new
from keys.seal import Certificate, SealKey, load_certificate, sign_detached
from schemas.agreement import Agreement, read_agreement

_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
_WRITTEN = click.Path(path_type=Path)


@click.group("approver")
def approver_group() -> None:
    """Côté DPO : la clé avec laquelle on approuve les conventions."""


@approver_group.command("new")
@click.option("--out", type=_WRITTEN, required=True, help="Le dossier de la clé.")
@click.option("--name", required=True, help="Le nom de qui approuve, pour son certificat.")
@click.option("--trial", is_flag=True, help="Clé d'essai : certificat valable de 2020 à 2040.")
def approver_new_command(out: Path, name: str, *, trial: bool) -> None:
    """Tirer la clé de qui approuve, à garder là où l'opérateur n'a pas accès.

    Une clé RGS ou eIDAS que l'on a déjà convient aussi : ECDSA ou RSA, en PEM.
    """
    approver = create_approver(out, name, datetime.now(UTC), trial=trial)
    show(f"Clé écrite dans {out} ; approver-key.pem ne va à personne.")
    show_pairs(
        {
            "à inscrire dans la convention": approver.certificate_path,
            "à lire au téléphone": approver.certificate.fingerprint,
        }
    )
    next_step("écrivez ce certificat dans la convention : approver_certificate")


@click.command("approve")
@click.argument("file", type=_EXISTING)
@click.option("--key", type=_EXISTING, required=True, help="La clé de qui approuve (PEM).")
@click.option("--cert", type=_EXISTING, required=True, help="Son certificat (PEM).")
@click.option("--out", type=_WRITTEN, help="La signature à écrire ; FICHIER.p7s par défaut.")
def agreement_approve_command(file: Path, key: Path, cert: Path, out: Path | None) -> None:
    """Approuver un fichier de convention : le signer tel qu'il est, octet pour octet.

    Se fait chez le DPO, sans dossier de travail. Un fichier incomplet ne se signe pas.
    Lisez d'abord ce qui change : spie-exchange agreement diff FICHIER.toml.
    """
    data = read_document(file)
    agreement = checked(file, data, read_agreement)
    signer = SealKey.load(read_document(key), read_document(cert))
    is_named = _names(agreement, signer.certificate)
    written = out or file.with_name(f"{file.name}.p7s")
    write_new(written, sign_detached(data, signer, datetime.now(UTC)))
    show(f"Convention {agreement.id}, version {agreement.version}, approuvée : {written}")
    show_pairs({"empreinte du fichier": agreement.digest, "par": signer.certificate.subject})
    if not is_named:
        note(
            "attention : ce fichier nomme un autre certificat, ou personne, pour l'approuver : "
            "cette signature ne vaut que si la version en vigueur nomme celui-ci"
        )
    next_step(f"spie-exchange agreement load {file} --approval {written}")


def _names(agreement: Agreement, certificate: Certificate) -> bool:
    named = agreement.approver_certificate
    return named is not None and load_certificate(named.encode()) == certificate
