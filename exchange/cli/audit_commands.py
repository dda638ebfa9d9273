"""audit list, verify, checkpoint, prove, verify-proof."""

from collections import deque
from pathlib import Path

import click

from exchange.audit.checkpoints import Checkpoint
from exchange.audit.events import EventKind, Outcome, read_event
from exchange.audit.proofs import prove, verify_proof
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
@json_option
def audit_list_command(first: int | None, kind: str | None, *, as_json: bool) -> None:
    """Lister les événements : les 50 derniers, ou tous avec --from ou --kind."""
    with opened(inspecting=True) as service:
        with service.database.read() as work:
            size = work.evidence_rows.head().frontier.size
            start = first or 0
            if first is None and kind is None:
                start = max(0, size - _LISTED_BY_DEFAULT)
            chosen = (
                (stored.index, read_event(stored.data))
                for stored in work.evidence_rows.scan(start)
                if kind in {None, stored.columns.kind}
            )
            events = list(deque(chosen, _LISTED_BY_DEFAULT if first is None else None))
        with service.database.begin() as work:
            work.evidence.record(EventKind.LOG_LISTED, Outcome.DONE, first=start, last=size - 1)
    if as_json:
        show_json(
            [
                {
                    "leaf": index,
                    "kind": event.columns.kind,
                    "at": event.columns.at,
                    "trial_at": event.trial_at,
                    "actor": event.columns.actor,
                    "outcome": event.columns.outcome,
                    "subject": event.columns.subject,
                    "why": event.why,
                    "details": event.details,
                }
                for index, event in events
            ]
        )
        return
    show_table(
        ("feuille", "quand (UTC)", "qui", "quoi", "résultat", "sur quoi", "pourquoi"),
        [
            (
                index,
                event.trial_at or event.columns.at,
                event.columns.actor,
                event.columns.kind,
                event.columns.outcome,
                event.columns.subject,
                event.why,
            )
            for index, event in events
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
        checkpoint = service.sign_checkpoint()
        key = service.log_keys().current.verifier_key
        with service.database.begin() as work:
            signed = Checkpoint.of_note(checkpoint)
            root = signed.root.hex()
            work.evidence.record(
                EventKind.CHECKPOINT_SIGNED, Outcome.DONE, size=signed.size, root=root
            )
    show(checkpoint.rstrip("\n"))
    next_step(f"confiez-le au délégué, avec la clé du journal : {key}")


@audit_group.command("prove")
@click.argument("leaf", type=_LEAF)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="La preuve à écrire.")
def audit_prove_command(leaf: int, out: Path) -> None:
    """Prouver qu'un événement est dans le journal : un fichier qui se vérifie hors ligne."""
    with opened(inspecting=True) as service:
        checkpoint = service.sign_checkpoint()
        with service.database.read() as work:
            proof = prove(work.evidence_rows, leaf, checkpoint)
            event = work.evidence_rows.event(leaf)
        with service.database.begin() as work:
            signed = Checkpoint.of_note(checkpoint)
            work.evidence.record(EventKind.LOG_PROVED, Outcome.DONE, leaf=leaf, size=signed.size)
        key = service.log_keys().current.verifier_key
    out.write_text(proof, "utf-8")
    event_path = out.with_suffix(".event.json")
    event_path.write_bytes(event)
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
