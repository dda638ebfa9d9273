"""The same life with nothing but HTTP between the houses: three programs call a real service.

The command is typed for what is not the service's to do: to found a home, to make keys and
accounts, to open a package at the ministry, and to set the clock of a trial.
"""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import requests

from schemas.agreement import TEST_DEADLINE_ID
from tests.demo.beginning import agree, set_up
from tests.demo.http_desk import Desk
from tests.demo.narrator import Narrator, StepFailedError
from tests.demo.stage import AGREEMENT, DEADLINE, DGEFP, PROVIDER, Stage, reachable_by_mail
from tests.fakes.departement import Departement
from tests.fakes.http_service import API, HttpService, http_service
from tests.fakes.local_exports import write_faulty_export

_TRANSFER = f"{AGREEMENT}_{DEADLINE}_{DGEFP}_r1"
_CORRECTION = f"{AGREEMENT}_{DEADLINE}_{DGEFP}_r2"
_IMPORTS = f'"$SPIE/agreements/{AGREEMENT}/imports?attest=true"'
_NEWCOMER = {
    "nom": "Delattre",
    "prenom": "Océane",
    "date_naissance": "14/07/1989",
    "date_entree": "05/12/2022",
    "telephone": "06 12 34 56 78",
    "courriel": "oceane.delattre@example.org",
    "adresse": "3 rue des Sources",
    "code_postal": "62000",
}
_PATIENCE_SECONDS = 60
_SYSTEM, _OPERATOR, _OFFICER = "systeme-local", "outil-dsi", "outil-dpo"
_ACCOUNTS = (
    (_SYSTEM, ("--role", "local-system")),
    (_OPERATOR, ("--role", "operator")),
    (_OFFICER, ("--role", "dpo")),
    (DGEFP, ("--role", "recipient", "--recipient", DGEFP)),
    (PROVIDER, ("--role", "recipient", "--recipient", PROVIDER)),
)


def tell_http_story(folder: Path, people: int) -> None:
    """Tell everything, from an empty folder to the evidence of what was sent and corrected."""
    shutil.rmtree(folder, ignore_errors=True)
    stage = Stage(folder)
    (folder / "departement").mkdir(parents=True)
    narrator = Narrator(folder)
    set_up(narrator, stage)
    agree(narrator, stage)
    narrator.run("clock", "set", "2023-01-10T10:00", home=stage.home)
    desk = Desk(narrator, stage)
    _open_accounts(desk)
    with _at_work(desk) as service:
        _prove(desk)
        _push(desk, people)
        _declare_ready(desk)
        _leave(desk, service)
        _fetch(desk)
        _answer(desk)
        _correct(desk)
        _read_evidence(desk)
    narrator.close()
    narrator.tell(
        f"Les dossiers restent là : {folder.name}/departement, {folder.name}/ministere et "
        f"{folder.name}/dpo.\nÀ lire : {folder.name}/departement/verdict.json, "
        f"{folder.name}/dpo/evenements.json"
    )


def _open_accounts(desk: Desk) -> None:
    desk.narrator.chapter("Un compte par programme, un jeton chacun, montré une seule fois")
    commitment = desk.stage.folder / "engagement.txt"
    commitment.write_text("Engagement de confidentialité (ESSAI)\n", "utf-8")
    for account_id, role in _ACCOUNTS:
        desk.narrator.run("account", "create", account_id, *role, home=desk.stage.home)
        desk.narrator.run(
            *("account", "commit", account_id, "--document", commitment),
            home=desk.stage.home,
            quiet=account_id != _SYSTEM,
        )
        issuing = ("token", "create", account_id, "--expires-on", "2023-12-31")
        token = desk.narrator.run(*issuing, home=desk.stage.home, quiet=True)
        header = desk.stage.header(account_id)
        header.parent.mkdir(exist_ok=True)
        header.touch(mode=0o600)
        header.write_text(f"Authorization: Bearer {token.strip()}\n", "ascii")
    desk.narrator.run("account", "list", home=desk.stage.home)


