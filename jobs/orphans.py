"""What lies where it should not, or no longer lies where it should: looked for once a day."""

from collections.abc import Callable
from functools import partial

from exchange.diagnosis.files_of_acts import certificate_findings, package_findings
from exchange.diagnosis.findings import Finding, Verdict, guarded
from exchange.diagnosis.home_files import leftover_findings
from exchange.diagnosis.last_sweep import keep_sweep
from exchange.wiring import Service
from jobs.periods import DAILY, once_every


def look_for_orphans(service: Service, say: Callable[[str], None]) -> None:
    """Hold the files against the register, and keep what was found; nothing is expected."""
    once_every(service, "orphans", DAILY, partial(_look, service, say))


def _look(service: Service, say: Callable[[str], None]) -> None:
    found = [f for f in _findings(service) if f.verdict is not Verdict.GOOD]
    with service.database.begin() as work:
        keep_sweep(work.state, found)
    say(f"fichiers comparés au registre : {len(found)} anomalies")


def _findings(service: Service) -> list[Finding]:
    with service.database.read() as work:
        return [
            *guarded("paquets", lambda: package_findings(work, service.home)),
            *guarded("certificats", lambda: certificate_findings(work, service.home)),
            *guarded("fichiers laissés", lambda: leftover_findings(service.home)),
        ]
