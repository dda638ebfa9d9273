"""A transfer called off before it left, a package taken back after, and what its reader sees."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from exchange.packages.naming import notice_path
from tests.fakes.answer import Answer
from tests.fakes.command_here import CommandHere
from tests.fakes.home_database import ask
from tests.fakes.opened_rows import opened_manifest, opened_rows
from tests.fakes.situation import AGREEMENT, DEADLINE, DGEFP, PROVIDER, Situation

_WRONGLY = ("--reason", "envoi-errone")
_ORDERED = (*_WRONGLY, "--instruction", "instruction-1")


@pytest.fixture(name="run")
def _run(sent: Situation, command: CommandHere) -> Callable[..., Answer]:
    return lambda *words: command.run(sent.departement.home, *words)


def test_a_package_taken_back_gives_its_place_to_a_signed_notice(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    package = sent.package(DGEFP)

    rehearsed = _withdraw(run, sent)
    still_there = package.exists()
    answer = _withdraw(run, sent, "--for-real")

    assert "Essai à blanc" in rehearsed.output
    assert still_there
    assert answer.exit_code == 0, answer
    assert sent.outbox_names() == {notice_path(package).name, sent.package(PROVIDER).name}
    assert "retiré" in run("transfer", "show", sent.transfer_id(DGEFP)).output


def test_whoever_read_the_notice_does_not_open_its_copy(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    copy = Path(shutil.copy(sent.package(DGEFP), sent.folder / "copy.asice"))
    _withdraw(run, sent, "--for-real")
    out = sent.folder / "out"

    notice = run("open", notice_path(sent.package(DGEFP)), *sent.opening(DGEFP, out))
    late = run("open", copy, *sent.opening(DGEFP, out))

    assert notice.exit_code == 0, notice
    assert f"retire le paquet {sent.transfer_id(DGEFP)}" in notice.output
    assert late.exit_code == 3
    assert "le Département a retiré ce paquet" in late.complaint
    assert not out.exists()


def test_a_notice_of_another_signer_or_altered_is_refused(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    _withdraw(run, sent, "--for-real")
    path = notice_path(sent.package(DGEFP))
    altered = bytearray(path.read_bytes())
    altered[len(altered) // 2] ^= 1
    path.write_bytes(altered)

    answer = run("open", path, *sent.opening(DGEFP, sent.folder / "out"))

    assert answer.exit_code == 3
    assert "cet avis est altéré" in answer.complaint
    assert not (sent.keys(DGEFP) / "paquets-ouverts.jsonl").exists()


def test_the_late_answers_to_a_package_taken_back_are_taken(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    copy = Path(shutil.copy(sent.package(DGEFP), sent.folder / "copy.asice"))
    _withdraw(run, sent, "--for-real")
    received, destroyed = sent.folder / "received.p7m", sent.folder / "destroyed.p7m"
    run("acknowledge", copy, "--out", received, *sent.signing(DGEFP))
    run("declare-destruction", copy, "--out", destroyed, *sent.signing(DGEFP))

    answers = [run("receipt", received), run("receipt", destroyed)]

    assert [answer.exit_code for answer in answers] == [0, 0], answers
    assert "retiré" in answers[0].output
    assert "détruit chez le destinataire" in answers[1].output


def test_a_package_taken_back_is_acknowledged_once(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    package, ministry = sent.package(DGEFP), sent.ministry(DGEFP)
    told = ("--kind", "acknowledgement", "--channel", "mail", "--received-on", "2023-01-31")
    (sent.folder / "1.p7m").write_bytes(ministry.acknowledge(package))
    run("acknowledge", package, "--out", sent.folder / "2.p7m", *sent.signing(DGEFP))
    _withdraw(run, sent, "--for-real")

    first, second = (run("receipt", sent.folder / name) for name in ("1.p7m", "2.p7m"))
    noted = run("receipt", "record", sent.transfer_id(DGEFP), *told, "--for-real")

    assert (first.exit_code, second.exit_code, noted.exit_code) == (0, 3, 3)
    assert "a déjà été accusé" in second.complaint
    assert "a déjà été accusé" in noted.complaint


def test_a_package_taken_back_can_be_sent_again_and_only_so(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    _withdraw(run, sent, "--for-real")

    unattended = run("export", "--for-real")
    again = run("transfer", "resend", sent.transfer_id(DGEFP), *_ORDERED, "--for-real")

    assert unattended.exit_code == 0
    assert not sent.package(DGEFP).exists()
    assert again.exit_code == 0, again
    assert sent.revision(DGEFP, 2).exists()


@pytest.mark.parametrize("words", [(), ("--for-real",)])
def test_what_was_not_published_is_not_taken_back(
    fresh: Situation, command: CommandHere, words: tuple[str, ...]
) -> None:
    withdraw = ("transfer", "withdraw", fresh.transfer_id(DGEFP), *_ORDERED, *words)

    answer = command.run(fresh.departement.home, *withdraw)

    assert answer.exit_code == 3
    assert "ce transfert n'existe pas" in answer.complaint


def test_an_interrupted_withdrawal_is_finished_by_the_next_command(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    """Killed right after (1): the notice is committed, the package still lies there."""
    package = sent.package(DGEFP)
    kept = package.read_bytes()
    _withdraw(run, sent, "--for-real")
    notice = notice_path(package).read_bytes()
    notice_path(package).unlink()
    package.write_bytes(kept)
    _execute(sent, "UPDATE transfer SET package_removed_at = NULL WHERE state = 'withdrawn'")

    answer = run("export", "--for-real")

    assert answer.exit_code == 0
    assert not package.exists()
    assert notice_path(package).read_bytes() == notice


def test_a_transfer_called_off_is_not_sent_until_it_is_ordered(
    fresh: Situation, command: CommandHere
) -> None:
    home, transfer = fresh.departement.home, fresh.transfer_id(DGEFP)

    rehearsed = command.run(home, "transfer", "cancel", transfer, *_WRONGLY)
    cancelled = command.run(home, "transfer", "cancel", transfer, *_WRONGLY, "--for-real")
    others = command.run(home, "export", "--deadline", DEADLINE, "--for-real")
    ordered = ("--reason", "envoi-annule", "--instruction", "instruction-1", "--for-real")
    resent = command.run(home, "transfer", "resend", transfer, *ordered)

    assert "Essai à blanc" in rehearsed.output
    assert cancelled.exit_code == 0, cancelled
    assert others.exit_code == 0
    assert f"annulé, rien n'est refait : {transfer}" in others.output
    assert not fresh.package(DGEFP).exists()
    assert fresh.package(PROVIDER).exists()
    assert resent.exit_code == 0, resent
    command.run(home, "open", fresh.revision(DGEFP, 2), *fresh.opening(DGEFP, fresh.folder / "o"))
    manifest = opened_manifest(fresh.folder / "o")
    assert (manifest["kind"], manifest["follows"]) == ("replacement", "")
    assert len(opened_rows(fresh.folder / "o")) == 200


def test_what_is_published_or_unknown_is_not_called_off(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    published = run("transfer", "cancel", sent.transfer_id(DGEFP), *_WRONGLY, "--for-real")
    unknown = run("transfer", "cancel", f"{AGREEMENT}_jamais_dgefp_r1", *_WRONGLY, "--for-real")

    assert (published.exit_code, unknown.exit_code) == (3, 3)
    assert "transfer withdraw" in published.complaint
    assert "n'est pas prévu par cette convention" in unknown.complaint


def test_a_sealed_package_under_its_final_name_is_not_called_off_unless_it_was_touched(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    """Killed between (4) and (5) of publishing: the recipient may have fetched it."""
    _execute(sent, "UPDATE transfer SET state = 'sealed', published_at = NULL")
    cancel = ("transfer", "cancel", sent.transfer_id(DGEFP), *_WRONGLY, "--for-real")

    refused = run(*cancel)
    sent.package(DGEFP).write_bytes(b"touched")
    exported = run("export", "--for-real")
    cancelled = run(*cancel)

    assert (refused.exit_code, exported.exit_code, cancelled.exit_code) == (3, 4, 0)
    assert "déjà sous son nom dans le dossier d'envoi" in refused.complaint
    assert "transfer cancel" in exported.complaint
    assert not sent.package(DGEFP).exists()


def test_what_was_called_off_is_not_replaced_in_what_leaves(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    _execute(sent, "UPDATE transfer SET state = 'sealed', published_at = NULL")
    sent.package(DGEFP).unlink()
    run("transfer", "cancel", sent.transfer_id(DGEFP), *_WRONGLY, "--for-real")

    ordered = ("--reason", "envoi-annule", "--instruction", "instruction-1", "--for-real")
    run("transfer", "resend", sent.transfer_id(DGEFP), *ordered)
    run("open", sent.revision(DGEFP, 2), *sent.opening(DGEFP, sent.folder / "o"))

    assert opened_manifest(sent.folder / "o")["follows"] == ""


def test_a_destruction_noted_by_mistake_does_not_keep_a_package_from_being_taken_back(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    said = ("--kind", "destruction", "--channel", "telephone", "--received-on", "2023-01-31")
    noted = run("receipt", "record", sent.transfer_id(DGEFP), *said, "--for-real")

    answer = _withdraw(run, sent, "--for-real")

    assert (noted.exit_code, answer.exit_code) == (0, 0), (noted, answer)
    assert not sent.package(DGEFP).exists()


def test_what_is_no_longer_in_the_outbox_is_not_taken_back(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    run("clock", "set", "2023-09-30T10:00")
    run("purge", "--for-real")

    answer = _withdraw(run, sent, "--for-real")

    assert answer.exit_code == 3
    assert "n'est plus dans le dossier d'envoi" in answer.complaint
    assert not notice_path(sent.package(DGEFP)).exists()


def test_an_interrupted_withdrawal_is_finished_whatever_was_answered_meanwhile(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    package = sent.package(DGEFP)
    kept, answer = package.read_bytes(), sent.folder / "destroyed.p7m"
    run("declare-destruction", package, "--out", answer, *sent.signing(DGEFP))
    _withdraw(run, sent, "--for-real")
    package.write_bytes(kept)
    _execute(sent, "UPDATE transfer SET package_removed_at = NULL WHERE withdrawn_at IS NOT NULL")
    run("receipt", answer)

    run("export", "--for-real")

    assert not package.exists()
    assert "détruit chez le destinataire" in run("transfer", "show", sent.transfer_id(DGEFP)).output


def _withdraw(run: Callable[..., Answer], sent: Situation, *words: str) -> Answer:
    return run("transfer", "withdraw", sent.transfer_id(DGEFP), *_ORDERED, *words)


def _execute(situation: Situation, statement: str) -> None:
    ask(situation.departement.home, statement)