@contextmanager
def _at_work(desk: Desk) -> Iterator[HttpService]:
    """Let the service and the scheduler run, each in processes of its own."""
    desk.narrator.chapter("Deux programmes au travail : le service, l'ordonnanceur")
    departement = Departement(desk.stage.folder / "departement")
    with ExitStack() as processes:
        desk.narrator.show("spie-exchange serve")
        service = processes.enter_context(http_service(departement))
        desk.narrator.show("spie-exchange scheduler --every 1")
        scheduler = departement.start("scheduler", "--every", "1")
        processes.callback(scheduler.communicate, timeout=_PATIENCE_SECONDS)
        processes.callback(scheduler.terminate)
        desk.narrator.variables["SPIE"] = service.url + API
        desk.call('"$SPIE/health/ready"')
        yield service


def _prove(desk: Desk) -> None:
    desk.narrator.chapter("Dix personnes inventées éprouvent les clés")
    for recipient_id in (DGEFP, PROVIDER):
        desk.narrator.run("recipient", "test", recipient_id, "--for-real", home=desk.stage.home)
        folder = desk.stage.keys(recipient_id) / "essai"
        folder.mkdir()
        test = f"{AGREEMENT}_{TEST_DEADLINE_ID}_{recipient_id}_r1"
        desk.take(recipient_id, test, folder / "paquet.asice")
        desk.open(recipient_id, folder, folder)
        opened = ("--opened", next(folder.glob("*.csv")))
        desk.post_answer(recipient_id, test, desk.acknowledge(recipient_id, folder, *opened))


def _push(desk: Desk, people: int) -> None:
    desk.narrator.chapter(f"Le système local pousse {people} personnes, puis une seule")
    write_faulty_export(desk.stage.source, people)
    _load(desk)
    desk.narrator.tell("Chaque ligne refusée est nommée, aucune valeur n'est répétée.")
    desk.narrator.run_shell("head -c 400 verdict.json", desk.stage.source.parent)
    person = desk.stage.folder / "departement/personne.json"
    person.write_text(json.dumps([_NEWCOMER], ensure_ascii=False), "utf-8")
    desk.narrator.tell("La réponse s'est perdue ? Redemandé avec la même clé, rien n'est refait.")
    for _ in range(2):
        desk.call(
            "-H 'Content-Type: application/json' -H 'Idempotency-Key: \"entree-1\"'",
            f"--data-binary @departement/personne.json {_IMPORTS}",
            account=_SYSTEM,
            status=201,
        )


def _load(desk: Desk) -> None:
    desk.call(
        "-H 'Content-Type: text/csv' --data-binary @departement/export_local.csv",
        f"-o departement/verdict.json {_IMPORTS}",
        account=_SYSTEM,
        status=201,
    )


def _declare_ready(desk: Desk) -> None:
    desk.narrator.chapter("Un opérateur déclare les données prêtes")
    path = f'"$SPIE/agreements/{AGREEMENT}/deadlines/{DEADLINE}/readiness"'
    desk.narrator.tell("Le système local ne le peut pas : les tâches sont séparées.")
    desk.call("-X PUT", path, account=_SYSTEM, status=403)
    desk.call("-X PUT", path, account=_OPERATOR)


def _leave(desk: Desk, service: HttpService) -> None:
    desk.narrator.chapter("Le 31 janvier 2023, l'ordonnanceur envoie ; personne ne fait rien")
    desk.narrator.run("clock", "set", "2023-01-31T10:00", home=desk.stage.home)
    _wait_for(service, desk.stage, _TRANSFER)
    desk.call(f'"$SPIE/transfers/{_TRANSFER}"', account=DGEFP)


def _fetch(desk: Desk) -> None:
    desk.narrator.chapter("La DGEFP prend son paquet, est coupée, et reprend où elle en était")
    desk.call(f'"$SPIE/transfers/{_TRANSFER}"', account=PROVIDER, status=404)
    desk.narrator.tell("Ce qui est à un autre n'existe pas. Chez elle, la ligne tombe au milieu :")
    package = f'"$SPIE/transfers/{_TRANSFER}/package"'
    own = desk.shown(desk.stage.package(DGEFP))
    desk.type_curl(f"{package} | head -c 20000 > {own}", account=DGEFP)
    desk.call(f"-C - -D {own}.entetes -o {own} {package}", account=DGEFP, status=206)
    desk.narrator.run_shell(
        f"grep -i -e '^content-range' -e '^repr-digest' {own}.entetes\n"
        f"openssl dgst -sha256 -binary {own} | openssl base64",
        desk.stage.folder,
    )
    _require_whole(desk.stage)


