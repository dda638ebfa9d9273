"""A receipt killed, or whose disk fails, at any of its steps: it is recorded once, by the next."""

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
from tests.fakes.situation import DGEFP, Situation

_AT_LEAST = 20


@pytest.fixture(name="ordeal")
def _ordeal(commands: ForkedCommands, published: Situation, tmp_path: Path) -> Ordeal:
    start = published.copied_to(tmp_path / "start")
    rejected = ("--line", "3", "--code", "COURRIEL_FORMAT", *start.signing(DGEFP))
    package = start.package(DGEFP)
    start.departement.do("reject", package, *rejected, "--out", start.folder / "rejet.p7m")
    return Ordeal(
        commands,
        start,
        lambda here: ("receipt", here.folder / "rejet.p7m"),
        ended_by="receipt.accepted",
        repeated_as="receipt.refused",
    )


def test_a_receipt_killed_at_some_stops_is_finished_by_the_next(
    ordeal: Ordeal, tmp_path: Path
) -> None:
    stops = ordeal.endure_kills(tmp_path, some_stops)

    assert len(stops) >= _AT_LEAST


@pytest.mark.long
def test_a_receipt_killed_between_any_two_steps_is_finished_by_the_next(
    ordeal: Ordeal, tmp_path: Path
) -> None:
    list_stops("receipt", ordeal.endure_kills(tmp_path, between_steps), between_steps)


def test_a_receipt_whose_disk_fails_says_so_and_is_finished_by_the_next(
    ordeal: Ordeal, tmp_path: Path
) -> None:
    ordeal.endure_faults(tmp_path, a_step)


@pytest.mark.long
def test_a_receipt_whose_disk_fails_at_steps_all_along_says_so_and_is_finished_by_the_next(
    ordeal: Ordeal, tmp_path: Path
) -> None:
    ordeal.endure_faults(tmp_path, steps_all_along)
