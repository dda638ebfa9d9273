"""What is due for destruction. Decides, destroys nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from keys.keyring_file import KeyId, KeyPurpose
from schemas.agreement import Agreement, opens_at, packages_end, records_end

_KEYS_OF_RECORDS: Final = (KeyPurpose.RECORDS, KeyPurpose.IDENTITY)


@dataclass(frozen=True, slots=True)
class OutboxPackage:
    """A package of which something may still lie in the outbox, published or not.

    ``is_test`` tells a test of the recipient's keys, which every home marks ESSAI.
    """

    transfer_id: str
    recipient_id: str
    is_test: bool = False


@dataclass(frozen=True, slots=True)
class DestructionPlan:
    """What a purge would destroy now.

    ``records_on`` and ``packages_on`` are the days from which the agreement demands it;
    what is not due yet is zero or empty. ``staged_rows`` are what a killed load left,
    ``keys`` the names of the keys that go.
    """

    agreement_id: str
    records_on: date
    packages_on: date
    records_due: bool
    packages_due: bool
    people: int
    held_rows: int
    staged_rows: int
    keys: tuple[str, ...]
    packages: tuple[OutboxPackage, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is due, or nothing is left."""
        return not (self.people or self.held_rows or self.staged_rows or self.keys or self.packages)


class RetainedRows(Protocol):
    """What the plan needs of the database, inside a transaction."""

    def count_people(self, agreement_id: str) -> int:
        """Count the people of an agreement."""
        ...

    def count_held(self, agreement_id: str) -> int:
        """Count the held rows of an agreement."""
        ...

    def count_staged(self, agreement_id: str) -> int:
        """Count the rows that a killed load left staged."""
        ...

    def packages(self, agreement_id: str) -> tuple[OutboxPackage, ...]:
        """Give the packages that were not removed, those that never left included."""
        ...


def destruction_plan(
    agreement: Agreement, rows: RetainedRows, keys: Iterable[KeyId], now: datetime
) -> DestructionPlan:
    """Say what is due for destruction at ``now``; ``keys`` are those of the keyring."""
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
        staged_rows=rows.count_staged(agreement.id) if records_due else 0,
        keys=tuple(str(k) for k in sorted(keys) if records_due and is_doomed(k, agreement.id)),
        packages=rows.packages(agreement.id) if packages_due else (),
    )


def is_doomed(key_id: KeyId, agreement_id: str) -> bool:
    """Tell whether a key goes with the records of an agreement."""
    return key_id.purpose in _KEYS_OF_RECORDS and key_id.scope == agreement_id
