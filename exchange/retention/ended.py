"""A destruction that is over: what was destroyed, and when."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class EndedPurge:
    """A certified destruction, in counts; ``packages`` left the outbox."""

    purge_id: str
    ended_at: datetime
    destroyed_records: bool
    people: int
    held_rows: int
    packages: int
