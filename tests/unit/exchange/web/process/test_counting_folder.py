"""The folder of counts: it goes with its server, or with the next one, and no other's does."""

import fcntl
import os
from pathlib import Path

import pytest

from exchange.web.process import counting_folder as module
from exchange.web.process.counting_folder import counting_folder


@pytest.fixture(name="place", autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "_MEMORY", tmp_path)
    # Given back after the test: the library would count there when it is imported.
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    return tmp_path


def test_it_is_there_for_as_long_as_the_server_and_not_longer(place: Path) -> None:
    with counting_folder() as folder:
        there = list(place.iterdir())

    assert there == [folder]
    assert list(place.iterdir()) == []


def test_what_a_killed_server_left_goes_when_the_next_one_begins(place: Path) -> None:
    left = place / "spie-exchange-counts-abandon"
    left.mkdir()
    (left / "lock").touch()
    (left / "counter_1.db").write_bytes(b"1")

    with counting_folder() as folder:
        there = list(place.iterdir())

    assert there == [folder]


def test_a_neighbour_s_and_what_is_none_of_ours_stay(place: Path) -> None:
    strange = place / "spie-exchange-counts-strange"
    strange.mkdir()

    with counting_folder() as first, counting_folder() as second:
        there = set(place.iterdir())

    assert there == {first, second, strange}
    assert list(place.iterdir()) == [strange]


def test_a_lock_that_a_forked_process_still_holds_keeps_the_folder(place: Path) -> None:
    kept = place / "spie-exchange-counts-kept"
    kept.mkdir()
    with (kept / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)

        with counting_folder():
            there = kept.exists()

    assert there


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser gives a folder away")
def test_what_another_account_put_there_keeps_nobody_waiting(place: Path) -> None:
    planted = place / "spie-exchange-counts-planted"
    planted.mkdir()
    os.mkfifo(planted / "lock")
    os.chown(planted, 65534, 65534)

    with counting_folder():
        assert planted.exists()
