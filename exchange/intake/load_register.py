"""The register of loads, as it is shown: when, by whom, how many; nothing of anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RegisteredLoad:
    """A load that was taken into the base. ``attested_by`` is an account, not a person.

    ``load_number`` orders the loads of an agreement; the counts are rows, ``absent`` people.
    """

    load_id: str
    load_number: int
    mode: str
    begun_at: datetime
    ended_at: datetime
    attested_by: str
    accepted: int
    refused: int
    held: int
    absent: int


class LoadRegister(Protocol):
    """What reading the register needs, inside a transaction."""

    def ended(self, agreement_id: str) -> Sequence[RegisteredLoad]:
        """Give the loads of an agreement that were taken into the base, oldest first."""
        ...
