"""The story itself: one record's whole life, by the command and by files."""

import json
import os
import shutil
from pathlib import Path

from schemas.agreement import TEST_DEADLINE_ID
from tests.demo.beginning import agree, set_up
from tests.demo.narrator import Narrator, StepFailedError
from tests.demo.stage import AGREEMENT, DEADLINE, DGEFP, PROVIDER, Stage, reachable_by_mail
from tests.demo.stock_lines import missing_stock_commands, stock_lines
from tests.fakes.home_database import SQLITE_FILE
from tests.fakes.local_exports import write_faulty_export, write_forbidden_column
from tests.fakes.openable import count_openable

_MANDATORY = "SPIE_EXCHANGE_CI"


def tell_story(folder: Path, people: int) -> None:
    """Tell everything, from an empty folder to a verified destruction."""
    shutil.rmtree(folder, ignore_errors=True)
    stage = Stage(folder)
    (folder / "departement").mkdir(parents=True)
    narrator = Narrator(folder)
    set_up(narrator, stage)
    agree(narrator, stage)
    _prove(narrator, stage)
    _load(narrator, stage, people)
    _export(narrator, stage)
    _open_with_stock_lines(narrator, stage)
    _open_with_our_tool(narrator, stage)
    _receive_answers(narrator, stage)
    _correct(narrator, stage)
    _verify_evidence(narrator, stage)
    _destroy(narrator, stage)
    narrator.close()
    narrator.tell(
        f"Les deux dossiers restent là : {folder.name}/departement et {folder.name}/ministere.\n"
        f"À lire : {folder.name}/departement/refus.csv, "
        f"{folder.name}/departement/home/certificates/*.txt"
    )


def _prove(narrator: Narrator, stage: Stage) -> None:
    narrator.chapter("Avant toute donnée réelle : dix personnes inventées éprouvent les clés")
    narrator.run("clock", "set", "2023-01-10T10:00", home=stage.home)
    narrator.run("recipient", "list", home=stage.home)
    narrator.run("recipient", "test", DGEFP, home=stage.home)
    for recipient_id in (DGEFP, PROVIDER):
        narrator.run("recipient", "test", recipient_id, "--for-real", home=stage.home)
        narrator.run("receipt", _acknowledged_test(narrator, stage, recipient_id), home=stage.home)
    narrator.run("recipient", "list", home=stage.home)


def _acknowledged_test(narrator: Narrator, stage: Stage, recipient_id: str) -> Path:
    keys, folder = stage.keys(recipient_id), stage.keys(recipient_id) / "essai"
    folder.mkdir()
    name = f"{AGREEMENT}_{TEST_DEADLINE_ID}_{recipient_id}_r1.ESSAI.asice"
    package = shutil.copy(stage.home / "outbox" / recipient_id / name, folder / "paquet.asice")
    if recipient_id == PROVIDER and not missing_stock_commands():
        for own in ("identity.txt", "receipt-key.pem", "receipt-cert.pem"):
            shutil.copy(keys / own, folder)
        shutil.copy(stage.seal, folder / "dept.pem")
        narrator.run_shell(stock_lines("open"), folder)
        narrator.run_shell(stock_lines("acknowledge-test"), folder)
        return folder / "accuse.p7m"
    reading = ("--identity", keys / "identity.txt", "--sender-cert", stage.seal, "--accept-trial")
    narrator.run("open", package, *reading, "--out", folder)
    narrator.run(
        *("acknowledge", package, "--opened", next(folder.glob("*.csv"))),
        *("--key", keys / "receipt-key.pem", "--cert", keys / "receipt-cert.pem"),
        *("--sender-cert", stage.seal, "--out", folder / "accuse.p7m"),
    )
    return folder / "accuse.p7m"


def _load(narrator: Narrator, stage: Stage, people: int) -> None:
    narrator.chapter(f"{people} personnes, en Windows-1252, avec toutes les fautes du contrat")
    narrator.run("clock", "set", "2023-01-31T10:00", home=stage.home)
    forbidden = stage.folder / "departement/avec_nir.csv"
    write_forbidden_column(forbidden)
    narrator.tell("Un fichier avec une colonne de plus n'entre pas.")
    narrator.run("import", forbidden, "--attest", home=stage.home, exit_code=3)
    write_faulty_export(stage.source, people)
    narrator.run("import", stage.source, "--dry-run", home=stage.home, quiet=True)
    narrator.run("import", stage.source, "--attest", "--report", stage.report, home=stage.home)
    narrator.run("held", "list", home=stage.home)


def _export(narrator: Narrator, stage: Stage) -> None:
    narrator.chapter("L'envoi, le 31 janvier 2023")
    narrator.run("status", home=stage.home)
    narrator.run("deadline", "ready", DEADLINE, home=stage.home)
    narrator.run("export", "--deadline", DEADLINE, home=stage.home)
    narrator.run("export", "--deadline", DEADLINE, "--for-real", home=stage.home)
    narrator.tell("Relancé, l'envoi ne refait rien.")
    narrator.run("export", "--deadline", DEADLINE, "--for-real", home=stage.home)
    for recipient_id in (DGEFP, PROVIDER):
        name = f"{AGREEMENT}_{DEADLINE}_{recipient_id}_r1.ESSAI.asice"
        shutil.copy(stage.home / "outbox" / recipient_id / name, stage.package(recipient_id))


