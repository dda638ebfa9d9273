"""An import killed, or whose disk fails, at any of its steps: the next import finishes the work."""

from pathlib import Path

import pytest

from tests.e2e.disturbing import (
    Ordeal,
    a_step,
    between_steps,
    list_stops,
    some_stops,
    steps_all_along,
)
from tests.fakes.forked_commands import ForkedCommands
from tests.fakes.local_exports import write_clean_export
from tests.fakes.situation import Situation

_AT_LEAST = 70


@pytest.fixture(name="ordeal")
def _ordeal(commands: ForkedCommands, prepared: Situation, tmp_path: Path) -> Ordeal:
    source = tmp_path / "more.csv"
    write_clean_export(source, 230)
    return Ordeal(
        commands,
        prepared,
        lambda here: ("import", source, "--attest", "--report", here.folder / "refus.csv"),
        ended_by="import.done",
        repeated_as="import.done",
    )


def test_an_import_killed_at_some_stops_is_finished_by_the_next(
    ordeal: Ordeal, tmp_path: Path
) -> None:
    stops = ordeal.endure_kills(tmp_path, some_stops)

    assert len(stops) >= _AT_LEAST


@pytest.mark.long
def test_an_import_killed_between_any_two_steps_is_finished_by_the_next(
    ordeal: Ordeal, tmp_path: Path
) -> None:
    list_stops("import", ordeal.endure_kills(tmp_path, between_steps), between_steps)


def test_an_import_whose_disk_fails_says_so_and_is_finished_by_the_next(
    ordeal: Ordeal, tmp_path: Path
) -> None:
    ordeal.endure_faults(tmp_path, a_step)


@pytest.mark.long
def test_an_import_whose_disk_fails_at_steps_all_along_says_so_and_is_finished_by_the_next(
    ordeal: Ordeal, tmp_path: Path
) -> None:
    ordeal.endure_faults(tmp_path, steps_all_along)
