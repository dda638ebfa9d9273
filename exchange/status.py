"""One screen: the next deadlines and what is missing for each, keys that expire, the log."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from exchange.agreements import in_force
from exchange.instants import local_day
from exchange.storage.database import UnitOfWork
from exchange.storage.home_state import LAST_VERIFICATION
from exchange.transfers.exporting import previews
from exchange.wiring import Service
from schemas.agreement import Agreement, Deadline, records_end

_EXPIRY_NOTICE: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class DeadlineStatus:
    """A deadline and what is missing for it; empty when nothing is."""

    deadline_id: str
    label: str
    due: date
    missing: str


@dataclass(frozen=True, slots=True)
class AgreementStatus:
    """An agreement in force."""

    agreement_id: str
    version: int
    people: int
    held: int
    records_end: date
    deadlines: tuple[DeadlineStatus, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """What ``status`` shows."""

    home: Path
    trial: bool
    now: datetime
    seal: str
    leaves: int
    last_verification: str
    agreements: tuple[AgreementStatus, ...]
    warnings: tuple[str, ...]
    next_step: str

    def as_document(self) -> dict[str, Any]:
        """Say it in JSON."""
        return asdict(self)
