"""Judging the rows of a file, sealing them for their people, and staging them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Protocol

from exchange.clock import Clock
from exchange.instants import local_day
from exchange.intake.load import Tally
from exchange.intake.recognition import recognise
from exchange.intake.staging import StagedRow, StagedRows, UntakenRow
from exchange.people.indexes import index_of_key, index_of_names
from exchange.people.person import PersonRows
from exchange.people.sealing import PersonSealing
from exchange.transactions import Evidenced, Store
from schemas.agreement import Agreement
from schemas.annex_e import (
    Finding,
    JudgingContext,
    Level,
    RuleCode,
    SourceRow,
    Verdict,
    judge,
)

_BATCH_ROWS: Final = 5000


class Work(Evidenced, Protocol):
    """A transaction as the judging of a batch sees it."""

    @property
    def people(self) -> PersonRows:
        """The people already known."""
        ...

    @property
    def staging(self) -> StagedRows:
        """The rows that wait."""
        ...


@dataclass(frozen=True, slots=True)
class RowStager:
    """Stages rows in short transactions.

    ``found`` gets every finding, ``progress`` the number of rows read so far.
    """

    store: Store[Work]
    sealing: PersonSealing
    context: JudgingContext
    found: Callable[[Finding], None]
    progress: Callable[[int], None]

    def stage(self, load_id: str, rows: Iterable[SourceRow], tally: Tally) -> None:
        """Judge and stage every row, in bounded memory; count into ``tally``."""
        for batch in _batches(rows):
            verdicts = judge(batch, self.context)
            refused = self._count(verdicts, tally)
            kept = [verdict for verdict in verdicts if not verdict.is_refused]
            if kept or refused:
                with self.store.begin() as work:
                    if kept:
                        work.staging.stage(load_id, self._recognised(work, kept))
                    if refused:
                        work.staging.keep_present(load_id, refused)
            self.progress(tally.read)

    def _count(self, verdicts: Sequence[Verdict], tally: Tally) -> list[UntakenRow]:
        """Count, report; give the refused rows that say whose they are."""
        refused = []
        for verdict in verdicts:
            tally.read += 1
            for finding in verdict.findings:
                self.found(finding)
            if verdict.is_refused:
                tally.refused += 1
                if untaken := self._untaken(verdict):
                    refused.append(untaken)
                else:
                    tally.unreadable += 1
        return refused

    def _untaken(self, verdict: Verdict) -> UntakenRow | None:
        key = self.sealing.identity_key
        by_name = index_of_names(key, verdict.names) if verdict.names else None
        if verdict.local_key:
            return UntakenRow(verdict.line, index_of_key(key, verdict.local_key), by_name)
        return UntakenRow(verdict.line, by_name, None) if by_name else None

    def _recognised(self, work: Work, kept: Sequence[Verdict]) -> list[StagedRow]:
        batch = [
            self.sealing.prepare(verdict.record, verdict.local_key)
            for verdict in kept
            if verdict.record is not None
        ]
        return [
            StagedRow(verdict.line, one.person, _held_code(verdict, one.doubt))
            for verdict, one in zip(kept, recognise(work.people, self.sealing, batch), strict=True)
        ]


def judging_context(agreement: Agreement, clock: Clock) -> JudgingContext:
    """Say what rows of this agreement are judged against today."""
    return JudgingContext(
        today=local_day(clock.now()),
        actions_start=agreement.actions.start,
        actions_end=agreement.actions.end,
        territory_postcode_prefixes=agreement.territory_postcodes,
    )


def _batches(rows: Iterable[SourceRow]) -> Iterator[list[SourceRow]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, _BATCH_ROWS)):
        yield batch


def _held_code(verdict: Verdict, doubt: RuleCode | None) -> str:
    held = [finding.code for finding in verdict.findings if finding.code.level is Level.ROW_HELD]
    if held:
        # Whose it is will be asked when it is released.
        return held[0]
    return doubt or ""
