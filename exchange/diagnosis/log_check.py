"""Verifying the log of a home against what is kept outside of it, with the evidence of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from exchange.attempts import WHOLE_HOME, JobName
from exchange.audit.checkpoints import Checkpoint
from exchange.audit.disagreements import EvidenceDisagreesError
from exchange.audit.events import EventKind, Outcome
from exchange.audit.verification import VerificationReport, verify
from exchange.diagnosis.findings import Finding, good
from exchange.diagnosis.last_verification import LastVerification, keep_verification
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
    """Verify the log, and leave evidence of it. Raises ``EvidenceDisagreesError``.

    One that ends well ends the failing attempts at it too, whoever asked for it.
    """
    outcome, is_intact = Outcome.FAILED, None
    try:
        with service.database.read() as work:
            size = work.evidence_rows.head().frontier.size
            progress = begin("événements recalculés", size)
            report = verify(work.evidence_rows, trusted, progress)
    except EvidenceDisagreesError:
        is_intact = False
        raise
    else:
        outcome, is_intact = Outcome.DONE, True
        return report
    finally:
        with service.database.begin() as work:
            # What was stopped halfway says nothing of the log.
            if is_intact is not None:
                keep_verification(work.state, LastVerification(is_intact, service.clock.now()))
            if is_intact:
                work.attempts.drop(JobName.VERIFICATION, WHOLE_HOME)
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
