"""A second wave that carries only who is new, and a view without any direct identifier."""

import json
from collections.abc import Callable

import pytest

from tests.fakes.answer import Answer
from tests.fakes.command_here import CommandHere
from tests.fakes.home_database import ask
from tests.fakes.local_exports import PEOPLE_SEED
from tests.fakes.opened_rows import opened_manifest, opened_rows
from tests.fakes.people import people, write_local_export
from tests.fakes.situation import AGREEMENT, ANALYST, DGEFP, PROVIDER, RECIPIENTS, Situation

_SECOND, _ANALYSIS = "enquete-2", "analyse"
_NEW_PEOPLE, _CHANGED = 30, 3
_LIST = ("transfer", "list", "--json")
_DIRECT = ("prenom", "nom", "adresse", "courriel", "telephone", "date_naissance")


@pytest.fixture(name="run")
def _run(
    sent: Situation, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Answer]:
    """Let six months pass after the first wave, with new people and some that changed."""
    command = CommandHere(monkeypatch, capfd)
    rows = list(people(200 + _NEW_PEOPLE, PEOPLE_SEED))
    with_address = [row for row in rows[:200] if row["adresse"]]
    for row in with_address[:_CHANGED]:
        row["telephone"] = "06 12 34 56 78"
    for row in rows[200:]:
        row["date_entree"] = "15/03/2023"
    write_local_export(sent.folder / "second.csv", rows)
    for words in (
        ("clock", "set", "2023-07-20T10:00"),
        ("import", sent.folder / "second.csv", "--attest"),
        ("deadline", "ready", _SECOND),
        ("deadline", "ready", _ANALYSIS),
    ):
        assert command.run(sent.departement.home, *words).exit_code == 0, words
    return lambda *words: command.run(sent.departement.home, *words)


def test_a_second_wave_carries_who_was_not_sent_yet_and_counts_who_changed(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    previews = json.loads(run("export", "--deadline", _SECOND, "--json").output)
    assert run("export", "--deadline", _SECOND, "--for-real").exit_code == 0

    package = sent.departement.package(f"{AGREEMENT}_{_SECOND}_{DGEFP}_r1")
    opened = run("open", package, *sent.opening(DGEFP, sent.folder / "second"))

    assert opened.exit_code == 0, opened
    for preview in previews:
        assert (preview["rows"], preview["left_out"]) == (_NEW_PEOPLE, 200)
        assert (preview["changed"], preview["already_sent"]) == (_CHANGED, 0)
    rows = opened_rows(sent.folder / "second")
    assert len(rows) == _NEW_PEOPLE
    assert {row["date_entree"] for row in rows} == {"2023-03-15"}


def test_the_analyst_gets_no_direct_identifier(sent: Situation, run: Callable[..., Answer]) -> None:
    assert run("export", "--deadline", _ANALYSIS, "--for-real").exit_code == 0
    package = sent.departement.package(f"{AGREEMENT}_{_ANALYSIS}_{ANALYST}_r1")

    opened = run("open", package, *sent.opening(ANALYST, sent.folder / "analysis"))

    assert opened.exit_code == 0, opened
    manifest = opened_manifest(sent.folder / "analysis")
    assert (manifest["view"], manifest["instruction"]) == ("pseudonymised", "instruction-4")
    rows = opened_rows(sent.folder / "analysis")
    assert len(rows) == 200 + _NEW_PEOPLE
    assert list(rows[0]) == ["reference", "tranche_age", "departement", "mois_entree"]
    assert len({row["reference"] for row in rows}) == len(rows)
    cells = {cell.casefold() for row in rows for cell in row.values()}
    direct = {person[name].casefold() for person in people(200, PEOPLE_SEED) for name in _DIRECT}
    assert cells & direct <= {""}


def test_two_recipients_cannot_match_their_rows_by_their_place(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    run("export", "--deadline", _ANALYSIS, "--for-real")
    package = sent.departement.package(f"{AGREEMENT}_{_ANALYSIS}_{ANALYST}_r1")
    run("open", package, *sent.opening(ANALYST, sent.folder / "analysis"))
    run("open", sent.package(DGEFP), *sent.opening(DGEFP, sent.folder / "first"))

    months = [row["mois_entree"] for row in opened_rows(sent.folder / "analysis")]
    entries = [row["date_entree"][:7] for row in opened_rows(sent.folder / "first")]

    alike = sum(a == b for a, b in zip(months, entries, strict=False))
    assert alike < len(entries) / 4


def test_the_analyst_gets_nothing_once_its_instruction_has_ended(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    path = sent.agreement
    text = path.read_text("utf-8").replace("version = 1\n", "version = 2\n", 1)
    head, mark, tail = text.partition('id = "instruction-4"')
    ended = tail.replace("date = 2022-12-01", "ended_on = 2023-07-01\ndate = 2022-12-01", 1)
    path.write_text(head + mark + ended, "utf-8")
    assert run(*sent.loading()).exit_code == 0

    answer = run("export", "--deadline", _ANALYSIS, "--for-real")

    assert answer.exit_code == 3
    assert "l'instruction instruction-4 a pris fin" in answer.complaint


def test_two_waves_in_one_command_send_nobody_twice_and_no_empty_package(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    """The first wave was never published: the second has only who is new to carry."""
    for recipient_id in RECIPIENTS:
        sent.package(recipient_id).unlink()
    ask(
        sent.departement.home,
        "UPDATE transfer SET state = 'abandoned', published_at = NULL",
        "DELETE FROM sent_line",
    )

    answer = run("export", "--for-real", "--json")

    counts = {t["transfer_id"]: t["row_count"] for t in json.loads(run(*_LIST).output)}
    assert answer.exit_code == 0, answer
    for recipient_id in RECIPIENTS:
        assert counts[sent.transfer_id(recipient_id)] == 200
        assert counts[f"{AGREEMENT}_{_SECOND}_{recipient_id}_r1"] == _NEW_PEOPLE


def test_who_was_sent_what_was_taken_back_is_sent_with_the_next_wave(
    sent: Situation, run: Callable[..., Answer]
) -> None:
    ordered = ("--reason", "contenu-errone", "--instruction", "instruction-1", "--for-real")
    answer = sent.folder / "destroyed.p7m"
    run("declare-destruction", sent.package(DGEFP), "--out", answer, *sent.signing(DGEFP))
    run("transfer", "withdraw", sent.transfer_id(DGEFP), *ordered)
    run("receipt", answer)

    previews = json.loads(run("export", "--deadline", _SECOND, "--json").output)

    rows = {preview["recipient"]: preview["rows"] for preview in previews}
    assert rows == {DGEFP: 200 + _NEW_PEOPLE, PROVIDER: _NEW_PEOPLE}


def test_a_recipient_does_not_change_its_view(sent: Situation, run: Callable[..., Answer]) -> None:
    path = sent.folder / "agreement.toml"
    text = path.read_text("utf-8").replace("version = 1\n", "version = 2\n", 1)
    nominative = 'view = "nominative"\nreference_instruction = "instruction-2"'
    pseudonymised = 'view = "pseudonymised"\nview_instruction = "instruction-4"'
    assert nominative in text
    path.write_text(text.replace(nominative, pseudonymised, 1), "utf-8")

    answer = run("agreement", "check", path)

    assert answer.exit_code == 3
    assert "désignait autre chose" in answer.output
