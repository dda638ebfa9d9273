"""A destruction that is over: what was destroyed, and when."""

from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class CertifiedPurge:
    """A destruction that is over, under one agreement, with its signed certificate (CAdES)."""

    agreement_id: str
    purge: EndedPurge
    document: bytes = field(repr=False)
