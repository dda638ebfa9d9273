"""Time, injected: the wall clock, and the trial clock that runs at a distance from it."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Gives aware UTC instants."""

    def now(self) -> datetime:
        """Give the instant by which the service decides."""
        ...

    def wall(self) -> datetime:
        """Give the wall's own instant, whatever ``now`` says."""
        ...


@dataclass(frozen=True, slots=True)
class WallClock:
    """The machine's clock: what a real home decides by."""

    def now(self) -> datetime:
        """Give the machine's instant."""
        return self.wall()

    def wall(self) -> datetime:
        """Give the machine's instant."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ServerClock:
    """Another machine's clock, asked once, that runs on by this machine's counter.

    ``asked_at`` is what the counter said, in seconds, when the answer was there: this clock
    is behind the server's by what the answer took on its way, and never ahead of it.
    """

    instant: datetime
    asked_at: float

    def now(self) -> datetime:
        """Give the server's instant."""
        return self.wall()

    def wall(self) -> datetime:
        """Give the server's instant."""
        return self.instant + timedelta(seconds=time.monotonic() - self.asked_at)


@dataclass(frozen=True, slots=True)
class TrialClock:
    """A wall clock plus a kept offset: several processes agree and time runs on."""

    wall_clock: Clock
    offset: timedelta

    def now(self) -> datetime:
        """Give the set instant."""
        return self.wall() + self.offset

    def wall(self) -> datetime:
        """Give the wall clock's instant."""
        return self.wall_clock.wall()


@dataclass(frozen=True, slots=True)
class StoppedClock:
    """A clock stopped at the instant a dry run asks about; evidence keeps the wall's."""

    wall_clock: Clock
    instant: datetime

    def now(self) -> datetime:
        """Give the instant asked about."""
        return self.instant

    def wall(self) -> datetime:
        """Give the wall clock's instant."""
        return self.wall_clock.wall()
