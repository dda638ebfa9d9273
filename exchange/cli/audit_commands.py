"""audit list, verify, checkpoint, prove, verify-proof."""

from pathlib import Path

import click

from exchange.audit.events import EventKind, read_event
from exchange.audit.proofs import verify_proof
from exchange.auditing import Choice
from exchange.cli.given_files import opened_file, read_document
from exchange.cli.output import (
    integer,
    next_step,
    note,
    progress_bars,
    show,
    show_json,
    show_pairs,
    show_table,
)
from exchange.cli.session import json_option, opened
from exchange.diagnosis.log_check import trusted_checkpoints, verify_log
from exchange.packages.opening import inspect
from exchange.wiring import Service
from keys.notes import NoteVerifier, decode_note
from keys.seal import load_certificate

_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
_LISTED_BY_DEFAULT = 50
_LEAF = click.IntRange(min=0, max=(1 << 53) - 1)


@click.group("audit")
def audit_group() -> None:
    """Le journal des preuves : le lire, le vérifier, prouver qu'un événement y est."""


@audit_group.command("list")
@click.option("--from", "first", type=_LEAF, help="La première feuille.")
@click.option(
    "--kind",
    type=click.Choice([str(kind) for kind in EventKind]),
    metavar="GENRE",
    help="Un seul genre, par exemple transfer.published.",
)
@click.option("--account", metavar="COMPTE", default="", help="Un seul compte de l'API.")
@json_option
def audit_list_command(first: int | None, kind: str | None, account: str, *, as_json: bool) -> None:
    """Lister les événements : les 50 derniers, ou tous ceux depuis --from."""
    choice = Choice(kind or "", account)
    with opened(inspecting=True) as service:
        auditor = service.auditor()
        if first is None:
            listing = auditor.last_events(choice, _LISTED_BY_DEFAULT)
        else:
            listing = auditor.events(choice, first)
    if as_json:
        show_json([listed.document() for listed in listing.events])
        return
    show_table(
        ("feuille", "quand (UTC)", "qui", "quoi", "résultat", "sur quoi", "pourquoi"),
        [
            (
                listed.leaf,
                listed.event.trial_at or listed.event.columns.at,
                listed.event.columns.actor,
                listed.event.columns.kind,
                listed.event.columns.outcome,
                listed.event.columns.subject,
                listed.event.why,
            )
            for listed in listing.events
        ],
    )
    next_step("spie-exchange audit verify")


@audit_group.command("verify")
@click.option(
    "--package", type=_EXISTING, help="Un paquet envoyé : son point de contrôle fait foi."
)
@click.option("--checkpoint", type=_EXISTING, help="Un point de contrôle gardé ailleurs.")
@json_option
def audit_verify_command(package: Path | None, checkpoint: Path | None, *, as_json: bool) -> None:
    """Tout recalculer, et comparer aux points de contrôle signés.

    Ceux du fichier hors du dossier, et celui d'un paquet déjà envoyé, que le destinataire
    détient : qui récrit le journal ne peut pas récrire ceux-là.
    """
    with opened(inspecting=True) as service:
        trusted = trusted_checkpoints(service, _brought(service, package, checkpoint))
        with progress_bars() as begin:
            report = verify_log(service, trusted, begin)
    if as_json:
        show_json({"events": report.size, "checkpoints": len(trusted), "intact": True})
        return
    show(
        f"Le journal est intact : {integer(report.size)} événements recalculés, "
        f"{integer(len(trusted))} points de contrôle confirmés."
    )
    if report.size > report.vouched:
        note(
            f"Les {integer(report.size - report.vouched)} derniers ne sont encore vus par aucun "
            "point de contrôle."
        )
    next_step("spie-exchange audit list")


@audit_group.command("checkpoint")
def audit_checkpoint_command() -> None:
    """Signer la tête du journal et l'afficher, pour la confier à un tiers."""
    with opened(inspecting=True) as service:
        signed = service.auditor().sign_head()
    show(signed.note.rstrip("\n"))
    next_step(f"confiez-le au délégué, avec la clé du journal : {signed.log_key}")


@audit_group.command("prove")
@click.argument("leaf", type=_LEAF)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="La preuve à écrire.")
def audit_prove_command(leaf: int, out: Path) -> None:
    """Prouver qu'un événement est dans le journal : un fichier qui se vérifie hors ligne."""
    with opened(inspecting=True) as service:
        proven = service.auditor().prove(leaf)
    key = proven.log_key
    out.write_text(proven.proof, "utf-8")
    event_path = out.with_suffix(".event.json")
    event_path.write_bytes(proven.event)
    show(f"Preuve : {out}\nÉvénement : {event_path}\nClé du journal : {key}")
    next_step(f"spie-exchange audit verify-proof {out} --event {event_path} --log-key '{key}'")


@audit_group.command("verify-proof")
@click.argument("proof", type=_EXISTING)
@click.option("--event", type=_EXISTING, required=True, help="L'événement, tel qu'il a été remis.")
@click.option("--log-key", required=True, help="La clé du journal, reçue par un autre canal.")
def audit_verify_proof_command(proof: Path, event: Path, log_key: str) -> None:
    """Vérifier une preuve, hors ligne : aucun dossier n'est nécessaire."""
    verifier = NoteVerifier.parse(log_key)
    data = read_document(event)
    checkpoint = verify_proof(decode_note(read_document(proof)), data, verifier, verifier.name)
    shown = read_event(data).columns
    show("L'événement est bien dans le journal.")
    show_pairs(
        {
            "quoi": shown.kind,
            "quand (UTC)": shown.at,
            "qui": shown.actor,
            "journal": f"{checkpoint.origin}, {integer(checkpoint.size)} événements",
        }
    )
    next_step("gardez ensemble la preuve, l'événement et la clé")


def _brought(service: Service, package: Path | None, checkpoint: Path | None) -> list[str]:
    notes = []
    if package is not None:
        certificate = load_certificate(read_document(service.home.seal_certificate))
        with opened_file(package) as file:
            notes.append(inspect(file, certificate).manifest.checkpoint)
    if checkpoint is not None:
        notes.append(decode_note(read_document(checkpoint)))
    return notes
