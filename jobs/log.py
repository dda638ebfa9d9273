"""The evidence looks after itself: its head is signed, and it is verified once a day."""

from collections.abc import Callable
from functools import partial

from exchange.diagnosis.log_check import trusted_checkpoints, verify_log
from exchange.wiring import Service
from jobs.periods import DAILY, once_every


def sign_head(service: Service, say: Callable[[str], None]) -> None:
    """Sign the head of the log where a process was killed before it could."""
    service.keyring.reload()  # the last one may be signed with a key renewed a moment ago
    signed = service.last_checkpoint()
    if signed is None or signed.size < service.evidence_size():
        service.sign_checkpoint()
        say("point de contrôle du journal signé")


def verify_daily(service: Service, say: Callable[[str], None]) -> None:
    """Verify the whole log. Raises ``EvidenceDisagreesError``."""
    once_every(service, "verification", DAILY, partial(_verify, service, say))


def _verify(service: Service, say: Callable[[str], None]) -> None:
    report = verify_log(
        service, trusted_checkpoints(service), lambda _label, _total: lambda _: None
    )
    say(f"journal vérifié : {report.size} événements")
