"""Commands started together: one outcome, no lost act, and both exit codes say what happened."""

import csv
import json
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from exchange.home_opening import open_service
from exchange.settings import settings_from
from tests.fakes.forked_commands import ForkedCommands, stop_named
from tests.fakes.home_database import ask, home_variables
from tests.fakes.home_state import acts_done
from tests.fakes.local_exports import write_clean_export
from tests.fakes.seal_file import import_seal, write_seal_file
from tests.fakes.situation import AGREEMENT, DEADLINE, DGEFP, PROVEN, Situation

_PEOPLE, _LOADED = 200, 2500
_DONE, _REFUSED = 0, 3
_EXPORT = ("export", "--deadline", DEADLINE, "--for-real")
_OBJECTION = ("objection", "add", "--case", "DPO-2023-17", "--reason", "article-21")
_ORDERED = ("--reason", "envoi-errone", "--instruction", "instruction-1", "--for-real")
_LONGER_THAN_A_START = 4
_RECORDS_END = "2023-09-30T10:00"


@pytest.fixture(name="source", scope="module")
def _source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("source") / "many.csv"
    write_clean_export(source, _LOADED)
    return source


def test_two_imports_take_each_person_in_once(
    fresh: Situation, prepared: Situation, source: Path, tmp_path: Path
) -> None:
    alone = prepared.copied_to(tmp_path / "alone")
    alone.departement.do("import", source, "--attest")

    codes = _exit_codes(fresh, ("import", source, "--attest"), ("import", source, "--attest"))

    assert codes == [_DONE, _DONE]
    assert _identities(fresh) == _identities(alone)
    assert _count(fresh, "staged_row") == 0
    done = acts_done(alone.departement) + Counter({"import.done": 1})
    assert acts_done(fresh.departement) == done
    fresh.departement.do("audit", "verify")


@pytest.mark.parametrize(
    "purge_first", [False, pytest.param(True, marks=pytest.mark.long)], ids=["import", "purge"]
)
def test_an_import_and_a_purge_leave_nobody_behind(sent: Situation, *, purge_first: bool) -> None:
    sent.departement.do("clock", "set", _RECORDS_END)
    both = [("import", sent.source, "--attest"), ("purge", "--for-real")]

    with _claimed(sent):
        started = [
            sent.departement.start(*words) for words in (reversed(both) if purge_first else both)
        ]
        _wait_until_both_wait(sent)
    outputs = [process.communicate() for process in started]

    codes = sorted(process.returncode for process in started)
    assert codes == [_DONE, _REFUSED], outputs
    assert _count(sent, "person") == _count(sent, "staged_row") == 0
    assert acts_done(sent.departement)["certificate.issued"] == 1
    sent.departement.do("audit", "verify")


@pytest.mark.long
def test_one_answer_recorded_twice_at_once_is_recorded_once(sent: Situation) -> None:
    receipt = sent.folder / "accuse.p7m"
    package = sent.package(DGEFP)
    sent.departement.do("acknowledge", package, *sent.signing(DGEFP), "--out", receipt)

    codes = _exit_codes(sent, ("receipt", receipt), ("receipt", receipt))

    assert codes == [_DONE, _REFUSED]
    done = acts_done(sent.departement)
    assert (done["receipt.accepted"], done["receipt.refused"]) == (1 + len(PROVEN), 1)
    assert _count(sent, "receipt") == 1 + len(PROVEN)
    sent.departement.do("audit", "verify")


@pytest.mark.long
def test_a_withdrawal_during_an_answer_waits_and_neither_is_lost(
    commands: ForkedCommands, sent: Situation, published: Situation, tmp_path: Path
) -> None:
    receipt = sent.folder / "accuse.p7m"
    signing = (*sent.signing(DGEFP), "--out", receipt)
    sent.departement.do("acknowledge", sent.package(DGEFP), *signing)
    rehearsal = published.copied_to(tmp_path / "rehearsal").departement
    at = stop_named("before UPDATE transfer", commands.stops_of(rehearsal, "receipt", receipt))

    answer = commands.stand_still(sent.departement, at, "receipt", receipt)
    withdrawal = sent.departement.start("transfer", "withdraw", sent.transfer_id(DGEFP), *_ORDERED)
    time.sleep(_LONGER_THAN_A_START)
    is_waiting = withdrawal.poll() is None
    answered = commands.wake(answer)
    output = withdrawal.communicate()

    assert is_waiting
    assert (answered.exit_code, withdrawal.returncode) == (_DONE, _DONE), (answered, output)
    query = "SELECT 1 FROM transfer WHERE withdrawn_at IS NOT NULL AND answered_at IS NOT NULL"
    assert len(_rows(sent, query)) == 1
    sent.departement.do("audit", "verify")


