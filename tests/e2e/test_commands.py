"""Every command once, as an operator types it: help, seal, upgrade, status, evidence, held."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from exchange.cli.main import cli
from tests.fakes.answer import Answer
from tests.fakes.command_here import CommandHere
from tests.fakes.departement import COMMAND, Departement
from tests.fakes.home_database import ask
from tests.fakes.people import people, write_local_export
from tests.fakes.situation import DEADLINE, DGEFP, Situation
from tests.unit.keys.seal.authority import Authority, pem

_PASSWORD = "mot de passe d'essai"
_NAMED = ("--organisation", "Département d'essai", "--common-name", "Cachet d'essai")


def _paths(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from _paths(child, (*path, name))


@pytest.mark.parametrize("path", list(_paths(cli)), ids=" ".join)
def test_every_command_explains_itself_in_french(
    command: CommandHere, tmp_path: Path, path: tuple[str, ...]
) -> None:
    answer = command.run(tmp_path / "nowhere", *path, "--help")

    assert answer.exit_code == 0
    assert answer.output.startswith(f"Usage : {' '.join(('spie-exchange', *path))}")
    assert "Afficher cette aide." in answer.output
    assert "Show" not in answer.output
    assert "[required]" not in answer.output


def test_a_certified_seal_signs_what_its_recipients_open(
    command: CommandHere, fresh: Situation
) -> None:
    home, folder = fresh.departement.home, fresh.folder
    authority = Authority.root("Autorité d'essai")

    command.run(home, "seal", "request", *_NAMED, "--out", folder / "seal.csr")
    request = x509.load_pem_x509_csr((folder / "seal.csr").read_bytes())
    certificate = authority.issue(request.public_key())
    (folder / "seal.pem").write_bytes(pem(certificate, authority.certificate))
    installed = command.run(home, "seal", "install", folder / "seal.pem")
    sent = command.run(home, "export", "--deadline", DEADLINE, "--for-real")

    assert request.is_signature_valid
    assert installed.exit_code == 0, installed
    assert sent.exit_code == 0, sent
    (folder / "dept.pem").write_bytes(pem(certificate))
    assert _open(command, fresh, folder / "dept.pem").exit_code == 0
    assert "Cachet d'essai" in command.run(home, "seal", "show").output


def test_a_certificate_for_another_key_is_not_installed(
    command: CommandHere, fresh: Situation
) -> None:
    home, folder = fresh.departement.home, fresh.folder
    authority = Authority.root("Autorité d'essai")
    other = authority.issue(ec.generate_private_key(ec.SECP256R1()).public_key())
    (folder / "seal.pem").write_bytes(pem(other, authority.certificate))
    before = fresh.departement.seal_certificate.read_bytes()

    unasked = command.run(home, "seal", "install", folder / "seal.pem")
    command.run(home, "seal", "request", *_NAMED, "--out", folder / "seal.csr")
    foreign = command.run(home, "seal", "install", folder / "seal.pem")

    assert "aucune demande" in unasked.complaint
    assert foreign.exit_code != 0
    assert "celui qui répond à la dernière demande" in foreign.complaint
    assert fresh.departement.seal_certificate.read_bytes() == before


def test_a_seal_that_exists_is_imported_with_its_password(
    command: CommandHere, fresh: Situation
) -> None:
    authority = Authority.root("Autorité d'essai")
    key = ec.generate_private_key(ec.SECP256R1())
    file = fresh.folder / "seal.bin"
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"cachet",
            key,
            authority.issue(key.public_key()),
            [authority.certificate],
            BestAvailableEncryption(_PASSWORD.encode()),
        )
    )

    wrong = _import_seal(fresh.departement, file, "autre")
    right = _import_seal(fresh.departement, file, _PASSWORD)
    command.run(fresh.departement.home, "export", "--deadline", DEADLINE, "--for-real")

    assert wrong.returncode != 0
    assert "mot de passe" in wrong.stderr
    assert right.returncode == 0, right
    assert _PASSWORD not in right.stdout + right.stderr
    assert _open(command, fresh, fresh.departement.seal_certificate).exit_code == 0


@pytest.mark.parametrize(
    "words",
    [("status",), ("due",), ("import", "x.csv"), ("export",), ("audit", "verify"), ("purge",)],
    ids=" ".join,
)
def test_an_older_schema_is_refused_with_the_way_out(
    command: CommandHere, fresh: Situation, words: tuple[str, ...]
) -> None:
    _stamp(fresh, "DELETE FROM alembic_version")

    answer = command.run(fresh.departement.home, *words)

    assert answer.exit_code == 78
    assert "version plus ancienne" in answer.complaint
    assert "spie-exchange upgrade" in answer.complaint


def test_a_newer_schema_is_refused(command: CommandHere, fresh: Situation) -> None:
    _stamp(fresh, "UPDATE alembic_version SET version_num = '9999'")

    answer = command.run(fresh.departement.home, "status")

    assert answer.exit_code == 78
    assert "version plus récente" in answer.complaint


def test_upgrading_what_is_new_enough_changes_nothing_but_the_log(
    command: CommandHere, fresh: Situation
) -> None:
    home = fresh.departement.home

    upgraded = command.run(home, "upgrade")

    assert upgraded.exit_code == 0
    events = json.loads(
        command.run(home, "audit", "list", "--kind", "home.upgraded", "--json").output
    )
    assert [event["outcome"] for event in events] == ["done"]
    assert command.run(home, "audit", "verify").exit_code == 0


@pytest.mark.parametrize(
    ("words", "wrong"),
    [(("objection", "list"), "objection lift"), (("held", "list"), "held release")],
    ids=["objections", "held rows"],
)
def test_an_empty_list_does_not_suggest_to_settle_what_is_not_there(
    command: CommandHere, fresh: Situation, words: tuple[str, ...], wrong: str
) -> None:
    listed = command.run(fresh.departement.home, *words)

    assert "Aucune" in listed.complaint
    assert "ensuite : " in listed.complaint
    assert wrong not in listed.complaint


def test_the_clock_of_a_trial_shows_both_times(command: CommandHere, fresh: Situation) -> None:
    shown = command.run(fresh.departement.home, "clock", "show")

    assert "31/01/2023 10:" in shown.output
    assert "machine" in shown.output


def test_status_speaks_to_machines(command: CommandHere, fresh: Situation) -> None:
    status = json.loads(command.run(fresh.departement.home, "status", "--json").output)

    assert status["trial"] is True
    (agreement,) = status["agreements"]
    assert (agreement["people"], agreement["held"]) == (200, 0)
    assert {entry["deadline_id"] for entry in agreement["deadlines"]} >= {"enquete-1", "enquete-2"}


def test_the_agreement_is_shown_with_its_calendar(command: CommandHere, fresh: Situation) -> None:
    home = fresh.departement.home

    shown = json.loads(command.run(home, "agreement", "show", "--json").output)
    calendar = json.loads(command.run(home, "agreement", "calendar", "--json").output)

    assert (shown["id"], shown["version"]) == ("spie-62", 1)
    assert "31/01/2023" in command.run(home, "agreement", "calendar").output
    days = [entry["day"] for entry in calendar]
    assert days == sorted(days)


def test_what_is_due_depends_on_the_day_asked_about(command: CommandHere, fresh: Situation) -> None:
    home = fresh.departement.home

    early = json.loads(command.run(home, "due", "--as-of", "2023-01-02", "--json").output)
    today = json.loads(command.run(home, "due", "--json").output)

    assert all(entry["obstacles"] for entry in early)
    free = {entry["transfer"] for entry in today if not entry["obstacles"]}
    assert fresh.transfer_id(DGEFP) in free


def test_a_checkpoint_signed_on_demand_is_verified_against_later(
    command: CommandHere, fresh: Situation
) -> None:
    home, kept = fresh.departement.home, fresh.folder / "checkpoint"
    kept.write_text(command.run(home, "audit", "checkpoint").output, "utf-8")
    command.run(home, "due")

    verified = command.run(home, "audit", "verify", "--checkpoint", kept)
    origin, size, rest = kept.read_text("utf-8").split("\n", 2)
    kept.write_text("\n".join((origin, str(int(size) - 1), rest)), "utf-8")
    altered = command.run(home, "audit", "verify", "--checkpoint", kept)

    assert verified.exit_code == 0, verified
    assert altered.exit_code != 0


def test_the_log_lists_one_kind_wherever_it_lies(command: CommandHere, fresh: Situation) -> None:
    home = fresh.departement.home

    created = command.run(home, "audit", "list", "--kind", "home.created", "--json")
    unknown = command.run(home, "audit", "list", "--kind", "home.destroyed")

    assert [event["leaf"] for event in json.loads(created.output)] == [0]
    assert unknown.exit_code == 2


def test_a_proof_holds_for_its_event_and_for_no_other(
    command: CommandHere, fresh: Situation
) -> None:
    home, proof = fresh.departement.home, fresh.folder / "preuve"
    shown = command.run(home, "audit", "prove", "3", "--out", proof).output
    log_key = shown.rsplit("Clé du journal : ", 1)[1].strip()
    event = proof.with_suffix(".event.json")
    words = ("audit", "verify-proof", proof, "--event", event, "--log-key")

    right = command.run(fresh.folder, *words, log_key)
    other_key = command.run(fresh.folder, *words, log_key[:-4] + "AAA=")
    event.write_bytes(event.read_bytes().replace(b'"done"', b'"none"'))
    altered = command.run(fresh.folder, *words, log_key)

    assert right.exit_code == 0, right
    assert other_key.exit_code != 0
    assert altered.exit_code == 4
    assert "Traceback" not in altered.complaint


def test_a_held_row_is_listed_released_and_sent(command: CommandHere, fresh: Situation) -> None:
    home, source = fresh.departement.home, fresh.folder / "held.csv"
    (early,) = people(1, seed=9)
    write_local_export(source, [early | {"date_entree": "04/05/2020"}])
    command.run(home, "import", source, "--attest")

    (held,) = json.loads(command.run(home, "held", "list", "--json").output)
    released = command.run(home, "held", "release", held["line"], "--reason", "action-prolongee")
    again = command.run(home, "held", "release", held["line"], "--reason", "action-prolongee")

    assert (held["line"], held["code"]) == (2, "ENTREE_HORS_PERIODE")
    assert released.exit_code == 0, released
    assert again.exit_code == 3
    assert json.loads(command.run(home, "held", "list", "--json").output) == []
    (agreement,) = json.loads(command.run(home, "status", "--json").output)["agreements"]
    assert (agreement["people"], agreement["held"]) == (201, 0)


def test_a_reader_that_goes_away_is_no_error(fresh: Situation) -> None:
    writer = fresh.departement.start("agreement", "sample")
    assert writer.stdout is not None
    assert writer.stderr is not None

    writer.stdout.close()
    complaint = writer.stderr.read()
    writer.stderr.close()

    assert writer.wait() == 1
    assert complaint == ""


def _open(command: CommandHere, situation: Situation, sender: Path) -> Answer:
    return command.run(
        situation.folder,
        *("open", situation.package(DGEFP), "--accept-trial"),
        *("--identity", situation.keys(DGEFP) / "identity.txt"),
        *("--sender-cert", sender, "--out", situation.folder / "opened"),
    )


def _import_seal(
    departement: Departement, file: Path, password: str
) -> "subprocess.CompletedProcess[str]":
    # Without a terminal of its own the command reads the password where a script gives it.
    return subprocess.run(
        [str(COMMAND), "seal", "import", str(file)],
        env=departement.environment(),
        input=f"{password}\n",
        start_new_session=True,
        capture_output=True,
        text=True,
        check=False,
    )


def _stamp(situation: Situation, statement: str) -> None:
    ask(situation.departement.home, statement)
