"""What is due for destruction. Decides, destroys nothing."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from schemas.agreement import Agreement, opens_at, packages_end, records_end


@dataclass(frozen=True, slots=True)
class PublishedPackage:
    """A package that still lies in the outbox: whose, and its file name there."""

    transfer_id: str
    recipient_id: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class DestructionPlan:
    """What a purge would destroy now.

    ``records_on`` and ``packages_on`` are the days from which the agreement demands it;
    ``people`` and ``held_rows`` are zero when the records are not due yet.
    """

    agreement_id: str
    records_on: date
    packages_on: date
    records_due: bool
    packages_due: bool
    people: int
    held_rows: int
    packages: tuple[PublishedPackage, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is due, or nothing is left."""
        return not (self.people or self.held_rows or self.packages)


class RetainedRows(Protocol):
    """What the plan needs of the database, inside a transaction."""

    def count_people(self, agreement_id: str) -> int:
        """Count the people of an agreement."""
        ...

    def count_held(self, agreement_id: str) -> int:
        """Count the held rows of an agreement."""
        ...

    def packages(self, agreement_id: str) -> tuple[PublishedPackage, ...]:
        """Give the packages that were published and not removed."""
        ...


def destruction_plan(agreement: Agreement, rows: RetainedRows, now: datetime) -> DestructionPlan:
    """Say what is due for destruction at ``now``."""
    records_on, packages_on = records_end(agreement), packages_end(agreement)
    records_due, packages_due = now >= opens_at(records_on), now >= opens_at(packages_on)
    return DestructionPlan(
        agreement_id=agreement.id,
        records_on=records_on,
        packages_on=packages_on,
        records_due=records_due,
        packages_due=packages_due,
        people=rows.count_people(agreement.id) if records_due else 0,
        held_rows=rows.count_held(agreement.id) if records_due else 0,
        packages=rows.packages(agreement.id) if packages_due else (),
    )
