"""A load as values: what is asked, what goes on, what is counted, how it ended."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

from exchange.intake.modes import ImportMode
from exchange.intake.staging import Merged
from exchange.people.sealing import PersonSealing
from schemas.agreement import Agreement
from schemas.annex_e import Finding, RuleCode, SourceRow


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """What the operator asks: a dry run takes nothing in.

    ``attested_by`` is who declared that the file lists only beneficiaries in the sense of
    article 3.4 of the amendment; empty when nobody did.
    """

    agreement: Agreement
    rows: Iterable[SourceRow]
    mode: ImportMode
    dry_run: bool
    attested_by: str


@dataclass(slots=True)
class Tally:
    """Rows of a file, counted as they are judged.

    ``unreadable`` are the refused ones that do not say whose they are.
    """

    read: int = 0
    refused: int = 0
    unreadable: int = 0
    codes: Counter[RuleCode] = field(default_factory=Counter)

    def refused_percent(self) -> float:
        """Give the share of rows refused."""
        return 100 * self.refused / self.read if self.read else 0.0


@dataclass(frozen=True, slots=True)
class Load:
    """A load under way; ``report`` gets every finding."""

    load_id: str
    request: LoadRequest
    sealing: PersonSealing
    report: Callable[[Finding], None]
    tally: Tally = field(default_factory=Tally)

    def found(self, finding: Finding) -> None:
        """Count a finding, and report it."""
        self.tally.codes[finding.code] += 1
        self.report(finding)


class Stop(Enum):
    """Why a whole load is refused once its rows are judged."""

    REFUSED_ROWS = auto()
    ABSENT_PEOPLE = auto()


@dataclass(frozen=True, slots=True)
class LoadResult:
    """How a load ended: what it did to people, or would have, were it not stopped or dry."""

    load_id: str
    mode: ImportMode
    tally: Tally
    merged: Merged
    stop: Stop | None
    is_kept: bool
