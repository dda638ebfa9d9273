"""Time, injected: the wall clock, and the trial clock that runs at a distance from it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Gives aware UTC instants."""

    def now(self) -> datetime:
        """Give the instant by which the service decides."""
        ...

    def wall(self) -> datetime:
        """Give the machine's own instant, whatever ``now`` says."""
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
class TrialClock:
    """The machine's clock plus a kept offset: several processes agree and time runs on."""

    offset: timedelta

    def now(self) -> datetime:
        """Give the set instant."""
        return self.wall() + self.offset

    def wall(self) -> datetime:
        """Give the machine's instant."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class StoppedClock:
    """A clock stopped at the instant a dry run asks about; evidence keeps the wall's."""

    instant: datetime

    def now(self) -> datetime:
        """Give the instant asked about."""
        return self.instant

    def wall(self) -> datetime:
        """Give the machine's instant."""
        return datetime.now(UTC)
