"""What a recipient who has our tool uses: identity new, open, acknowledge, reject, destroyed."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from exchange.cli.given_files import opened_file, read_document
from exchange.cli.output import day, integer, next_step, note, show, show_pairs
from exchange.errors import RefusedError
from exchange.instants import local_day
from exchange.packages.naming import NOTICE_SUFFIX
from exchange.packages.opening import Inspected, Opened, inspect, open_package
from exchange.packages.register import REGISTER_NAME, Register, place_among_others
from exchange.packages.withdrawal import open_notice
from exchange.receipts.documents import make_receipt, sign_receipt
from exchange.receipts.identities import create_identity
from keys.age import parse_identities
from keys.durable_files import write_new
from keys.pseudonyms import is_reference
from keys.seal import Certificate, SealKey, load_certificate
from keys.system_errors import system_sentence
from schemas.agreement import recipient_fingerprint
from schemas.annex_e import RuleCode
from schemas.manifest import TransferKind
from schemas.receipt import ReceiptKind, Rejection

_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
_WRITTEN = click.Path(path_type=Path)

_sender_option = click.option(
    "--sender-cert",
    type=_EXISTING,
    required=True,
    help="Le certificat du cachet du Département, reçu par un autre canal.",
)
_key_option = click.option("--key", type=_EXISTING, required=True, help="Votre clé de réponse.")
_certificate_option = click.option(
    "--cert", type=_EXISTING, required=True, help="Votre certificat de réponse."
)
_out_option = click.option("--out", type=_WRITTEN, required=True, help="La réponse à écrire.")


@click.group("identity")
def identity_group() -> None:
    """Côté destinataire : les clés avec lesquelles on ouvre et on répond."""


@identity_group.command("new")
@click.option("--out", type=_WRITTEN, required=True, help="Le dossier des clés.")
@click.option("--name", required=True, help="Le nom du destinataire, pour son certificat.")
@click.option("--classical", is_flag=True, help="Clé age1, pour un outil age antérieur à 1.3.")
@click.option("--trial", is_flag=True, help="Clés d'essai : certificat valable de 2020 à 2040.")
def identity_new_command(out: Path, name: str, *, classical: bool, trial: bool) -> None:
    """Tirer une clé d'ouverture (age) et une clé de réponse (certificat)."""
    now = datetime.now(UTC)
    identity = create_identity(out, name, now, classical=classical, trial=trial)
    show(f"Clés écrites dans {out} ; identity.txt et receipt-key.pem ne vont à personne.")
    show_pairs(
        {
            "à donner au Département": f"{out}/recipient.txt et {identity.certificate_path}",
            "à lire au téléphone": recipient_fingerprint(identity.recipient),
        }
    )
    next_step("le Département les inscrit dans la convention")


@click.command("open")
@click.argument("package", type=_EXISTING)
@click.option("--identity", type=_EXISTING, required=True, help="Votre clé d'ouverture (age).")
@_sender_option
@click.option("--out", type=_WRITTEN, required=True, help="Le dossier où ouvrir.")
@click.option("--accept-trial", is_flag=True, help="Ouvrir aussi un paquet marqué ESSAI.")
@click.option("--agreement", help="La convention attendue : un paquet d'une autre est refusé.")
def open_command(
    package: Path,
    identity: Path,
    sender_cert: Path,
    out: Path,
    agreement: str | None,
    *,
    accept_trial: bool,
) -> None:
    """Vérifier un paquet, puis l'ouvrir. Rien n'est écrit avant que tout soit vérifié.

    Ce qui est ouvert est noté dans paquets-ouverts.jsonl, à côté de la clé : un paquet
    déjà ouvert, corrigé ou remplacé par un autre se reconnaît ainsi. Un avis de retrait
    (.retrait.p7m) se lit par la même commande.
    """
    sender = load_certificate(read_document(sender_cert))
    register = Register(identity.with_name(REGISTER_NAME))
    if package.name.endswith(NOTICE_SUFFIX):
        _read_notice(package, sender, register)
        return
    identities = parse_identities(read_document(identity).decode("utf-8", "replace"))
    with opened_file(package) as file:
        opened = open_package(
            file,
            identities,
            sender,
            out,
            accept_trial=accept_trial,
            agreement_id=agreement,
            register=register,
        )
    for sentence in place_among_others(opened.manifest, opened.digest, register):
        note(sentence)
    with _noting_in(register):
        register.add_opened(opened.manifest, opened.digest, out, datetime.now(UTC))
    _show_opened(opened)


def _show_opened(opened: Opened) -> None:
    manifest = opened.manifest
    if manifest.trial:
        note("ESSAI : ces lignes ne sont pas de vraies personnes.")
    show(f"Ouvert : {opened.csv_path}")
    show_pairs(
        {
            "expéditeur": manifest.sender,
            "convention": f"{manifest.agreement}, instruction {manifest.instruction}",
            "arrêté au": manifest.cut_off,
            "lignes": integer(manifest.row_count),
            "à détruire au plus tard le": manifest.destroy_by,
            "SHA-256 du paquet": opened.digest,
        }
    )
    is_test = manifest.kind is TransferKind.TEST
    how = f"PAQUET --opened {opened.csv_path}" if is_test else "PAQUET …"
    next_step(f"importez le CSV en texte, puis : spie-exchange acknowledge {how}")


@contextmanager
def _noting_in(register: Register) -> Iterator[None]:
    """Say what could not be noted: a key on a read-only medium hides neither rows nor news."""
    try:
        yield
    except OSError as error:
        note(f"ceci n'est pas noté dans {register.path} : {system_sentence(error)}")


