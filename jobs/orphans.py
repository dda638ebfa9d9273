"""What lies where it should not, or no longer lies where it should: looked for once a day.

While something was found it is looked for each hour: what was mended alarms nobody any more.
"""

from collections.abc import Callable, Sequence
from functools import partial

from exchange.attempts import JobName
from exchange.diagnosis.files_of_acts import (
    certificate_findings,
    issued_certificates,
    package_findings,
    registered_packages,
)
from exchange.diagnosis.findings import Finding, Verdict, guarded
from exchange.diagnosis.home_files import leftover_findings
from exchange.diagnosis.last_sweep import keep_sweep, last_sweep
from exchange.french_numbers import counted
from exchange.wiring import Service
from jobs.periods import DAILY, HOURLY, once_every


def look_for_orphans(service: Service, say: Callable[[str], None]) -> None:
    """Hold the files against the register, and keep what was found; nothing is expected."""
    with service.database.read() as work:
        period = HOURLY if last_sweep(work.state) else DAILY
    once_every(service, JobName.ORPHANS, period, partial(_look, say))


def _look(say: Callable[[str], None], service: Service, progress: Callable[[int], None]) -> None:
    found = _anomalies(service, progress)
    if found:
        # The register is read at one moment and the files after it: what was published or
        # taken back in between is no anomaly, and a second look does not find it.
        found = seen_again(found, _anomalies(service, progress))
    with service.database.begin() as work:
        keep_sweep(work.state, found)
    say(f"fichiers comparés au registre : {counted(len(found), 'anomalie')}")


def seen_again(before: Sequence[Finding], now: Sequence[Finding]) -> list[Finding]:
    """Keep, of what is found now, what had been found before; their counts may differ."""
    known = {_concerned(finding) for finding in before}
    return [finding for finding in now if _concerned(finding) in known]


def _concerned(finding: Finding) -> tuple[str, str, str]:
    return finding.check, finding.subject, finding.way_out


def _anomalies(service: Service, progress: Callable[[int], None]) -> list[Finding]:
    found = _findings(service, progress)
    return [finding for finding in found if finding.verdict is not Verdict.GOOD]


def _findings(service: Service, progress: Callable[[int], None]) -> list[Finding]:
    # Before the files, whose reading takes long, and not guarded: a base that cannot be read is
    # no finding of the day, the sweep is made again a moment later.
    with service.database.read() as work:
        registered = registered_packages(work)
        issued = issued_certificates(work, service.home)
    return [
        *guarded("paquets", lambda: package_findings(registered, service.home, progress)),
        *guarded("certificats", lambda: certificate_findings(issued)),
        *guarded("fichiers laissés", lambda: leftover_findings(service.home)),
    ]
