"""Loading a file: every row judged, sealed and staged, then all taken in or nothing.

The evidence has one leaf when a load begins and one when it ends, with counts.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from exchange.audit.events import EventKind, Outcome
from exchange.clock import Clock
from exchange.errors import RefusedError
from exchange.intake.admission import require_open
from exchange.intake.doubles import judge_doubles
from exchange.intake.judging import RowStager, judging_context
from exchange.intake.load import LoadRequest, LoadResult, Stop, Tally
from exchange.intake.load_evidence import record_load
from exchange.intake.modes import ImportMode, is_too_short, require_limit
from exchange.intake.recognition import DOUBTS
from exchange.intake.staging import HeldRows, LoadRows, Merged, Merging, StagedRows, WaitingRow
from exchange.intake.superseding import superseded
from exchange.people.person import PersonRows
from exchange.people.sealing import PersonSealing, person_sealing
from exchange.transactions import Evidenced, Store
from keys.keyring import Keyring
from schemas.annex_e import Finding, RuleCode

_LOAD_ID_BYTES = 16


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
class _Load:
    """A load under way."""

    load_id: str
    request: LoadRequest
    sealing: PersonSealing
    tally: Tally


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


class Loader:
    """Judges, seals and stages the rows of one file, then settles and takes them in."""

    def __init__(
        self,
        store: Store[Work],
        keyring: Keyring,
        clock: Clock,
        report: Callable[[Finding], None],
        progress: Callable[[int], None],
    ) -> None:
        """``report`` gets every finding, ``progress`` the number of rows read so far."""
        self._store = store
        self._keyring = keyring
        self._clock = clock
        self._report = report
        self._progress = progress

    def load(self, request: LoadRequest) -> LoadResult:
        """Load one file. Raises ``RefusedError`` when the agreement admits no load now."""
        sealing = self._admit(request)
        load = _Load(secrets.token_hex(_LOAD_ID_BYTES), request, sealing, Tally())
        self._begin(load)
        try:
            self._stage(load)
            with self._store.begin() as work:
                return self._settle(work, load)
        except BaseException as error:
            self._undo(load, error)
            raise

    def _admit(self, request: LoadRequest) -> PersonSealing:
        try:
            require_open(request.agreement, self._clock.now())
            require_limit(request.agreement, request.mode)
            sealing = person_sealing(self._keyring, request.agreement.id)
            _require_attestation(request)
        except RefusedError as error:
            with self._store.begin() as work:
                work.evidence.record(
                    EventKind.IMPORT_REFUSED,
                    Outcome.REFUSED,
                    subject=request.agreement.id,
                    why=error.message,
                )
            raise
        return sealing

    def _begin(self, load: _Load) -> None:
        request = load.request
        with self._store.begin() as work:
            for left_over in work.loads.unfinished(request.agreement.id):
                work.loads.forget(left_over)
                record_load(
                    work,
                    EventKind.IMPORT_FAILED,
                    Outcome.FAILED,
                    request,
                    left_over,
                    why="interrompu",
                )
            work.loads.begin(load.load_id, request.agreement.id, request.mode, self._clock.now())
            record_load(work, EventKind.IMPORT_BEGUN, Outcome.BEGUN, request, load.load_id)

    def _stage(self, load: _Load) -> None:
        RowStager(
            store=self._store,
            sealing=load.sealing,
            context=judging_context(load.request.agreement, self._clock),
            found=lambda finding: self._found(finding, load.tally),
            progress=self._progress,
        ).stage(load.load_id, load.request.rows, load.tally)

    def _found(self, finding: Finding, tally: Tally) -> None:
        tally.codes[finding.code] += 1
        self._report(finding)

    def _settle(self, work: Work, load: _Load) -> LoadResult:
        """Settle what only the whole file and the people known can tell, then end the load."""
        self._settle_doubles(work, load)
        # After the doubles: what is said of a line must not tell whether somebody objects.
        objecting = work.staging.set_aside_objecting(load.load_id, load.request.agreement.id)
        absent = 0
        if load.request.mode is ImportMode.COMPLETE_LIST:
            absent = work.merging.count_absent(load.load_id, load.request.agreement.id)
        stop = _stop(load, absent)
        leaves = stop is not None or load.request.dry_run
        self._say_doubts(work, load, named=not leaves)
        apart = _Apart(objecting, absent, _superseded(work, load))
        if leaves:
            merged = apart.added_to(work.merging.would_merge(load.load_id))
            return self._leave(work, load, stop, merged)
        return self._take_in(work, load, apart)

    def _settle_doubles(self, work: Work, load: _Load) -> None:
        doubles = judge_doubles(
            work.staging.differing(load.load_id), load.sealing, dry_run=load.request.dry_run
        )
        under_one_key = work.staging.under_one_key(load.load_id)
        contradictory = sorted({*doubles.contradictory, *under_one_key})
        work.staging.set_aside(load.load_id, contradictory)
        work.staging.hold(load.load_id, doubles.homonyms, RuleCode.HOMONYME_POSSIBLE)
        for line in contradictory:
            load.tally.refused += 1
            self._found(Finding(line, "", RuleCode.DOUBLON_CONTRADICTOIRE), load.tally)
        for line in work.staging.drop_identical(load.load_id):
            self._found(Finding(line, "", RuleCode.AVERTISSEMENT_DOUBLON_IDENTIQUE), load.tally)
        claiming = work.staging.claiming_one_person(load.load_id)
        work.staging.hold(load.load_id, claiming, RuleCode.CLE_LOCALE_DOUTEUSE)

    def _say_doubts(self, work: Work, load: _Load, *, named: bool) -> None:
        for code in DOUBTS:
            lines = work.staging.held_lines(load.load_id, code)
            if not named:
                # Only their number: of a line, where nothing is kept, it would tell that
                # somebody is known, as often as one likes to ask.
                load.tally.codes[code] += len(lines)
                continue
            for line in lines:
                self._found(Finding(line, "", code), load.tally)

    def _leave(self, work: Work, load: _Load, stop: Stop | None, merged: Merged) -> LoadResult:
        work.loads.forget(load.load_id)
        kind, outcome = EventKind.IMPORT_DONE, Outcome.DONE
        if stop is not None:
            kind, outcome = EventKind.IMPORT_REFUSED, Outcome.REFUSED
        if stop is Stop.REFUSED_ROWS:
            self._found(Finding(0, "", RuleCode.FICHIER_SEUIL_REFUS), load.tally)
        result = _result(load, merged, stop, is_kept=False)
        record_load(work, kind, outcome, load.request, load.load_id, result=result)
        return result

    def _take_in(self, work: Work, load: _Load, apart: _Apart) -> LoadResult:
        agreement_id, now = load.request.agreement.id, self._clock.now()
        if load.request.mode is ImportMode.COMPLETE_LIST:
            work.merging.mark_absent(load.load_id, agreement_id, now)
        for row in apart.superseded:
            work.held.remove(agreement_id, row.load_id, row.line)
        merged = apart.added_to(work.merging.merge(load.load_id, agreement_id, now))
        counts = {
            "accepted": merged.created + merged.updated + merged.unchanged,
            "refused": load.tally.refused,
            "held": merged.held,
            "absent": merged.absent,
        }
        work.loads.end(load.load_id, now, counts, load.request.attested_by)
        result = _result(load, merged, None, is_kept=True)
        record_load(
            work, EventKind.IMPORT_DONE, Outcome.DONE, load.request, load.load_id, result=result
        )
        return result

    def _undo(self, load: _Load, error: BaseException) -> None:
        with self._store.begin() as work:
            if load.load_id not in work.loads.unfinished(load.request.agreement.id):
                return  # it had ended: only the answer to its commit was lost
            work.loads.forget(load.load_id)
            why = type(error).__name__
            record_load(
                work, EventKind.IMPORT_FAILED, Outcome.FAILED, load.request, load.load_id, why=why
            )


def _require_attestation(request: LoadRequest) -> None:
    if not (request.attested_by or request.dry_run):
        raise RefusedError(
            "l'attestation manque",
            "ajoutez --attest : vous déclarez que le fichier ne liste que des personnes dont "
            "le parcours a été modifié par une action cofinancée (avenant, article 3.4)",
        )


def _stop(load: _Load, absent: int) -> Stop | None:
    agreement = load.request.agreement
    if load.tally.refused_percent() > agreement.refusal_threshold_percent:
        return Stop.REFUSED_ROWS
    return Stop.ABSENT_PEOPLE if is_too_short(agreement, absent) else None


def _superseded(work: Work, load: _Load) -> list[WaitingRow]:
    agreement_id = load.request.agreement.id
    later = work.merging.said_again(load.load_id, agreement_id)
    return superseded(work.held.waiting(agreement_id), later, load.sealing)


def _result(load: _Load, merged: Merged, stop: Stop | None, *, is_kept: bool) -> LoadResult:
    return LoadResult(load.load_id, load.request.mode, load.tally, merged, stop, is_kept)
