"""Loading a file: every row judged, sealed and staged, then all taken in or nothing.

The evidence has one leaf when a load begins and one when it ends, with counts.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Protocol

from exchange.audit.events import EventKind, Outcome
from exchange.clock import Clock
from exchange.errors import RefusedError
from exchange.instants import local_day
from exchange.intake.admission import require_open
from exchange.intake.load import LoadRequest, LoadResult, Tally
from exchange.intake.load_evidence import record_load
from exchange.intake.staging import LoadRows, StagedRow
from exchange.people import PersonRows, PersonSealing, index_of, new_person_id
from exchange.transactions import Evidenced, Store
from keys.keyring import Keyring
from keys.keyring_file import KeyPurpose
from keys.sealing import RecordSealer
from schemas.agreement import Agreement
from schemas.annex_e import (
    Finding,
    JudgingContext,
    Level,
    Record,
    RuleCode,
    SourceRow,
    Verdict,
    judge,
)

_BATCH_ROWS: Final = 5000
_LOAD_ID_BYTES = 16


class Work(Evidenced, Protocol):
    """A transaction as a load sees it."""

    @property
    def people(self) -> PersonRows:
        """The people already known."""
        ...

    @property
    def loads(self) -> LoadRows:
        """The staging."""
        ...


@dataclass(frozen=True, slots=True)
class _Kept:
    line: int
    record: Record
    held_code: str
    identity: bytes


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
        self._require_open(request)
        load_id = secrets.token_hex(_LOAD_ID_BYTES)
        tally = Tally()
        self._begin(load_id, request)
        try:
            self._stage(load_id, request, tally)
            return self._settle(load_id, request, tally)
        except BaseException as error:
            self._undo(load_id, request, error)
            raise

    def _require_open(self, request: LoadRequest) -> None:
        agreement = request.agreement
        try:
            require_open(agreement, self._clock.now())
        except RefusedError as error:
            self._refuse(request, error.message, error.hint)
        if self._keyring.latest(KeyPurpose.RECORDS, agreement.id) is None:
            self._refuse(
                request,
                "les données de cette convention ont été détruites",
                "rien ne peut plus être chargé sous cette convention",
            )
        if not (request.attested_by or request.dry_run):
            self._refuse(
                request,
                "l'attestation manque",
                "ajoutez --attest : vous déclarez que le fichier ne liste que des personnes dont "
                "le parcours a été modifié par une action cofinancée (avenant, article 3.4)",
            )

    def _refuse(self, request: LoadRequest, sentence: str, hint: str) -> None:
        with self._store.begin() as work:
            work.evidence.record(
                EventKind.IMPORT_REFUSED,
                Outcome.REFUSED,
                subject=request.agreement.id,
                why=sentence,
            )
        raise RefusedError(sentence, hint)

    def _begin(self, load_id: str, request: LoadRequest) -> None:
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
            work.loads.begin(load_id, request.agreement.id, self._clock.now())
            record_load(work, EventKind.IMPORT_BEGUN, Outcome.BEGUN, request, load_id)

    def _stage(self, load_id: str, request: LoadRequest, tally: Tally) -> None:
        context = judging_context(request.agreement, self._clock)
        key_id = self._keyring.obtain(KeyPurpose.RECORDS, request.agreement.id, self._clock.now())
        sealer = RecordSealer(key_id, self._keyring.material(key_id))
        identity_key = self._keyring.current(KeyPurpose.IDENTITY, request.agreement.id)
        sealing = PersonSealing(request.agreement.id, identity_key, sealer)
        for batch in _batches(request.rows):
            verdicts = judge(batch, context)
            self._count(verdicts, tally)
            local_keys = {row.line: row.local_key for row in batch}
            kept = [
                _Kept(
                    line=verdict.line,
                    record=verdict.record,
                    held_code=_held_code(verdict),
                    identity=index_of(identity_key, verdict.record, local_keys[verdict.line]),
                )
                for verdict in verdicts
                if verdict.record is not None
            ]
            if kept:
                self._stage_batch(load_id, kept, sealing)
            self._progress(tally.read)

    def _stage_batch(self, load_id: str, kept: Sequence[_Kept], sealing: PersonSealing) -> None:
        with self._store.begin() as work:
            known = work.people.known_ids(sealing.agreement_id, [row.identity for row in kept])
            staged = []
            for row in kept:
                person_id = known.get(row.identity) or new_person_id()
                person = sealing.seal(person_id, row.identity, row.record)
                staged.append(StagedRow(row.line, person, row.held_code))
            work.loads.stage(load_id, staged)

    def _count(self, verdicts: Sequence[Verdict], tally: Tally) -> None:
        for verdict in verdicts:
            tally.read += 1
            tally.refused += verdict.is_refused
            for finding in verdict.findings:
                self._found(finding, tally)

    def _found(self, finding: Finding, tally: Tally) -> None:
        tally.codes[finding.code] += 1
        self._report(finding)

    def _settle(self, load_id: str, request: LoadRequest, tally: Tally) -> LoadResult:
        with self._store.begin() as work:
            for line in work.loads.drop_contradictory(load_id):
                tally.refused += 1
                self._found(Finding(line, "", RuleCode.DOUBLON_CONTRADICTOIRE), tally)
            for line in work.loads.drop_identical(load_id):
                self._found(Finding(line, "", RuleCode.AVERTISSEMENT_DOUBLON_IDENTIQUE), tally)
            above = tally.refused_percent() > request.agreement.refusal_threshold_percent
            if above or request.dry_run:
                return self._leave(work, load_id, request, tally, above=above)
            return self._take_in(work, load_id, request, tally)

    def _leave(
        self, work: Work, load_id: str, request: LoadRequest, tally: Tally, *, above: bool
    ) -> LoadResult:
        work.loads.forget(load_id)
        kind, outcome = EventKind.IMPORT_DONE, Outcome.DONE
        if above:
            kind, outcome = EventKind.IMPORT_REFUSED, Outcome.REFUSED
            self._found(Finding(0, "", RuleCode.FICHIER_SEUIL_REFUS), tally)
        record_load(work, kind, outcome, request, load_id, tally=tally)
        return LoadResult(load_id, tally, None, above)

    def _take_in(self, work: Work, load_id: str, request: LoadRequest, tally: Tally) -> LoadResult:
        merged = work.loads.merge(load_id, request.agreement.id, self._clock.now())
        accepted = merged.created + merged.updated + merged.unchanged
        counts = {"accepted": accepted, "refused": tally.refused, "held": merged.held}
        work.loads.end(load_id, self._clock.now(), counts, request.attested_by)
        record_load(
            work,
            EventKind.IMPORT_DONE,
            Outcome.DONE,
            request,
            load_id,
            tally=tally,
            merged=merged,
        )
        return LoadResult(load_id, tally, merged, above_threshold=False)

    def _undo(self, load_id: str, request: LoadRequest, error: BaseException) -> None:
        with self._store.begin() as work:
            work.loads.forget(load_id)
            why = type(error).__name__
            record_load(work, EventKind.IMPORT_FAILED, Outcome.FAILED, request, load_id, why=why)


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


def _held_code(verdict: Verdict) -> str:
    held = [finding.code for finding in verdict.findings if finding.code.level is Level.ROW_HELD]
    return held[0] if held else ""
