"""How every story begins: two houses, and the agreement between them."""

import shutil

from tests.demo.narrator import Narrator
from tests.demo.stage import ANALYST, DGEFP, PROVIDER, Stage
from tests.fakes.agreements import filled_sample, public_keys_in


def set_up(narrator: Narrator, stage: Stage) -> None:
    """Make the home and the recipients' keys; hand the seal's certificate over."""
    narrator.chapter("Deux maisons : le Département, le ministère")
    narrator.run("init", "--trial", home=stage.home)
    named = ((DGEFP, "DGEFP (ESSAI)"), (PROVIDER, "Prestataire (ESSAI)"), (ANALYST, "Dares"))
    for recipient_id, name in named:
        made = ("identity", "new", "--out", stage.keys(recipient_id), "--name", name, "--trial")
        narrator.run(*made, *(("--classical",) if recipient_id == PROVIDER else ()))
    narrator.tell("Le certificat du cachet passe par un autre canal que les paquets.")
    shutil.copy(stage.home / "seal.crt", stage.seal)


def agree(narrator: Narrator, stage: Stage) -> None:
    """Fill the agreement, have it approved, load it."""
    narrator.chapter("La convention")
    narrator.tell("Le modèle, tel quel, est refusé : il dit ce qu'il faut écrire.")
    unfilled = stage.folder / "departement/modele.toml"
    unfilled.write_text(narrator.run("agreement", "sample", home=stage.home, quiet=True), "utf-8")
    narrator.run("agreement", "check", unfilled, home=stage.home, exit_code=3)
    keys = {name: public_keys_in(stage.keys(name)) for name in (DGEFP, PROVIDER, ANALYST)}
    narrator.tell("Le délégué à la protection des données a une clé à lui, hors du service.")
    narrator.run("approver", "new", "--out", stage.approver, "--name", "DPO (ESSAI)", "--trial")
    certificate = stage.approver / "approver-cert.pem"
    stage.agreement.write_text(filled_sample(keys, certificate.read_text("ascii")), "utf-8")
    narrator.tell("Sans sa signature, rien n'entre en vigueur.")
    narrator.run("agreement", "load", stage.agreement, home=stage.home, exit_code=3)
    approval = stage.approver / "convention.toml.p7s"
    narrator.run(
        *("agreement", "approve", stage.agreement, "--out", approval),
        *("--key", stage.approver / "approver-key.pem", "--cert", certificate),
    )
    narrator.run("agreement", "load", stage.agreement, "--approval", approval, home=stage.home)
    narrator.run("agreement", "calendar", home=stage.home)
