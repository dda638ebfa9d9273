"""The evidence looks after itself: its head is signed, and it is verified once a day.

While it was last found altered it is verified each hour: whoever put it right need not say so.
"""

from collections.abc import Callable
from functools import partial

from exchange.attempts import JobName
from exchange.diagnosis.last_verification import is_found_altered
from exchange.diagnosis.log_check import trusted_checkpoints, verify_log
from exchange.french_numbers import counted
from exchange.wiring import Service
from jobs.periods import DAILY, HOURLY, once_every


def sign_head(service: Service, say: Callable[[str], None]) -> None:
    """Sign the head of the log where a process was killed before it could."""
    service.keyring.reload()  # the last one may be signed with a key renewed a moment ago
    signed = service.last_checkpoint()
    if signed is None or signed.size < service.evidence_size():
        service.sign_checkpoint()
        say("point de contrôle du journal signé")


def verify_daily(service: Service, say: Callable[[str], None]) -> None:
    """Verify the whole log. Raises ``EvidenceDisagreesError``."""
    with service.database.read() as work:
        period = HOURLY if is_found_altered(work.state) else DAILY
    once_every(service, JobName.VERIFICATION, period, partial(_verify, say))


def _verify(say: Callable[[str], None], service: Service, progress: Callable[[int], None]) -> None:
    report = verify_log(service, trusted_checkpoints(service), lambda _label, _total: progress)
    say(f"journal vérifié : {counted(report.size, 'événement')}")
