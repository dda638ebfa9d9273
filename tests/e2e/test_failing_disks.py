"""A disk that is full, or that nothing can be written to: a clear message, nothing half done."""

from pathlib import Path

import pytest

from exchange.errors import RetryLaterError
from schemas.agreement import TEST_DEADLINE_ID
from tests.fakes.answer import Answer
from tests.fakes.departement import Departement
from tests.fakes.home_state import acts_done, home_state
from tests.fakes.local_exports import write_clean_export
from tests.fakes.private_mounts import filled, read_only, run_with_mounts, small_disk
from tests.fakes.situation import DGEFP, PROVEN, RECIPIENTS, Situation

_FULL = "le disque est plein"
_READ_ONLY = "ce support est en lecture seule"


def test_an_export_to_a_full_disk_leaves_nothing_and_is_done_later(fresh: Situation) -> None:
    outbox = fresh.departement.home / "outbox"
    used = sum(path.stat().st_blocks // 2 for path in outbox.rglob("*") if path.is_file())

    answer = run_with_mounts(
        *(fresh.departement, small_disk(outbox, used + 16), "export", "--for-real"),
        then=f"find '{outbox}' -type f ! -name '*_{TEST_DEADLINE_ID}_*' >&2",
    )
    fresh.departement.do("export", "--for-real")

    _require_to_try_later(answer)
    assert str(outbox) not in answer.complaint.splitlines()[-1]
    assert acts_done(fresh.departement)["transfer.published"] == len(RECIPIENTS) + len(PROVEN)


def test_an_export_into_a_file_in_place_of_the_folder_is_abandoned_and_is_done_later(
    fresh: Situation,
) -> None:
    folder = fresh.package(DGEFP).parent
    elsewhere = folder.rename(folder.with_name("ailleurs"))
    folder.write_text("pas un dossier", "utf-8")

    fresh.departement.run("export", "--for-real")
    shown = fresh.departement.do("transfer", "show", fresh.transfer_id(DGEFP), "--json")
    status = fresh.departement.do("status")
    folder.unlink()
    elsewhere.rename(folder)
    fresh.departement.do("export", "--for-real")

    assert '"state": "abandoned"' in shown
    assert "a été interrompu" not in status
    assert fresh.package(DGEFP).exists()


@pytest.mark.sqlite_file
def test_an_import_into_a_full_home_is_refused_and_is_done_later(
    fresh: Situation, tmp_path: Path
) -> None:
    home = fresh.departement.home
    used = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
    source = tmp_path / "many.csv"
    write_clean_export(source, 2500)

    answer = run_with_mounts(
        *(fresh.departement, small_disk(home, used // 1024 + 300), "import", source, "--attest")
    )

    _require_to_try_later(answer)
    fresh.departement.do("import", source, "--attest")


@pytest.mark.parametrize("full", ["--master-key", "--checkpoints"])
def test_a_home_that_finds_no_room_outside_of_it_is_begun_later(tmp_path: Path, full: str) -> None:
    departement, stick = Departement(tmp_path / "departement"), tmp_path / "stick"
    stick.mkdir()
    places = {name: tmp_path / name[2:] for name in ("--master-key", "--checkpoints")}
    places[full] = stick / "file"
    options = [word for place in places.items() for word in place]

    answer = run_with_mounts(
        departement, f"{small_disk(stick, 64)} && {filled(stick)}", "init", *options
    )

    _require_to_try_later(answer)


def test_an_export_to_a_read_only_outbox_sends_nothing_and_is_done_later(
    fresh: Situation,
) -> None:
    outbox = fresh.departement.home / "outbox"

    answer = run_with_mounts(fresh.departement, read_only(outbox), "export", "--for-real")
    fresh.departement.do("export", "--for-real")

    _require_said(answer, _READ_ONLY)
    assert acts_done(fresh.departement)["transfer.published"] == len(RECIPIENTS) + len(PROVEN)


@pytest.mark.parametrize("folder", ["outbox", "certificates", "outside"])
def test_a_purge_that_cannot_write_is_refused_and_is_done_later(
    sent: Situation, published: Situation, tmp_path: Path, folder: str
) -> None:
    alone = published.copied_to(tmp_path / "alone")
    for situation in (sent, alone):
        situation.departement.do("clock", "set", "2023-09-30T10:00")
    alone.departement.do("purge", "--for-real")

    mounts = read_only(sent.departement.home / folder)
    answer = run_with_mounts(sent.departement, mounts, "purge", "--for-real")
    sent.departement.do("purge", "--for-real")

    _require_said(answer, _READ_ONLY)
    assert home_state(sent.departement) == home_state(alone.departement)
    sent.departement.do("audit", "verify")


def test_an_answer_that_no_checkpoint_can_follow_is_recorded_and_said(sent: Situation) -> None:
    receipt = sent.folder / "accuse.p7m"
    package = sent.package(DGEFP)
    sent.departement.do("acknowledge", package, *sent.signing(DGEFP), "--out", receipt)

    mounts = read_only(sent.departement.home / "outside")
    answer = run_with_mounts(sent.departement, mounts, "receipt", receipt)

    _require_said(answer, _READ_ONLY)
    assert acts_done(sent.departement)["receipt.accepted"] == len(PROVEN) + 1
    sent.departement.do("audit", "verify")


def _require_to_try_later(answer: Answer) -> None:
    _require_said(answer, _FULL)
    assert answer.exit_code == RetryLaterError.exit_code, answer
    assert "libérez de la place, puis recommencez" in answer.complaint


def _require_said(answer: Answer, sentence: str) -> None:
    assert answer.exit_code not in {0, 2}, answer
    assert sentence in answer.complaint
    assert "Traceback" not in answer.complaint
