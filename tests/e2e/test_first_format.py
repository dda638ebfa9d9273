"""A home of the first format, brought to today's: objections by name find its people too."""

from pathlib import Path

import pytest

from tests.fakes.first_format import bring_back
from tests.fakes.forked_commands import ForkedCommands, stop_named
from tests.fakes.home_database import ask
from tests.fakes.operator import LOCAL_KEY, Operator
from tests.fakes.people import people
from tests.fakes.situation import Situation

# No server ever kept a home of the first format.
pytestmark = pytest.mark.sqlite_file
_KNOWN, _HELD = (p for p in list(people(300, seed=7))[:2])
_ROWS = (_KNOWN | {LOCAL_KEY: "A1"}, _HELD | {LOCAL_KEY: "A2", "date_entree": "04/05/2020"})


@pytest.fixture(name="older")
def _older(operator: Operator) -> Operator:
    operator.revise_agreement(2, local_key=f'"{LOCAL_KEY}"')
    operator.load(*_ROWS)
    bring_back(operator.situation.departement.database)
    return operator


def test_until_it_is_upgraded_nothing_is_sent(older: Operator) -> None:
    refused = older.run("export", "--for-real")

    assert refused.exit_code == 78
    assert "spie-exchange upgrade" in refused.complaint


def test_an_objection_by_name_finds_who_was_loaded_by_key_before(older: Operator) -> None:
    older.run("upgrade")

    older.object(_KNOWN)

    assert older.preview()["objecting"] == 1


def test_an_objection_by_name_finds_a_row_that_was_held_by_key_before(older: Operator) -> None:
    older.run("upgrade")
    older.object(_HELD)

    released = older.run("held", "release", "3", "--reason", "instruction")

    assert released.exit_code == 3
    assert "s'oppose" in released.complaint


def test_the_evidence_says_how_many_were_indexed_and_stays_whole(older: Operator) -> None:
    older.run("upgrade")
    older.run("upgrade")

    first, again = older.events("home.upgraded")
    assert (first["details"]["indexed"], again["details"]["indexed"]) == (2, 0)
    assert older.run("audit", "verify").exit_code == 0


@pytest.mark.parametrize("step", ["after UPDATE person", "before COMMIT", "after COMMIT"])
def test_an_upgrade_that_is_killed_is_done_as_a_whole_or_not_at_all(
    older: Operator, commands: ForkedCommands, tmp_path: Path, step: str
) -> None:
    departement = older.situation.departement
    rehearsal = older.situation.copied_to(tmp_path / "rehearsal")
    at = stop_named(step, commands.stops_of(rehearsal.departement, "upgrade"))

    commands.kill(departement, at, "upgrade")

    assert (older.run("status").exit_code == 0) is (step == "after COMMIT")
    assert older.run("upgrade").exit_code == 0
    assert sum(event["details"]["indexed"] for event in older.events("home.upgraded")) == 2
    assert _indexed(older.situation) == 2


def _indexed(situation: Situation) -> int:
    count = (
        "SELECT (SELECT count(name_index) FROM person) + (SELECT count(name_index) FROM held_row)"
    )
    ((indexed,),) = ask(situation.departement.home, count)
    return int(indexed)