def _open_with_stock_lines(narrator: Narrator, stage: Stage) -> None:
    narrator.chapter("Le prestataire, avec openssl, unzip et age seulement")
    folder = stage.keys(PROVIDER)
    missing = missing_stock_commands()
    if missing:
        if os.environ.get(_MANDATORY):
            raise StepFailedError(f"il manque {', '.join(missing)}")
        narrator.tell(f"Il manque ici {', '.join(missing)} : on ouvre avec « open ».")
        _open(narrator, stage, PROVIDER)
        _answer(narrator, stage, PROVIDER, "--line", "3")
        return
    shutil.copy(stage.seal, folder / "dept.pem")
    narrator.run_shell(stock_lines("open"), folder)
    manifest = json.loads((folder / "paquet/manifest.json").read_text("utf-8"))
    narrator.tell(f"{manifest['row_count']} lignes ouvertes ; la ligne 3 sera rejetée.")
    narrator.run_shell(stock_lines("acknowledge"), folder)
    narrator.run_shell(stock_lines("reject"), folder)


def _open_with_our_tool(narrator: Narrator, stage: Stage) -> None:
    narrator.chapter("La DGEFP, avec une clé post-quantique et « open »")
    _open(narrator, stage, DGEFP)
    wrong = reachable_by_mail(stage)
    narrator.tell("Une ligne est rejetée par sa référence, sans citer la personne.")
    _answer(narrator, stage, DGEFP, "--reference", wrong["reference"])


def _open(narrator: Narrator, stage: Stage, recipient_id: str) -> None:
    keys = stage.keys(recipient_id)
    narrator.run(
        "open",
        stage.package(recipient_id),
        "--identity",
        keys / "identity.txt",
        "--sender-cert",
        stage.seal,
        "--out",
        keys / "ouvert",
        "--accept-trial",
    )


def _answer(narrator: Narrator, stage: Stage, recipient_id: str, *rejected: str) -> None:
    keys = stage.keys(recipient_id)
    signing = (
        "--key",
        keys / "receipt-key.pem",
        "--cert",
        keys / "receipt-cert.pem",
        "--sender-cert",
        stage.seal,
    )
    package = stage.package(recipient_id)
    narrator.run("acknowledge", package, *signing, "--out", keys / "accuse.p7m")
    narrator.run(
        "reject",
        package,
        *rejected,
        "--code",
        "COURRIEL_FORMAT",
        *signing,
        "--out",
        keys / "rejet.p7m",
    )


def _receive_answers(narrator: Narrator, stage: Stage) -> None:
    narrator.chapter("Les réponses signées reviennent")
    for recipient_id in (PROVIDER, DGEFP):
        for answer in ("accuse.p7m", "rejet.p7m"):
            narrator.run("receipt", stage.keys(recipient_id) / answer, home=stage.home)
    narrator.tell("La même réponse, rejouée, est refusée et ne change rien.")
    narrator.run("receipt", stage.keys(DGEFP) / "accuse.p7m", home=stage.home, exit_code=3)
    narrator.run("transfer", "list", home=stage.home)


def _correct(narrator: Narrator, stage: Stage) -> None:
    narrator.chapter("La ligne rejetée, corrigée à sa source et renvoyée seule")
    mail = reachable_by_mail(stage)["courriel"]
    source = stage.source.read_text("cp1252")
    stage.source.write_text(source.replace(mail, f"nouvelle.{mail}"), "cp1252", newline="")
    narrator.run("import", stage.source, "--attest", home=stage.home, quiet=True)
    transfer = f"{AGREEMENT}_{DEADLINE}_{DGEFP}_r1"
    why = ("--reason", "lignes-rejetees", "--instruction", "instruction-1")
    narrator.run("transfer", "resend", transfer, *why, home=stage.home)
    narrator.run("transfer", "resend", transfer, *why, "--for-real", home=stage.home)
    package = stage.home / "outbox" / DGEFP / f"{AGREEMENT}_{DEADLINE}_{DGEFP}_r2.ESSAI.asice"
    keys = stage.keys(DGEFP)
    reading = ("--identity", keys / "identity.txt", "--sender-cert", stage.seal, "--accept-trial")
    narrator.run("open", package, *reading, "--out", keys / "correction")


def _verify_evidence(narrator: Narrator, stage: Stage) -> None:
    narrator.chapter("Le journal, contre le point de contrôle que le ministère détient")
    narrator.run("audit", "verify", "--package", stage.package(DGEFP), home=stage.home)
    proof = stage.folder / "departement/preuve.tlog-proof"
    shown = narrator.run("audit", "prove", "0", "--out", proof, home=stage.home)
    log_key = shown.rsplit("Clé du journal : ", 1)[1].strip()
    narrator.run(
        "audit",
        "verify-proof",
        proof,
        "--event",
        proof.with_suffix(".event.json"),
        "--log-key",
        log_key,
    )


def _destroy(narrator: Narrator, stage: Stage) -> None:
    narrator.chapter("Le terme : détruire, et le prouver")
    before = stage.folder / "departement/avant-destruction"
    before.mkdir()
    for path in (stage.home / SQLITE_FILE, stage.home / "keyring.json", stage.master_key):
        shutil.copy(path, before)
    narrator.run("purge", home=stage.home)
    narrator.run("clock", "set", "2023-09-30T10:00", home=stage.home)
    narrator.run("purge", home=stage.home)
    narrator.run("purge", "--for-real", home=stage.home)
    certificate = next((stage.home / "certificates").glob("*.p7m"))
    narrator.run("certificate", "verify", certificate, "--sender-cert", stage.seal)
    narrator.run("audit", "verify", "--package", stage.package(DGEFP), home=stage.home)
    opened, total = count_openable(before, stage.home / "keyring.json", stage.master_key)
    narrator.tell(f"L'ancienne base, avec le nouveau trousseau : {opened} lignes sur {total}.")
    opened, _ = count_openable(before, before / "keyring.json", before / "master.key")
    narrator.tell(
        f"Avec l'ancien trousseau et l'ancienne clé maîtresse : {opened}. C'est pourquoi leurs "
        "sauvegardes sont à remplacer le jour même ; le certificat les énumère."
    )
