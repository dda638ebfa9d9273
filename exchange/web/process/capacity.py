"""What one process of the service takes upon itself: at once, and of one caller in a minute."""

from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many requests are worked on at once; how many of one caller in a minute.

    ``requests_a_minute`` and ``denials_a_minute`` are of one caller; 0 is without a limit.
    """

    threads: int = 8
    requests_a_minute: int = 0
    denials_a_minute: int = 0

    @property
    def places(self) -> int:
        """How many clients may keep a thread waiting, for a body or with a long answer."""
        return max(1, self.threads * 3 // 4)

    @property
    def connections(self) -> int:
        """How many connections to a database server stay open: one a thread."""
        return self.threads

    def shared_by(self, processes: int) -> "Capacity":
        """Give the part of one of several processes: each counts alone what it answers."""
        return Capacity(
            self.threads,
            ceil(self.requests_a_minute / processes),
            ceil(self.denials_a_minute / processes),
        )
