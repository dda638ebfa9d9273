"""Rejected lines, rectified lines, an unreadable package, a transfer called off."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from exchange.packages.naming import waiting_path
from tests.fakes.answer import Answer
from tests.fakes.command_here import CommandHere
from tests.fakes.home_database import ask
from tests.fakes.local_exports import PEOPLE_SEED
from tests.fakes.opened_rows import opened_manifest, opened_rows
from tests.fakes.people import people, write_local_export
from tests.fakes.situation import DGEFP, PROVIDER, Situation

_INSTRUCTION = ("--instruction", "instruction-1")
_NEW_TELEPHONE = "06 12 34 56 78"


@pytest.fixture(name="run")
def _run(
    sent: Situation, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Answer]:
    command = CommandHere(monkeypatch, capfd)
    return lambda *words: command.run(sent.departement.home, *words)


def test_a_correction_carries_the_rejected_lines_and_says_which_they_are(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    first = _open(run, sent, sent.package(DGEFP), "first")
    lines = _lines_with_an_address(first)[2:4]
    _reject(run, sent, *lines)
    _load_with_new_telephone(run, sent, [first[line - 1] for line in lines])

    answer = _resend(run, sent, "lignes-rejetees")
    corrected = _open(run, sent, sent.revision(DGEFP, 2), "second")

    assert answer.exit_code == 0, answer
    manifest = opened_manifest(sent.folder / "second")
    assert (manifest["kind"], manifest["corrected_lines"]) == ("correction", lines)
    assert manifest["follows"] == _digest(sent.package(DGEFP))
    references = [first[line - 1]["reference"] for line in lines]
    assert [row["reference"] for row in corrected] == references
    assert {row["telephone"] for row in corrected} == {"+33612345678"}


def test_the_answers_to_a_correction_live_a_life_of_their_own(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    _reject(run, sent, 3)
    _resend(run, sent, "lignes-rejetees")
    answer = sent.folder / "ack.p7m"
    run("acknowledge", sent.revision(DGEFP, 2), "--out", answer, *sent.signing(DGEFP))

    accepted = run("receipt", answer)
    listed = run("transfer", "list").output

    assert accepted.exit_code == 0, accepted
    assert "reçu (accusé)" in listed
    assert "reçu, des lignes rejetées" in listed


def test_a_correction_carries_the_lines_that_changed_since_and_no_other(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    first = _open(run, sent, sent.package(DGEFP), "first")
    line = _lines_with_an_address(first)[40]
    _load_with_new_telephone(run, sent, [first[line - 1]])

    preview = run("transfer", "resend", sent.transfer_id(DGEFP), *_for("lignes-rectifiees"))
    answer = _resend(run, sent, "lignes-rectifiees")
    corrected = _open(run, sent, sent.revision(DGEFP, 2), "second")

    assert "Essai à blanc" in preview.output
    assert answer.exit_code == 0, answer
    assert opened_manifest(sent.folder / "second")["corrected_lines"] == [line]
    assert [row["telephone"] for row in corrected] == ["+33612345678"]


def test_a_dry_run_sends_nothing(sent: Situation, run: Callable[..., Answer]) -> None:
    _reject(run, sent, 3)

    answer = run("transfer", "resend", sent.transfer_id(DGEFP), *_for("lignes-rejetees"))

    assert answer.exit_code == 0
    assert not sent.revision(DGEFP, 2).exists()
    assert "r2" not in run("transfer", "list").output


def test_a_replacement_is_whole_and_the_one_it_replaces_is_not_opened_after_it(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    replaced = _digest(sent.package(DGEFP))
    assert _resend(run, sent, "paquet-illisible").exit_code == 0

    rows = _open(run, sent, sent.revision(DGEFP, 2), "new")
    late = run("open", sent.package(DGEFP), *sent.opening(DGEFP, sent.folder / "old"))

    assert len(rows) == 200
    manifest = opened_manifest(sent.folder / "new")
    assert (manifest["kind"], manifest["follows"]) == ("replacement", replaced)
    assert late.exit_code == 3
    assert "ce paquet est remplacé par spie-62_enquete-1_dgefp_r2" in late.complaint
    assert not (sent.folder / "old").exists()


def test_a_recipient_is_told_what_a_replacement_replaces_and_what_it_opened_before(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    _open(run, sent, sent.package(DGEFP), "first")
    _resend(run, sent, "envoi-errone")

    new = run("open", sent.revision(DGEFP, 2), *sent.opening(DGEFP, sent.folder / "new"))
    again = run("open", sent.revision(DGEFP, 2), *sent.opening(DGEFP, sent.folder / "again"))

    assert f"Remplace en entier {sent.transfer_id(DGEFP)}" in new.complaint
    assert str(sent.folder / "first") in new.complaint
    assert "Déjà ouvert le" in again.complaint
    assert (new.exit_code, again.exit_code) == (0, 0)


@pytest.mark.parametrize(
    ("reason", "instruction", "sentence"),
    [
        ("lignes-rejetees", "instruction-1", "aucune ligne de ce transfert n'est rejetée"),
        ("lignes-rectifiees", "instruction-1", "n'a changé depuis l'envoi"),
        ("envoi-annule", "instruction-1", "est « publié »"),
        ("cle-perdue", "instruction-9", "cette instruction n'est pas dans la convention"),
    ],
)
def test_a_revision_without_a_ground_is_refused_and_nothing_leaves(
    sent: Situation, run: Callable[..., Answer], reason: str, instruction: str, sentence: str
) -> None:
    words = ("--reason", reason, "--instruction", instruction, "--for-real")

    answer = run("transfer", "resend", sent.transfer_id(DGEFP), *words)

    assert answer.exit_code == 3
    assert sentence in answer.complaint
    assert not sent.revision(DGEFP, 2).exists()


def test_a_line_that_was_corrected_is_not_corrected_again_until_it_changes(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    first = _open(run, sent, sent.package(DGEFP), "first")
    (line,) = _lines_with_an_address(first)[:1]
    _reject(run, sent, line)
    _resend(run, sent, "lignes-rejetees")

    again = _resend(run, sent, "lignes-rejetees")
    _load_with_new_telephone(run, sent, [first[line - 1]])
    changed = _resend(run, sent, "lignes-rejetees")

    assert (again.exit_code, changed.exit_code) == (3, 0)
    assert "aucune ligne de ce transfert n'est rejetée" in again.complaint
    assert sent.revision(DGEFP, 3).exists()


def test_a_transfer_is_replaced_once(sent: Situation, run: Callable[..., Answer]) -> None:
    _resend(run, sent, "paquet-illisible")

    again = _resend(run, sent, "paquet-illisible")

    assert again.exit_code == 3
    assert "est déjà remplacé par spie-62_enquete-1_dgefp_r2" in again.complaint
    assert not sent.revision(DGEFP, 3).exists()


@pytest.mark.parametrize("state", ["prepared", "sealed"])
def test_a_revision_that_was_interrupted_is_finished_by_the_next_export(
    sent: Situation, run: Callable[..., Answer], state: str
) -> None:
    """Killed before or after (3): the digest of a sealed package is the one that stays."""
    _resend(run, sent, "paquet-illisible")
    package = sent.revision(DGEFP, 2)
    sealed = package.read_bytes()
    _interrupt(sent, state)

    warned = run("status")
    answer = run("export", "--for-real")

    assert "spie-62_enquete-1_dgefp_r2 a été interrompu" in warned.output + warned.complaint
    assert answer.exit_code == 0, answer
    assert str(package) in answer.output
    assert len(_open(run, sent, package, "second")) == 200
    assert (package.read_bytes() == sealed) is (state == "sealed")


def test_a_sealed_package_that_nobody_could_fetch_is_made_anew_without_who_left_since(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    _resend(run, sent, "paquet-illisible")
    _interrupt(sent, "sealed")
    ask(
        sent.departement.home,
        "UPDATE person SET absent_since = updated_at"
        " WHERE identity = (SELECT min(identity) FROM person)",
    )

    answer = run("export", "--for-real")

    assert answer.exit_code == 0, answer
    assert len(_open(run, sent, sent.revision(DGEFP, 2), "second")) == 199


def _interrupt(sent: Situation, state: str) -> None:
    package = sent.revision(DGEFP, 2)
    epoch = 1
    if state == "sealed":
        package.replace(waiting_path(package, epoch))
    else:
        package.unlink()
    ask(
        sent.departement.home,
        "UPDATE transfer SET state = :state, published_at = NULL WHERE revision = 2",
        state=state,
    )


def test_a_correction_is_not_replaced_by_everybody(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    _reject(run, sent, 3)
    _resend(run, sent, "lignes-rejetees")
    correction = sent.transfer_id(DGEFP).replace("_r1", "_r2")

    answer = run("transfer", "resend", correction, *_for("cle-perdue"), "--for-real")

    assert answer.exit_code == 3
    assert "ne porte que des lignes corrigées" in answer.complaint


def test_a_correction_of_what_was_replaced_is_neither_made_nor_opened(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    _reject(run, sent, 3)
    _resend(run, sent, "lignes-rejetees")
    _resend(run, sent, "envoi-errone")
    correction = sent.transfer_id(DGEFP).replace("_r1", "_r2")
    _open(run, sent, sent.revision(DGEFP, 3), "whole")

    made = run("transfer", "resend", correction, *_for("lignes-rectifiees"), "--for-real")
    opened = run("open", sent.revision(DGEFP, 2), *sent.opening(DGEFP, sent.folder / "late"))

    assert (made.exit_code, opened.exit_code) == (3, 3)
    assert "est déjà remplacé par" in made.complaint
    assert "ce paquet est remplacé par" in opened.complaint


def test_nothing_is_sent_again_once_the_records_are_due_for_destruction(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    run("clock", "set", "2023-09-15T10:00")

    answer = _resend(run, sent, "envoi-errone")

    assert answer.exit_code == 3
    assert "les données sont à détruire depuis le 29/08/2023" in answer.complaint


def test_calling_off_and_sending_again_is_no_way_round_the_dates(
    run: Callable[..., Answer],
) -> None:
    later = "spie-62_analyse_dares_r1"
    run("transfer", "cancel", later, "--reason", "instruction", "--for-real")

    answer = run("transfer", "resend", later, *_for("envoi-annule"), "--for-real")

    assert answer.exit_code == 3
    assert "send_from" in answer.complaint


def test_what_another_recipient_has_is_not_touched(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    before = _digest(sent.package(PROVIDER))

    _resend(run, sent, "envoi-errone")

    assert _digest(sent.package(PROVIDER)) == before
    assert not sent.revision(PROVIDER, 2).exists()


def _for(reason: str) -> tuple[str, ...]:
    return ("--reason", reason, *_INSTRUCTION)


def _resend(run: Callable[..., Answer], sent: Situation, reason: str) -> Answer:
    return run("transfer", "resend", sent.transfer_id(DGEFP), *_for(reason), "--for-real")


def _reject(run: Callable[..., Answer], sent: Situation, *lines: int) -> None:
    answer = sent.folder / "rejected.p7m"
    named = [word for line in lines for word in ("--line", str(line))]
    code = ("--code", "TELEPHONE_FORMAT", "--out", answer)
    made = run("reject", sent.package(DGEFP), *named, *code, *sent.signing(DGEFP))
    assert made.exit_code == 0, made
    assert run("receipt", answer).exit_code == 0


def _open(
    run: Callable[..., Answer], sent: Situation, package: Path, name: str
) -> list[dict[str, str]]:
    opened = run("open", package, *sent.opening(DGEFP, sent.folder / name))
    assert opened.exit_code == 0, opened
    return opened_rows(sent.folder / name)


def _load_with_new_telephone(
    run: Callable[..., Answer], sent: Situation, rows: list[dict[str, str]]
) -> None:
    wanted = {_identity(row) for row in rows}
    source = [
        person | {"telephone": _NEW_TELEPHONE} if _identity(person) in wanted else person
        for person in people(200, PEOPLE_SEED)
    ]
    write_local_export(sent.folder / "corrected.csv", source)
    loaded = run("import", sent.folder / "corrected.csv", "--attest")
    assert loaded.exit_code == 0, loaded


def _identity(row: Mapping[str, str]) -> tuple[str, ...]:
    """Compare a row of the local system with one that was sent: its dates are French."""
    born = "-".join(reversed(row["date_naissance"].split("/")))
    return (row["nom"].casefold(), row["prenom"].casefold(), born)


def _lines_with_an_address(rows: list[dict[str, str]]) -> list[int]:
    return [line for line, row in enumerate(rows, 1) if row["adresse"]]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