def _read_notice(package: Path, sender: Certificate, register: Register) -> None:
    withdrawal = open_notice(read_document(package), sender)
    with _noting_in(register):
        register.add_withdrawn(withdrawal.transfer, withdrawal.package, datetime.now(UTC))
    if withdrawal.trial:
        note("ESSAI : ce paquet ne contenait pas de vraies personnes.")
    show(f"Le Département retire le paquet {withdrawal.transfer}.")
    show_pairs(
        {
            "SHA-256 du paquet retiré": withdrawal.package,
            "motif": withdrawal.reason,
            "instruction": withdrawal.instruction,
            "retiré le": withdrawal.withdrawn_at,
            "qui appeler": f"{withdrawal.sender} : {withdrawal.contact}",
        }
    )
    next_step(
        "détruisez ce paquet et ce que vous en avez tiré, puis : spie-exchange declare-destruction"
    )


@click.command("acknowledge")
@click.argument("package", type=_EXISTING)
@click.option(
    "--opened",
    type=_EXISTING,
    help="Pour un essai de clés, et lui seul : le fichier CSV ouvert, tel quel.",
)
@_key_option
@_certificate_option
@_sender_option
@_out_option
def acknowledge_command(
    package: Path, opened: Path | None, key: Path, cert: Path, sender_cert: Path, out: Path
) -> None:
    """Accuser réception d'un paquet : une réponse signée, à renvoyer au Département.

    L'accusé d'un essai de clés montre que vous l'avez ouvert : il répète l'empreinte du
    fichier CSV. Celui d'un autre paquet ne dit rien de son contenu.
    """
    _answer(package, ReceiptKind.ACKNOWLEDGEMENT, key, cert, sender_cert, out, opened=opened)
    show(f"Accusé de réception : {out}")
    next_step("envoyez ce fichier au Département")


@click.command("reject")
@click.argument("package", type=_EXISTING)
@click.option(
    "--line", "lines", type=click.IntRange(min=1), multiple=True, help="Un numéro de ligne."
)
@click.option("--reference", "references", multiple=True, help="Une référence.")
@click.option("--code", type=click.Choice([str(code) for code in RuleCode]), required=True)
@_key_option
@_certificate_option
@_sender_option
@_out_option
def reject_command(
    package: Path,
    lines: tuple[int, ...],
    references: tuple[str, ...],
    code: str,
    key: Path,
    cert: Path,
    sender_cert: Path,
    out: Path,
) -> None:
    """Rejeter des lignes par leur numéro (1 : la première personne) ou leur référence."""
    if not (lines or references):
        raise RefusedError(
            "aucune ligne à rejeter n'est désignée", "donnez au moins une --line ou une --reference"
        )
    for wrong in (name for name in references if not is_reference(name)):
        position = references.index(wrong) + 1
        raise click.UsageError(f"la référence n° {position} est mal recopiée")
    rejections = [Rejection(RuleCode[code], line=line) for line in lines]
    rejections += [Rejection(RuleCode[code], reference=name) for name in references]
    _answer(package, ReceiptKind.REJECTION, key, cert, sender_cert, out, rejections=rejections)
    show(f"Rejet de {len(rejections)} ligne(s) : {out}")
    next_step("envoyez ce fichier au Département")


@click.command("declare-destruction")
@click.argument("package", type=_EXISTING)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Le jour ; aujourd'hui par défaut.")
@_key_option
@_certificate_option
@_sender_option
@_out_option
def declare_destruction_command(
    package: Path,
    on: Any,  # noqa: ANN401 - click's own type
    key: Path,
    cert: Path,
    sender_cert: Path,
    out: Path,
) -> None:
    """Déclarer que le paquet, le fichier ouvert et toutes leurs copies sont détruits."""
    destroyed_on = on.date() if on else local_day(datetime.now(UTC))
    _answer(
        package, ReceiptKind.DESTRUCTION, key, cert, sender_cert, out, destroyed_on=destroyed_on
    )
    show(f"Destruction déclarée au {day(destroyed_on)} : {out}")
    next_step("envoyez ce fichier au Département")


def _answer(
    package: Path,
    kind: ReceiptKind,
    key: Path,
    cert: Path,
    sender_cert: Path,
    out: Path,
    *,
    opened: Path | None = None,
    **content: Any,  # noqa: ANN401 - what make_receipt takes
) -> None:
    signer = SealKey.load(read_document(key), read_document(cert))
    with opened_file(package) as file:
        inspected = inspect(file, load_certificate(read_document(sender_cert)))
    now = datetime.now(UTC)
    receipt = make_receipt(
        kind,
        now,
        package_digest=inspected.digest,
        checkpoint=inspected.manifest.checkpoint,
        opened_digest=_opened_digest(inspected, kind, opened),
        **content,
    )
    write_new(out, sign_receipt(receipt, signer, now))


def _opened_digest(inspected: Inspected, kind: ReceiptKind, opened: Path | None) -> str | None:
    is_test = inspected.manifest.kind is TransferKind.TEST
    if opened is None:
        if is_test and kind is ReceiptKind.ACKNOWLEDGEMENT:
            raise RefusedError(
                "ce paquet est un essai de clés : l'accusé doit montrer que vous l'avez ouvert",
                "ouvrez-le (spie-exchange open), puis ajoutez --opened FICHIER.csv",
            )
        return None
    if not is_test:
        raise RefusedError(
            "ce paquet n'est pas un essai de clés : son accusé ne dit rien de son contenu",
            "retirez --opened",
        )
    return hashlib.sha256(read_document(opened)).hexdigest()
