"""A recipient whose keys were not seen to work is sent ten invented people, and nothing else."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.agreement import TEST_DEADLINE_ID
from tests.fakes.answer import Answer
from tests.fakes.command_here import CommandHere
from tests.fakes.lost_keys import lose_keys, next_version
from tests.fakes.ministry import Ministry
from tests.fakes.opened_rows import opened_manifest, opened_rows
from tests.fakes.situation import AGREEMENT, DEADLINE, DGEFP, PROVIDER, Situation

_UNPROVEN = "n'a pas encore prouvé"


@pytest.fixture(name="run")
def _run(
    fresh: Situation, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Answer]:
    command = CommandHere(monkeypatch, capfd)
    return lambda *words: command.run(fresh.departement.home, *words)


@pytest.fixture(name="renewed")
def _renewed(fresh: Situation, run: Callable[..., Answer]) -> Ministry:
    """Let the DGEFP lose its keys: version 2, approved, bears its new ones."""
    lost, renewed = lose_keys(fresh, DGEFP)
    fresh.agreement.write_text(next_version(fresh, lost, renewed), "utf-8")
    assert run(*fresh.loading()).exit_code == 0
    return renewed


def test_a_lost_key_is_replaced_approved_tested_and_only_then_sent_to(
    fresh: Situation, renewed: Ministry, run: Callable[..., Answer]
) -> None:
    refused = run("export", "--deadline", DEADLINE, "--for-real")
    shown = run("recipient", "list").output
    _send_test(fresh, run)
    accepted = _receive(fresh, run, renewed.acknowledge_test(_key_test(fresh)))
    sent = run("export", "--deadline", DEADLINE, "--for-real")

    assert refused.exit_code == 3
    assert f"{DGEFP} {_UNPROVEN}" in refused.complaint
    assert f"recipient test {DGEFP}" in refused.complaint
    assert shown.count("à éprouver") == 1
    assert accepted.exit_code == 0, accepted
    assert sent.exit_code == 0, sent
    renewed.open(fresh.package(DGEFP), accept_trial=True)
    assert len(opened_rows(renewed.folder / "ouvert")) == 200


def test_the_other_recipients_stay_proven(
    fresh: Situation, renewed: Ministry, run: Callable[..., Answer]
) -> None:
    sent = run("export", "--for-real")

    assert renewed.folder.exists()
    assert sent.exit_code == 0, sent
    assert fresh.package(PROVIDER).exists()
    assert not fresh.package(DGEFP).exists()
    assert _UNPROVEN in sent.complaint


def test_nothing_is_sent_again_to_a_key_that_was_not_tested(
    fresh: Situation, run: Callable[..., Answer], request: pytest.FixtureRequest
) -> None:
    assert run("export", "--deadline", DEADLINE, "--for-real").exit_code == 0
    request.getfixturevalue("renewed")
    why = ("--reason", "cle-perdue", "--instruction", "instruction-1", "--for-real")

    resent = run("transfer", "resend", fresh.transfer_id(DGEFP), *why)

    assert resent.exit_code == 3
    assert _UNPROVEN in resent.complaint


@pytest.mark.parametrize("digest", ["", "0" * 64, "of the package"])
def test_who_acknowledges_a_test_without_opening_it_proves_nothing(
    fresh: Situation, renewed: Ministry, run: Callable[..., Answer], digest: str
) -> None:
    _send_test(fresh, run)
    package = _key_test(fresh)
    if digest == "of the package":
        digest = hashlib.sha256(package.read_bytes()).hexdigest()

    lied = _receive(fresh, run, renewed.acknowledge_unopened(package, digest or None))

    assert lied.exit_code == 3
    assert "rien ne montre qu'il a été ouvert" in lied.complaint
    assert _proven_since(run, DGEFP) is None
    assert run("export", "--deadline", DEADLINE, "--for-real").exit_code == 3


def test_a_test_that_another_signs_proves_nothing(
    fresh: Situation, renewed: Ministry, run: Callable[..., Answer]
) -> None:
    _send_test(fresh, run)
    package = _key_test(fresh)
    answer = renewed.acknowledge_test(package)
    for name in ("receipt-key.pem", "receipt-cert.pem"):
        shutil.copy(fresh.keys("dgefp-perdues") / name, renewed.folder)

    by_the_lost_key = _receive(fresh, run, renewed.acknowledge_test(package))
    by_the_new_one = _receive(fresh, run, answer)

    assert by_the_lost_key.exit_code == 3
    assert by_the_new_one.exit_code == 0, by_the_new_one


def test_an_acknowledgement_without_signature_proves_nothing(
    fresh: Situation, renewed: Ministry, run: Callable[..., Answer]
) -> None:
    _send_test(fresh, run)
    told = ("--kind", "acknowledgement", "--channel", "telephone", "--received-on", "2023-01-31")

    noted = run("receipt", "record", _key_test_id(), *told, "--for-real")

    assert renewed.folder.exists()
    assert noted.exit_code != 0
    assert _proven_since(run, DGEFP) is None


def test_a_test_that_was_taken_back_proves_nothing_whenever_it_is_answered(
    fresh: Situation, renewed: Ministry, run: Callable[..., Answer]
) -> None:
    why = ("--reason", "envoi-errone", "--instruction", "instruction-1", "--for-real")
    _send_test(fresh, run)
    answers = [renewed.acknowledge_test(_key_test(fresh))]
    assert _receive(fresh, run, answers[0]).exit_code == 0
    proven = _proven_since(run, DGEFP)
    assert run("transfer", "withdraw", _key_test_id(), *why).exit_code == 0
    taken_back = _proven_since(run, DGEFP)
    assert run("recipient", "test", DGEFP, "--for-real").exit_code == 0
    late = renewed.acknowledge_test(fresh.key_test(DGEFP, 3))
    assert run("transfer", "withdraw", _key_test_id(3), *why).exit_code == 0

    accepted = _receive(fresh, run, late)

    assert accepted.exit_code == 0, accepted
    assert (proven is None, taken_back, _proven_since(run, DGEFP)) == (False, None, None)
    assert run("export", "--deadline", DEADLINE, "--for-real").exit_code == 3
    leaves = json.loads(run("audit", "list", "--kind", "recipient.proven", "--json").output)
    assert len([leaf for leaf in leaves if leaf["subject"] == DGEFP]) == 2


def test_keys_that_come_back_after_others_are_tested_again(
    fresh: Situation, run: Callable[..., Answer]
) -> None:
    first = fresh.agreement.read_text("utf-8")
    before = _proven_since(run, DGEFP)
    lost, renewed = lose_keys(fresh, DGEFP)
    fresh.agreement.write_text(next_version(fresh, lost, renewed), "utf-8")
    run(*fresh.loading())
    _send_test(fresh, run)

    again = first.replace("version = 1\n", "version = 3\n", 1)
    fresh.agreement.write_text(again.replace("2022-12-05", "2023-01-25", 1), "utf-8")
    back = run(*fresh.loading())

    assert back.exit_code == 0, back
    assert before is not None
    assert _proven_since(run, DGEFP) is None
    assert _proven_since(run, PROVIDER) is not None
    assert run("export", "--deadline", DEADLINE, "--for-real").exit_code == 3


def test_a_test_is_a_dry_run_unless_for_real(fresh: Situation, run: Callable[..., Answer]) -> None:
    preview = run("recipient", "test", DGEFP)
    stranger = run("recipient", "test", "inconnu", "--for-real")

    assert preview.exit_code == 0
    assert "rien n'est envoyé" in preview.output
    assert stranger.exit_code == 3
    assert not fresh.key_test(DGEFP, 2).exists()


def test_a_test_holds_invented_people_alone_and_says_so(
    fresh: Situation, run: Callable[..., Answer]
) -> None:
    _send_test(fresh, run)
    package = fresh.key_test(DGEFP, 2)

    unasked = run("open", package, *fresh.opening(DGEFP, fresh.folder / "refus")[:-1])
    opened = run("open", package, *fresh.opening(DGEFP, fresh.folder / "essai"))

    assert unasked.exit_code == 3
    assert opened.exit_code == 0, opened
    rows = opened_rows(fresh.folder / "essai")
    assert {row["nom"] for row in rows} == {"ESSAI"}
    manifest = opened_manifest(fresh.folder / "essai")
    assert (manifest["kind"], manifest["trial"], len(rows)) == ("test", True, 10)
    status = json.loads(run("status", "--json").output)
    assert status["agreements"][0]["people"] == 200


def test_our_tool_acknowledges_a_test_only_once_opened_and_nothing_else_so(
    fresh: Situation, run: Callable[..., Answer]
) -> None:
    _send_test(fresh, run)
    assert run("export", "--deadline", DEADLINE, "--for-real").exit_code == 0
    run("open", fresh.key_test(DGEFP, 2), *fresh.opening(DGEFP, fresh.folder / "essai"))
    (opened,) = (fresh.folder / "essai").glob("*.csv")
    signing = (*fresh.signing(DGEFP), "--out", fresh.folder / "accuse.p7m")
    test, real = fresh.key_test(DGEFP, 2), fresh.package(DGEFP)

    blind = run("acknowledge", test, *signing)
    telling = run("acknowledge", real, "--opened", opened, *signing)
    right = run("acknowledge", test, "--opened", opened, *signing)

    assert "doit montrer que vous l'avez ouvert" in blind.complaint
    assert "ne dit rien de son contenu" in telling.complaint
    assert right.exit_code == 0, right
    assert run("receipt", fresh.folder / "accuse.p7m").exit_code == 0


def test_an_answer_that_tells_the_digest_of_real_people_is_refused(
    fresh: Situation, run: Callable[..., Answer]
) -> None:
    assert run("export", "--deadline", DEADLINE, "--for-real").exit_code == 0

    told = _receive(
        fresh, run, fresh.ministry(DGEFP).acknowledge_unopened(fresh.package(DGEFP), "0" * 64)
    )

    assert told.exit_code == 3
    assert "n'était pas un essai" in told.complaint


def test_a_purge_takes_tests_with_the_other_packages_and_counts_no_person_for_them(
    fresh: Situation, run: Callable[..., Answer]
) -> None:
    _send_test(fresh, run)
    run("clock", "set", "2023-09-30T10:00")

    purged = run("purge", "--for-real")

    assert purged.exit_code == 0, purged
    assert not fresh.key_test(DGEFP, 2).exists()
    (leaf,) = json.loads(run("audit", "list", "--kind", "purge.done", "--json").output)
    assert leaf["details"]["people"] == 200


def _send_test(situation: Situation, run: Callable[..., Answer]) -> None:
    sent = run("recipient", "test", DGEFP, "--for-real")
    assert sent.exit_code == 0, sent
    assert situation.key_test(DGEFP, 2).exists()


def _key_test(situation: Situation) -> Path:
    return situation.key_test(DGEFP, 2)


def _key_test_id(number: int = 2) -> str:
    return f"{AGREEMENT}_{TEST_DEADLINE_ID}_{DGEFP}_r{number}"


def _receive(situation: Situation, run: Callable[..., Answer], answer: bytes) -> Answer:
    file = situation.folder / "reponse.p7m"
    file.write_bytes(answer)
    return run("receipt", file)


def _proven_since(run: Callable[..., Answer], recipient_id: str) -> str | None:
    listed = json.loads(run("recipient", "list", "--json").output)
    since: str | None = next(e["proven_since"] for e in listed if e["recipient"] == recipient_id)
    return since
