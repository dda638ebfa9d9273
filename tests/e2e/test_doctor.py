"""``doctor`` on good and on damaged homes: what it finds, the way out, never a traceback."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from exchange.audit.events import EventKind
from exchange.home import read_home
from exchange.locks import SignsOfLife
from exchange.settings import settings_from
from exchange.wiring import place_of
from tests.fakes.command_here import CommandHere
from tests.fakes.departement import Departement
from tests.fakes.home_database import KIND_VARIABLE, ask, home_variables
from tests.fakes.people import people, write_local_export
from tests.fakes.short_certificates import name_certificate
from tests.fakes.situation import AGREEMENT, DGEFP, Situation

Damage = Callable[[Path], object]
Found = dict[str, list[tuple[str, str, str]]]

# With their homes on a server, the tests work as the one who may do everything there.
_ON_SERVER = os.environ.get(KIND_VARIABLE) == "postgresql"
_OF_THE_OWNER = {"rôle de la base": "watch"} if _ON_SERVER else {}
_KEY, _CHECKPOINTS, _DATABASE = "outside/master.key", "outside/checkpoints", "exchange.sqlite3"


def _examined(command: CommandHere, home: Path) -> tuple[int, Found]:
    answer = command.run(home, "doctor", "--json")
    found: Found = {}
    for entry in json.loads(answer.output):
        shown = entry["verdict"], entry["sentence"], entry["way_out"]
        found.setdefault(entry["check"], []).append(shown)
    return answer.exit_code, found


def _bad(found: Found) -> dict[str, str]:
    return {
        check: verdict
        for check, entries in found.items()
        for verdict, _, _ in entries
        if verdict != "good"
    }


def _sql(statement: str) -> Damage:
    def damage(home: Path) -> None:
        ask(home, statement)

    return damage


def _signs(home: Path) -> SignsOfLife:
    settings = settings_from(home_variables(home))
    return place_of(read_home(home), settings).signs(home / "locks")


def _write(name: str, content: bytes) -> Damage:
    return lambda home: (home / name).write_bytes(content)


def _remove(name: str) -> Damage:
    return lambda home: (home / name).unlink()


def _spoil_a_key(home: Path) -> None:
    keyring = home / "keyring.json"
    document = json.loads(keyring.read_text("utf-8"))
    document["keys"][0]["wrapped"] = document["keys"][1]["wrapped"]
    keyring.write_text(json.dumps(document), "utf-8")


def _spoil_a_page(home: Path) -> None:
    with (home / _DATABASE).open("r+b") as file:
        file.seek(4096 * 3)
        file.write(os.urandom(4096 * 4))


def test_a_good_home_has_nothing_to_mend(command: CommandHere, sent: Situation) -> None:
    answer = command.run(sent.departement.home, "doctor")

    assert answer.exit_code == 0, answer
    assert "à réparer  " not in answer.output
    assert "tels qu'envoyés : 5 paquets" in answer.output


def test_every_check_of_a_good_home_is_good(command: CommandHere, sent: Situation) -> None:
    exit_code, found = _examined(command, sent.departement.home)

    assert (exit_code, _bad(found)) == (0, _OF_THE_OWNER)
    assert len(found) > 15
    said = [(verdict, out) for entries in found.values() for verdict, _, out in entries]
    assert all(not way_out for verdict, way_out in said if verdict == "good")


def test_an_examination_leaves_the_evidence_of_the_verification_alone(
    command: CommandHere, sent: Situation
) -> None:
    home = sent.departement.home
    before = json.loads(command.run(home, "audit", "list", "--from", "0", "--json").output)
    command.run(home, "doctor")

    after = json.loads(command.run(home, "audit", "list", "--from", "0", "--json").output)

    new = [event["kind"] for event in after[len(before) :]]
    assert new == [EventKind.LOG_LISTED, EventKind.LOG_VERIFIED]


_MEND: dict[str, tuple[Damage, str]] = {
    "no home.json": (_remove("home.json"), "home.json"),
    "home.json broken": (_write("home.json", b"{}"), "home.json"),
    "folder open to others": (lambda home: home.chmod(0o755), "dossier de travail"),
    "keyring open to others": (
        lambda home: (home / "keyring.json").chmod(0o644),
        "droits du trousseau",
    ),
    "no keyring": (_remove("keyring.json"), "trousseau"),
    "keyring broken": (_write("keyring.json", b"[]"), "trousseau"),
    "a key spoilt": (_spoil_a_key, "clés"),
    "no master key": (_remove(_KEY), "clé maîtresse"),
    "master key broken": (_write(_KEY, b"secret"), "clé maîtresse"),
    "master key open to others": (lambda home: (home / _KEY).chmod(0o644), "clé maîtresse"),
    "no checkpoints": (_remove(_CHECKPOINTS), "journal"),
    "checkpoints emptied": (_write(_CHECKPOINTS, b""), "journal"),
    "no database": (_remove(_DATABASE), "base"),
    "database a text": (_write(_DATABASE, b"Ceci n'est pas une base.\n" * 999), "base"),
    "database spoilt": (_spoil_a_page, "base"),
    "an older schema": (_sql("DELETE FROM alembic_version"), "base"),
    "an event rewritten": (
        _sql("UPDATE evidence_event SET event = replace(event, 'done', 'begun')"),
        "journal",
    ),
    "no seal": (_remove("seal.crt"), "cachet"),
    "seal broken": (_write("seal.crt", b"-----BEGIN CERTIFICATE-----\n"), "cachet"),
    "an agreement spoilt": (_sql("UPDATE agreement SET file = 'x'"), "certificats de réponse"),
    "an interrupted export": (
        _sql("UPDATE transfer SET state = 'prepared', published_at = NULL"),
        "envois",
    ),
    "a clock that went back": (
        _sql("UPDATE evidence_head SET last_wall_at = '2199-01-01T00:00:00.000000+00:00'"),
        "horloge",
    ),
    "another nature": (
        lambda home: (home / "home.json").write_text(
            (home / "home.json").read_text("utf-8").replace("true", "false"), "utf-8"
        ),
        "home.json",
    ),
}


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        pytest.param(
            *mended, id=name, marks=[pytest.mark.sqlite_file] if "database" in name else []
        )
        for name, mended in _MEND.items()
    ],
)
def test_what_is_damaged_is_named_with_the_way_out(
    command: CommandHere, sent: Situation, damage: Damage, check: str
) -> None:
    home = sent.departement.home
    damage(home)

    exit_code, found = _examined(command, home)

    assert exit_code == 4
    assert _bad(found).get(check) == "mend", found
    ways_out = [out for all_of in found.values() for verdict, _, out in all_of if verdict != "good"]
    assert all(ways_out)


def test_the_checks_that_can_still_be_made_are_made(command: CommandHere, sent: Situation) -> None:
    home = sent.departement.home
    (home / _KEY).unlink()
    sent.package(DGEFP).unlink()

    _, found = _examined(command, home)

    assert _bad(found)["paquets"] == "mend"
    assert found["base"][0][0] == "good"


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"autre")])
def test_a_package_that_is_not_as_it_was_sent_is_found(
    command: CommandHere, sent: Situation, damage: Damage
) -> None:
    damage(sent.package(DGEFP))

    exit_code, found = _examined(command, sent.departement.home)

    ((verdict, sentence, _),) = found["paquets"]
    assert (exit_code, verdict) == (4, "mend")
    assert sent.transfer_id(DGEFP) in sentence


def test_a_package_that_was_rightly_removed_is_not_missed(
    command: CommandHere, sent: Situation
) -> None:
    home = sent.departement.home
    command.run(home, "clock", "set", "2023-09-30T10:00")
    command.run(home, "purge", "--for-real")

    exit_code, found = _examined(command, home)

    assert (exit_code, found["paquets"][0][0]) == (0, "good"), found
    assert "tous là : 1 certificat" in found["certificats de destruction"][0][1]


def test_a_command_at_work_is_not_taken_for_an_interrupted_one(
    command: CommandHere, sent: Situation
) -> None:
    home = sent.departement.home
    _sql("UPDATE transfer SET state = 'prepared', published_at = NULL")(home)
    ((epoch,),) = ask(home, "SELECT epoch FROM claim")

    with _signs(home).given(f"{AGREEMENT}.{epoch}"):
        _, found = _examined(command, home)

    assert _bad(found)["travaux"] == "watch"
    assert "envois" not in found


def test_a_certificate_of_destruction_that_is_missing_is_found(
    command: CommandHere, sent: Situation
) -> None:
    home = sent.departement.home
    command.run(home, "clock", "set", "2023-09-30T10:00")
    command.run(home, "purge", "--for-real")
    for path in (home / "certificates").glob("*.p7m"):
        path.unlink()

    exit_code, found = _examined(command, home)

    assert (exit_code, _bad(found)["certificats de destruction"]) == (4, "mend")


def test_what_is_past_its_end_is_found(command: CommandHere, sent: Situation) -> None:
    home = sent.departement.home
    command.run(home, "clock", "set", "2023-09-30T10:00")

    exit_code, found = _examined(command, home)

    assert (exit_code, _bad(found)["conservation"]) == (4, "mend")
    assert all("spie-exchange purge" in way_out for _, _, way_out in found["conservation"])


def test_what_only_wants_an_eye_is_not_to_be_mended(command: CommandHere, sent: Situation) -> None:
    home, source = sent.departement.home, sent.folder / "held.csv"
    (early,) = people(1, seed=9)
    write_local_export(source, [early | {"date_entree": "04/05/2020"}])
    command.run(home, "import", source, "--attest")
    (home / "outbox" / DGEFP / "inconnu.txt").write_text("?", "utf-8")
    (home / "seal.crt.next").write_text("?", "utf-8")
    command.run(home, "clock", "set", "2023-02-01T10:00")

    exit_code, found = _examined(command, home)

    assert exit_code == 0
    assert _bad(found) == {
        "lignes retenues": "watch",
        "dossier d'envoi": "watch",
        "fichiers laissés": "watch",
        **_OF_THE_OWNER,
    }
    assert "inconnu.txt" not in str(found)


def test_certificates_that_are_about_to_end_are_found(
    command: CommandHere, fresh: Situation
) -> None:
    home, ends = fresh.departement.home, datetime(2023, 3, 15, tzinfo=UTC)
    name_certificate(fresh, fresh.keys(DGEFP) / "receipt-cert.pem", ends)
    fresh.departement.do(*fresh.loading())
    command.run(home, "clock", "set", "2023-03-01T10:00")
    _, soon = _examined(command, home)
    command.run(home, "clock", "set", "2023-03-20T10:00")
    _, late = _examined(command, home)
    command.run(home, "clock", "set", "2039-12-01T10:00")
    _, of_the_seal = _examined(command, home)

    ((verdict, sentence, _),) = soon["certificats de réponse"]
    assert (verdict, "expire le 15/03/2023" in sentence) == ("watch", True)
    assert [verdict for verdict, _, _ in late["certificats de réponse"]] == ["mend"]
    assert of_the_seal["cachet"][0][0] == "watch"


def test_an_approver_whose_certificate_ends_is_found_while_one_can_still_be_named(
    command: CommandHere, fresh: Situation
) -> None:
    ends = datetime(2023, 3, 2, 9, tzinfo=UTC)
    name_certificate(fresh, fresh.approver / "approver-cert.pem", ends)
    home = fresh.departement.home
    assert command.run(home, *fresh.loading()).exit_code == 0

    _, soon = _examined(command, home)
    command.run(home, "clock", "set", "2023-03-31T10:00")
    _, late = _examined(command, home)
    status = command.run(home, "status").output

    ((verdict, sentence, way_out),) = soon["certificats de qui approuve"]
    assert (verdict, "expire le 02/03/2023" in sentence) == ("watch", True)
    assert "faites-lui approuver d'ici là" in way_out
    ((verdict, sentence, way_out),) = late["certificats de qui approuve"]
    assert (verdict, "a expiré le 02/03/2023" in sentence) == ("watch", True)
    assert "autre identifiant" in way_out
    assert "certificat de qui approuve spie-62" in status


def test_a_master_key_inside_a_real_home_is_found(command: CommandHere, tmp_path: Path) -> None:
    departement, outside = Departement(tmp_path / "real"), tmp_path / "outside"
    outside.mkdir()
    options = ("--master-key", outside / "key", "--checkpoints", outside / "checkpoints")
    command.run(departement.home, "init", *options)
    inside = departement.home / "key"
    (outside / "key").rename(inside)
    document = departement.home / "home.json"
    moved = document.read_text("utf-8").replace(str(outside / "key"), str(inside))
    document.write_text(moved, "utf-8")

    exit_code, found = _examined(command, departement.home)

    assert exit_code == 4
    assert found["lieu de la clé maîtresse"][0][0] == "mend"
    assert found["lieu des points de contrôle"][0][0] == "good"


def test_a_home_that_does_not_exist_is_one_finding(command: CommandHere, tmp_path: Path) -> None:
    exit_code, found = _examined(command, tmp_path / "nowhere")

    assert (exit_code, _bad(found)) == (4, {"dossier de travail": "mend"})
    assert not (tmp_path / "nowhere").exists()
