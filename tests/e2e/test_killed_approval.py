"""An approval, and what leaves by it, killed at any step; and two approvals at once."""

from pathlib import Path

import pytest

from tests.e2e.disturbing import Ordeal, some_stops
from tests.fakes.forked_commands import ForkedCommands
from tests.fakes.home_state import acts_done
from tests.fakes.second_account import SecondAccount
from tests.fakes.situation import DEADLINE, DGEFP, PROVIDER, Situation

_EXPORT = ("export", "--deadline", DEADLINE, "--for-real")


@pytest.fixture(name="asked")
def _asked(fresh: Situation) -> Situation:
    """A home whose agreement asks for two accounts, where a colleague has prepared."""
    text = fresh.agreement.read_text("utf-8").replace("version = 1\n", "version = 2\n", 1)
    fresh.agreement.write_text(text.replace("# four_eyes = true", "four_eyes = true"), "utf-8")
    fresh.departement.do(*fresh.loading())
    SecondAccount(fresh.departement).prepare(DEADLINE)
    return fresh


@pytest.fixture(name="approved")
def _approved(asked: Situation) -> Situation:
    """The same, approved by a third account."""
    third = SecondAccount(asked.departement, "troisieme")
    third.approve(asked.transfer_id(DGEFP), asked.transfer_id(PROVIDER))
    return asked


@pytest.mark.long
def test_an_approval_killed_at_some_stops_is_given_by_the_next_and_once(
    commands: ForkedCommands, asked: Situation, tmp_path: Path
) -> None:
    ordeal = Ordeal(
        commands,
        asked,
        _approving,
        ended_by="transfer.approved",
        repeated_as="transfer.approval_refused",
    )

    assert ordeal.endure_kills(tmp_path / "killed", some_stops)


@pytest.mark.long
def test_what_was_approved_and_killed_on_its_way_leaves_by_the_next_export(
    commands: ForkedCommands, approved: Situation, tmp_path: Path
) -> None:
    ordeal = Ordeal(
        commands, approved, lambda _: _EXPORT, ended_by="transfer.published", repeated_as=""
    )

    assert ordeal.endure_kills(tmp_path / "killed", some_stops)


@pytest.mark.long
def test_of_two_approvals_at_once_one_is_given(asked: Situation) -> None:
    started = [asked.departement.start(*_approving(asked)) for _ in range(2)]

    complaints = [process.communicate()[1] for process in started]

    assert sorted(process.returncode for process in started) == [0, 3]
    assert sum("est déjà approuvé par" in complaint for complaint in complaints) == 1
    done = acts_done(asked.departement)
    assert (done["transfer.approved"], done["transfer.approval_refused"]) == (1, 1)


def _approving(situation: Situation) -> tuple[str, ...]:
    return ("transfer", "approve", situation.transfer_id(DGEFP), "--for-real")
