"""How a load ends: what only the whole file tells is settled, then all is taken in or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from exchange.audit.events import EventKind, Outcome
from exchange.intake.doubles import judge_doubles
from exchange.intake.load import Load, LoadResult, Stop
from exchange.intake.load_evidence import record_load
from exchange.intake.modes import ImportMode, is_too_short
from exchange.intake.recognition import DOUBTS
from exchange.intake.staging import HeldRows, LoadRows, Merged, Merging, StagedRows, WaitingRow
from exchange.intake.superseding import superseded
from exchange.people.person import PersonRows
from exchange.transactions import Evidenced
from schemas.annex_e import Finding, RuleCode


class Work(Evidenced, Protocol):
    """A transaction as a load sees it."""

    @property
    def people(self) -> PersonRows:
        """The people already known."""
        ...

    @property
    def loads(self) -> LoadRows:
        """The register of loads."""
        ...

    @property
    def staging(self) -> StagedRows:
        """The rows that wait."""
        ...

    @property
    def merging(self) -> Merging:
        """What takes them into the base."""
        ...

    @property
    def held(self) -> HeldRows:
        """The rows that wait since earlier loads."""
        ...


@dataclass(frozen=True, slots=True)
class _Apart:
    """What a load does to people and rows that it does not merge."""

    objecting: int
    absent: int
    superseded: Sequence[WaitingRow]

    def added_to(self, merged: Merged) -> Merged:
        return replace(
            merged,
            objecting=self.objecting,
            absent=self.absent,
            superseded=len(self.superseded),
        )


def end_load(work: Work, load: Load, at: datetime) -> LoadResult:
    """Settle what only the whole file and the people known can tell, then end the load."""
    if load.tally.read > 1:
        _settle_doubles(work, load)
    # After the doubles: what is said of a line must not tell whether somebody objects.
    objecting = work.staging.set_aside_objecting(load.load_id, load.request.agreement.id)
    absent = 0
    if load.request.mode is ImportMode.COMPLETE_LIST:
        absent = work.merging.count_absent(load.load_id, load.request.agreement.id)
    stop = _stop(load, absent)
    leaves = stop is not None or load.request.dry_run
    _say_doubts(work, load, named=not leaves)
    apart = _Apart(objecting, absent, _superseded(work, load))
    if leaves:
        merged = apart.added_to(work.merging.would_merge(load.load_id))
        return _leave(work, load, stop, merged)
    return _take_in(work, load, apart, at)


def _settle_doubles(work: Work, load: Load) -> None:
    doubles = judge_doubles(
        work.staging.differing(load.load_id), load.sealing, dry_run=load.request.dry_run
    )
    under_one_key = work.staging.under_one_key(load.load_id)
    contradictory = sorted({*doubles.contradictory, *under_one_key})
    work.staging.set_aside(load.load_id, contradictory)
    work.staging.hold(load.load_id, doubles.homonyms, RuleCode.HOMONYME_POSSIBLE)
    for line in contradictory:
        load.tally.refused += 1
        load.found(Finding(line, "", RuleCode.DOUBLON_CONTRADICTOIRE))
    for line in work.staging.drop_identical(load.load_id):
        load.found(Finding(line, "", RuleCode.AVERTISSEMENT_DOUBLON_IDENTIQUE))
    claiming = work.staging.claiming_one_person(load.load_id)
    work.staging.hold(load.load_id, claiming, RuleCode.CLE_LOCALE_DOUTEUSE)


def _say_doubts(work: Work, load: Load, *, named: bool) -> None:
    for code in DOUBTS:
        lines = work.staging.held_lines(load.load_id, code)
        if not named:
            # Only their number: of a line, where nothing is kept, it would tell that
            # somebody is known, as often as one likes to ask.
            load.tally.codes[code] += len(lines)
            continue
        for line in lines:
            load.found(Finding(line, "", code))


def _leave(work: Work, load: Load, stop: Stop | None, merged: Merged) -> LoadResult:
    work.loads.forget(load.load_id)
    kind, outcome = EventKind.IMPORT_DONE, Outcome.DONE
    if stop is not None:
        kind, outcome = EventKind.IMPORT_REFUSED, Outcome.REFUSED
    if stop is Stop.REFUSED_ROWS:
        load.found(Finding(0, "", RuleCode.FICHIER_SEUIL_REFUS))
    result = _result(load, merged, stop, is_kept=False)
    record_load(work, kind, outcome, load.request, load.load_id, result=result)
    return result


def _take_in(work: Work, load: Load, apart: _Apart, at: datetime) -> LoadResult:
    agreement_id = load.request.agreement.id
    if load.request.mode is ImportMode.COMPLETE_LIST:
        work.merging.mark_absent(load.load_id, agreement_id, at)
    for row in apart.superseded:
        work.held.remove(agreement_id, row.load_id, row.line)
    merged = apart.added_to(work.merging.merge(load.load_id, agreement_id, at))
    counts = {
        "accepted": merged.created + merged.updated + merged.unchanged,
        "refused": load.tally.refused,
        "held": merged.held,
        "absent": merged.absent,
    }
    work.loads.end(load.load_id, at, counts, load.request.attested_by)
    result = _result(load, merged, None, is_kept=True)
    record_load(
        work, EventKind.IMPORT_DONE, Outcome.DONE, load.request, load.load_id, result=result
    )
    return result


def _stop(load: Load, absent: int) -> Stop | None:
    agreement = load.request.agreement
    if load.tally.refused_percent() > agreement.refusal_threshold_percent:
        return Stop.REFUSED_ROWS
    return Stop.ABSENT_PEOPLE if is_too_short(agreement, absent) else None


def _superseded(work: Work, load: Load) -> list[WaitingRow]:
    agreement_id = load.request.agreement.id
    later = work.merging.said_again(load.load_id, agreement_id)
    return superseded(work.held.waiting(agreement_id), later, load.sealing)


def _result(load: Load, merged: Merged, stop: Stop | None, *, is_kept: bool) -> LoadResult:
    return LoadResult(load.load_id, load.request.mode, load.tally, merged, stop, is_kept)
