"""Loading a file: every row judged, sealed and staged, then the load is ended.

The evidence has one leaf when a load begins and one when it ends, with counts.
"""

import secrets
from collections.abc import Callable

from exchange.audit.events import EventKind, Outcome
from exchange.clock import Clock
from exchange.errors import RefusedError
from exchange.intake.admission import require_open
from exchange.intake.ending import Work, end_load
from exchange.intake.judging import RowStager, judging_context
from exchange.intake.load import Load, LoadRequest, LoadResult
from exchange.intake.load_evidence import record_load
from exchange.intake.modes import require_limit
from exchange.people.sealing import PersonSealing, person_sealing
from exchange.transactions import Store
from keys.keyring import Keyring
from schemas.annex_e import Finding

_LOAD_ID_BYTES = 16


class Loader:
    """Judges, seals and stages the rows of one file, then has the load ended."""

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
        sealing = self.admit(request)
        load = Load(secrets.token_hex(_LOAD_ID_BYTES), request, sealing, self._report)
        self._begin(load)
        try:
            self._stage(load)
            with self._store.begin() as work:
                return end_load(work, load, self._clock.now())
        except BaseException as error:
            self._undo(load, error)
            raise

    def admit(self, request: LoadRequest) -> PersonSealing:
        """Give what seals the people of a request, before any of its rows is read.

        Raises ``RefusedError``, and leaves the evidence of it, where nothing could be loaded.
        """
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

    def _begin(self, load: Load) -> None:
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

    def _stage(self, load: Load) -> None:
        RowStager(
            store=self._store,
            sealing=load.sealing,
            context=judging_context(load.request.agreement, self._clock),
            found=load.found,
            progress=self._progress,
        ).stage(load.load_id, load.request.rows, load.tally)

    def _undo(self, load: Load, error: BaseException) -> None:
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
            "déclarez que le fichier ne liste que des personnes dont le parcours a été modifié par "
            "une action cofinancée (avenant, article 3.4) : --attest, ou attest=true",
        )
