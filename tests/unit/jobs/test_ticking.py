"""The clock that ticks, whatever becomes of the machine's and however long a tick takes."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo

import pytest
from apscheduler.schedulers import base

from jobs import ticking
from jobs.ticking import tick_until_stopped

_EVERY = timedelta(seconds=1)
_PATIENCE_SECONDS = 10


class _SetBack(datetime):
    """The wall clock of a machine that can be set."""

    behind = timedelta()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "_SetBack":
        at = datetime.now(tz) - cls.behind
        return cls.fromisoformat(at.isoformat())


@pytest.fixture(name="machine")
def _machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_SetBack]]:
    for module in (base, ticking):
        monkeypatch.setattr(module, "datetime", _SetBack)
    yield _SetBack
    _SetBack.behind = timedelta()


def test_a_clock_set_back_by_an_hour_does_not_stop_the_ticks(machine: type[_SetBack]) -> None:
    ticks: list[float] = []

    def tick() -> None:
        ticks.append(time.monotonic())
        machine.behind = timedelta(hours=1)
        if len(ticks) > 1:
            _stop()

    with _patience():
        tick_until_stopped(tick, _EVERY)

    assert len(ticks) > 1
    assert ticks[1] - ticks[0] < 3 * _EVERY.total_seconds()


def test_a_tick_that_takes_long_is_not_run_twice_and_nothing_is_written_about_it(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    running, most = [0], [0]

    def tick() -> None:
        running[0] += 1
        most[0] = max(most[0], running[0])
        time.sleep(2.5 * _EVERY.total_seconds())
        running[0] -= 1
        _stop()

    with _patience():
        tick_until_stopped(tick, _EVERY)

    assert most == [1]
    assert caplog.messages == []
    assert capfd.readouterr().err == ""


def _stop() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def _patience() -> Iterator[None]:
    """Stop in any case after a while."""
    timer = threading.Timer(_PATIENCE_SECONDS, _stop)
    timer.start()
    yield
    timer.cancel()