def _require_whole(stage: Stage) -> None:
    kept = stage.home / "outbox" / DGEFP / f"{_TRANSFER}.ESSAI.asice"
    if stage.package(DGEFP).read_bytes() != kept.read_bytes():
        raise StepFailedError("the package that was fetched in two parts is another")


def _answer(desk: Desk) -> None:
    desk.narrator.chapter("Elle l'ouvre, accuse réception, rejette une ligne")
    folder = desk.stage.keys(DGEFP)
    desk.open(DGEFP, folder, folder / "ouvert")
    reference = reachable_by_mail(desk.stage)["reference"]
    rejected = ("--reference", reference, "--code", "COURRIEL_FORMAT")
    acknowledgement = desk.acknowledge(DGEFP, folder)
    for answer in (acknowledgement, desk.reject(DGEFP, folder, *rejected)):
        desk.post_answer(DGEFP, _TRANSFER, answer)
    desk.narrator.tell("La même réponse, rejouée, est refusée et ne change rien.")
    desk.post_answer(DGEFP, _TRANSFER, acknowledgement, status=409)


def _correct(desk: Desk) -> None:
    desk.narrator.chapter("La ligne rejetée, corrigée à sa source et renvoyée seule")
    mail = reachable_by_mail(desk.stage)["courriel"]
    source = desk.stage.source.read_text("cp1252")
    desk.stage.source.write_text(source.replace(mail, f"nouvelle.{mail}"), "cp1252", newline="")
    _load(desk)
    for rehearsed, status in (("true", 200), ("false", 201)):
        why = (
            f'{{"reason":"lignes-rejetees","instruction_id":"instruction-1","dry_run":{rehearsed}}}'
        )
        desk.call(
            f"-H 'Content-Type: application/json' --data '{why}'",
            f'"$SPIE/transfers/{_TRANSFER}/resending"',
            account=_OPERATOR,
            status=status,
        )
    folder = desk.stage.keys(DGEFP) / "correction"
    folder.mkdir()
    desk.take(DGEFP, _CORRECTION, folder / "paquet.asice")
    desk.open(DGEFP, folder, folder)


def _read_evidence(desk: Desk) -> None:
    desk.narrator.chapter("Le délégué lit les preuves, et en vérifie une hors ligne")
    desk.narrator.tell("Un opérateur ne lit pas le journal.")
    events = '"$SPIE/evidence/events?kind=package.fetched"'
    desk.call(events, account=_OPERATOR, status=403)
    desk.call(f"-o dpo/evenements.json {events}", account=_OFFICER)
    found = json.loads((desk.stage.folder / "dpo/evenements.json").read_text("utf-8"))["items"]
    desk.narrator.tell(f"{len(found)} paquets ou plages remis ; la preuve du dernier :")
    leaf = found[-1]["leaf"]
    desk.call(f'-o dpo/reponse.json "$SPIE/evidence/proofs/{leaf}"', account=_OFFICER)
    answer = json.loads((desk.stage.folder / "dpo/reponse.json").read_text("utf-8"))
    proof = desk.stage.folder / "dpo/preuve.tlog-proof"
    event = proof.with_suffix(".event.json")
    proof.write_text(answer["proof"], "utf-8")
    event.write_text(answer["event"], "utf-8")
    words = ("audit", "verify-proof", proof, "--event", event, "--log-key", answer["log_key"])
    desk.narrator.run(*words)


def _wait_for(service: HttpService, stage: Stage, transfer_id: str) -> None:
    """Wait until the scheduler has published a transfer."""
    given_up_at = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < given_up_at:
        if _state_of(service, stage, transfer_id) == "published":
            return
        time.sleep(0.2)
    raise StepFailedError("the scheduler has published nothing")


def _state_of(service: HttpService, stage: Stage, transfer_id: str) -> str:
    name, _, value = stage.header(_OPERATOR).read_text("ascii").strip().partition(": ")
    answer = requests.get(
        service.at(f"/transfers/{transfer_id}"), headers={name: value}, timeout=_PATIENCE_SECONDS
    )
    document: dict[str, Any] = answer.json()
    return str(document.get("state"))
