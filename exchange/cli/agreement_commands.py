"""agreement sample, check, load, show, calendar."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from exchange.agreements import (
    approval_of,
    check_file,
    load,
    record_refused,
    record_unapproved,
)
from exchange.approvals import UnapprovedError
from exchange.cli.given_files import read_document
from exchange.cli.output import (
    day,
    moment,
    next_step,
    note,
    show,
    show_json,
    show_pairs,
    show_table,
)
from exchange.cli.preview_output import proof_label
from exchange.cli.session import agreement_of, agreement_option, json_option, opened
from exchange.errors import RefusedError
from exchange.transfers.proven import recipient_proofs
from exchange.wiring import Service
from schemas.agreement import (
    Agreement,
    AgreementError,
    agreement_calendar,
    read_agreement,
    sample_text,
    warnings_of,
)

_T = TypeVar("_T")


@click.group("agreement")
def agreement_group() -> None:
    """La convention : qui, quoi, quand, sous quelle instruction, combien de temps."""


@agreement_group.command("sample")
def agreement_sample_command() -> None:
    """Écrire le modèle (Pas-de-Calais) sur la sortie : à remplir, puis à vérifier."""
    show(sample_text())
    next_step("spie-exchange agreement check CONVENTION.toml")


@agreement_group.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def agreement_check_command(file: Path) -> None:
    """Vérifier un fichier de convention ; dire tout ce qui manque ou se contredit."""
    with opened() as service, service.database.read() as work:
        agreement = checked(
            file, read_document(file), lambda data: check_file(data, work.agreements)
        )
    show(f"La convention {agreement.id}, version {agreement.version}, est complète.")
    _warn(agreement)
    next_step(f"spie-exchange agreement diff {file} ; agreement approve ; agreement load")


@agreement_group.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--approval",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="La signature de qui l'approuve (.p7s) ; exigée si la convention nomme quelqu'un.",
)
def agreement_load_command(file: Path, approval: Path | None) -> None:
    """Mettre une convention en vigueur ; son empreinte ira dans chaque paquet.

    Qui l'approuve est nommé par approver_certificate, dans la version en vigueur s'il y en
    a une, dans le fichier sinon.
    """
    signature = read_document(approval) if approval else None
    with opened() as service:
        agreement, is_new = checked(
            file, read_document(file), lambda data: _load(service, data, signature)
        )
    if is_new:
        show(f"Convention {agreement.id}, version {agreement.version}, en vigueur.")
    else:
        show(f"La convention {agreement.id}, version {agreement.version}, l'était déjà.")
        if approval:
            show(f"La signature de {approval} est bien celle de qui l'a approuvée.")
    show_pairs({"empreinte du fichier": agreement.digest})
    _warn(agreement)
    next_step("spie-exchange recipient list, puis spie-exchange import FICHIER.csv --dry-run")


@agreement_group.command("show")
@agreement_option
@json_option
def agreement_show_command(agreement_id: str | None, *, as_json: bool) -> None:
    """Voir la convention en vigueur."""
    with opened() as service:
        agreement = agreement_of(service, agreement_id)
        with service.database.read() as work:
            approval = approval_of(work.agreements, agreement.id)
            proofs = recipient_proofs(work, agreement)
    if as_json:
        show_json(
            {
                "id": agreement.id,
                "version": agreement.version,
                "digest": agreement.digest,
                "approver": approval.certificate.fingerprint if approval else None,
            }
        )
        return
    show(f"{agreement.title} ({agreement.id}, version {agreement.version})")
    show_pairs(
        {
            "empreinte du fichier": agreement.digest,
            "actions": f"du {day(agreement.actions.start)} au {day(agreement.actions.end)}",
            "fin du traitement": day(agreement.processing_ends),
            "seuil de refus": f"{agreement.refusal_threshold_percent} %",
            "approuvée": f"par {approval.certificate.subject}, le {moment(approval.signing_time)}"
            if approval
            else "par personne : elle n'en nomme pas",
        }
    )
    show_table(
        ("destinataire", "nom", "vue", "référence", "empreinte de la clé", "éprouvé depuis"),
        [
            (
                *(proof.recipient.id, proof.recipient.name, proof.recipient.view),
                proof.recipient.reference_instruction or "non",
                *(proof.recipient.fingerprint, proof_label(proof)),
            )
            for proof in proofs
        ],
    )
    next_step("spie-exchange agreement calendar")


@agreement_group.command("calendar")
@agreement_option
@json_option
def agreement_calendar_command(agreement_id: str | None, *, as_json: bool) -> None:
    """Voir toutes les dates de la convention, dans l'ordre."""
    with opened() as service:
        agreement = agreement_of(service, agreement_id)
    entries = agreement_calendar(agreement)
    if as_json:
        show_json([{"day": entry.day, "what": entry.label} for entry in entries])
        return
    show_table(("date", "quoi"), [(day(entry.day), entry.label) for entry in entries])
    next_step("spie-exchange due")


def _load(service: Service, data: bytes, approval: bytes | None) -> tuple[Agreement, bool]:
    try:
        # What is under way under the version in force ends under it.
        with (
            service.exclusively(read_agreement(data).id) as claiming,
            claiming.database.begin() as work,
        ):
            return load(work, data, approval, claiming.keyring, claiming.clock.now())
    except AgreementError as error:
        with service.database.begin() as work:
            record_refused(work, error)
        raise
    except UnapprovedError as error:
        with service.database.begin() as work:
            record_unapproved(work, data, error)
        raise


def checked(file: Path, data: bytes, act: Callable[[bytes], _T]) -> _T:
    """Act on a file's bytes; every problem it has is shown, one a line."""
    try:
        return act(data)
    except AgreementError as error:
        for problem in error.problems:
            show(f"  {problem.path or file.name} : {problem.sentence}")
        raise RefusedError(
            f"{file.name} : points à corriger : {len(error.problems)} ; rien n'a été fait",
            "corrigez le fichier, puis recommencez ; docs/agreement-file.md explique chaque clé",
        ) from None


def _warn(agreement: Agreement) -> None:
    for warning in warnings_of(agreement):
        note(f"attention : {warning.path} : {warning.sentence}")