@pytest.mark.long
def test_a_seal_waits_for_who_works_with_the_one_before(fresh: Situation, tmp_path: Path) -> None:
    seal_file, certificate = tmp_path / "cachet.p12", fresh.departement.home / "seal.crt"
    write_seal_file(seal_file)
    before = certificate.read_bytes()

    with ThreadPoolExecutor() as pool:
        with _claimed(fresh):
            imported = pool.submit(import_seal, fresh.departement, seal_file)
            time.sleep(_LONGER_THAN_A_START)
            meanwhile = certificate.read_bytes()
        answer = imported.result()

    assert meanwhile == before
    assert answer.exit_code == _DONE, answer
    assert certificate.read_bytes() != before


def test_two_purges_destroy_once(sent: Situation) -> None:
    sent.departement.do("clock", "set", _RECORDS_END)

    codes = _exit_codes(sent, ("purge", "--for-real"), ("purge", "--for-real"))

    assert codes == [_DONE, _DONE]
    done = acts_done(sent.departement)
    assert (done["purge.done"], done["certificate.issued"], done["purge.refused"]) == (1, 1, 1)
    sent.departement.do("audit", "verify")


def test_an_objection_during_an_export_waits_and_holds_for_the_next(
    commands: ForkedCommands, fresh: Situation, prepared: Situation, tmp_path: Path
) -> None:
    rehearsal = prepared.copied_to(tmp_path / "rehearsal").departement
    at = stop_named("before write .*.part", commands.stops_of(rehearsal, *_EXPORT))
    export = commands.stand_still(fresh.departement, at, *_EXPORT)

    objection = _started_objection(fresh)
    time.sleep(_LONGER_THAN_A_START)
    is_waiting = objection.poll() is None
    sent = commands.wake(export)
    objection.communicate()

    assert is_waiting
    assert (sent.exit_code, objection.returncode) == (_DONE, _DONE)
    assert _row_counts(fresh) == [_PEOPLE, _PEOPLE]
    assert acts_done(fresh.departement)["objection.added"] == 1
    fresh.departement.do("audit", "verify")


def test_an_objection_and_an_export_started_together_have_one_outcome(fresh: Situation) -> None:
    export = fresh.departement.start(*_EXPORT)
    objection = _started_objection(fresh)
    outputs = [export.communicate(), objection.communicate()]

    assert (export.returncode, objection.returncode) == (_DONE, _DONE), outputs
    assert _row_counts(fresh) in ([_PEOPLE] * 2, [_PEOPLE - 1] * 2)
    assert acts_done(fresh.departement)["objection.added"] == 1
    fresh.departement.do("audit", "verify")


def _started_objection(situation: Situation) -> "subprocess.Popen[str]":
    """Type the objection of who stands first in the source file."""
    with situation.source.open(encoding="windows-1252", newline="") as file:
        row = next(csv.DictReader(file, delimiter=";"))
    typed = situation.folder / "typed.json"
    names = {"nom": "NOM_USAGE", "prenom": "PRENOM", "date_naissance": "DATE_NAISS"}
    typed.write_text(json.dumps({name: row[column] for name, column in names.items()}), "utf-8")
    with typed.open("rb") as standard_input:
        return situation.departement.start(*_OBJECTION, typed=standard_input)


def _row_counts(situation: Situation) -> list[int]:
    query = "SELECT row_count FROM transfer WHERE kind != 'test'"
    return [int(count) for (count,) in _rows(situation, query)]


def _exit_codes(situation: Situation, *commands: tuple[str | Path, ...]) -> list[int]:
    started = [situation.departement.start(*words) for words in commands]
    for process in started:
        process.communicate()
    return sorted(process.returncode for process in started)


@contextmanager
def _claimed(situation: Situation) -> Iterator[None]:
    """Let this process work on the agreement meanwhile."""
    environment = home_variables(situation.departement.home)
    with (
        open_service(settings_from(environment), inspecting=False) as service,
        service.exclusively(AGREEMENT),
    ):
        yield


def _wait_until_both_wait(situation: Situation) -> None:
    # Longer than the start of a command: both have read the keyring and stand at the claim.
    time.sleep(_LONGER_THAN_A_START)
    assert _count(situation, "person") == _PEOPLE


def _count(situation: Situation, table: str) -> int:
    return len(_rows(situation, f"SELECT 1 FROM {table}"))  # noqa: S608 - a name of ours


def _identities(situation: Situation) -> list[tuple[bytes]]:
    return sorted(_rows(situation, "SELECT identity FROM person"))


def _rows(situation: Situation, query: str) -> list[tuple[bytes]]:
    return ask(situation.departement.home, query)
