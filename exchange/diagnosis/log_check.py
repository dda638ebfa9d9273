"""Verifying the log of a home against what is kept outside of it, with the evidence of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from exchange.audit.checkpoints import Checkpoint
from exchange.audit.events import EventKind, Outcome
from exchange.audit.verification import VerificationReport, verify
from exchange.diagnosis.findings import Finding, good
from exchange.instants import PARIS
from exchange.storage.home_state import LAST_VERIFICATION
from exchange.wiring import Service

BeginProgress: TypeAlias = Callable[[str, int | None], Callable[[int], None]]
"""Begins to show how far work is (label, total); gives what is told how much is done."""


def trusted_checkpoints(service: Service, others: Iterable[str] = ()) -> Sequence[Checkpoint]:
    """Open the checkpoints kept outside the home, and ``others`` that somebody brings."""
    kept = service.checkpoints.read_all()
    return service.log_keys().open_all((*kept, *others), kept)


def verify_log(
    service: Service, trusted: Sequence[Checkpoint], begin: BeginProgress
) -> VerificationReport:
    """Verify the log, and leave evidence of it. Raises ``EvidenceDisagreesError``."""
    outcome, result = Outcome.FAILED, "DÉSACCORD"
    try:
        with service.database.read() as work:
            size = work.evidence_rows.head().frontier.size
            progress = begin("événements recalculés", size)
            report = verify(work.evidence_rows, trusted, progress)
        outcome, result = Outcome.DONE, "intact"
        return report
    finally:
        at = f"{service.clock.now().astimezone(PARIS):%d/%m/%Y %H:%M}"
        with service.database.begin() as work:
            work.state.put(LAST_VERIFICATION, f"{result}, {at}")
            work.evidence.record(
                EventKind.LOG_VERIFIED, outcome, events=size, checkpoints=len(trusted)
            )


def log_findings(service: Service, begin: BeginProgress) -> Iterator[Finding]:
    """Verify the log. Raises what ``verify_log`` does."""
    report = verify_log(service, trusted_checkpoints(service), begin)
    yield good(
        "journal",
        f"{report.size} événements recalculés, {report.checkpoints} points de contrôle confirmés",
    )
