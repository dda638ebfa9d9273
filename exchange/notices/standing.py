"""Everything that people must know now: the one place that computes it.

From rows, the agreements in force and the clock; nothing is remembered but what was told.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import chain
from typing import Final

from exchange.agreements import in_force
from exchange.attempts import Attempt, JobName
from exchange.audit.checkpoints import require_continued
from exchange.audit.events import read_event
from exchange.diagnosis.expiry import approver_findings, recipient_findings, seal_findings
from exchange.diagnosis.findings import failure_of, guarded
from exchange.diagnosis.last_sweep import last_sweep
from exchange.diagnosis.last_verification import is_found_altered, last_verification
from exchange.diagnosis.machine import clock_findings, space_findings
from exchange.diagnosis.retried import left_alone_findings
from exchange.diagnosis.unfinished import answer_findings
from exchange.errors import AttentionError
from exchange.notices.approvals import approval_notices
from exchange.notices.deadlines import deadline_notices
from exchange.notices.departures import departure_notices
from exchange.notices.destructions import destroyed_notices, destruction_notices
from exchange.notices.failures import failure_notices
from exchange.notices.findings import answer_notices, disorder_notices, expiry_notices
from exchange.notices.last_mail import last_mail
from exchange.notices.log_verification import broken_log, verification_notices
from exchange.notices.mail_findings import mail_findings
from exchange.notices.notice import NEWS, Notice, NoticeKind
from exchange.storage.database import UnitOfWork
from exchange.wiring import Service

_ORDER: Final = tuple(NoticeKind)


@dataclass(frozen=True, slots=True)
class Standing:
    """A notice, and when it was last told.

    It is ``told`` when it was for its own occasion. A ``pressing`` one wakes people up: it
    is urgent, and was not told the day before either.
    """

    notice: Notice
    last_told_at: datetime | None
    is_told: bool
    is_pressing: bool

    @property
    def is_news(self) -> bool:
        """Whether it says what was done, about which nothing is left to do."""
        return self.notice.kind in NEWS


def standing_notices(service: Service) -> tuple[Standing, ...]:
    """Give what people must know now, the most urgent first; what cannot be read is part of it."""
    now = service.clock.now()
    with service.database.read() as work:
        found = [*_of_home(service, work, now), *_of_agreements(service, work, now)]
        return remembered(work, sorted(found, key=_rank))


def remembered(work: UnitOfWork, notices: Iterable[Notice]) -> tuple[Standing, ...]:
    """Give notices with when they were last told."""
    return tuple(_with_memory(work, notice) for notice in notices)


def _rank(notice: Notice) -> tuple[bool, int, date, str]:
    near = notice.on or date.max
    return not notice.urgent, _ORDER.index(notice.kind), near, notice.subject


def _of_home(service: Service, work: UnitOfWork, now: datetime) -> Iterator[Notice]:
    yield from expiry_notices(guarded("cachet", lambda: seal_findings(service.seals())), now)
    yield from _computed("journal", now, lambda: _of_log(service, work, now))
    yield from _computed("travaux", now, lambda: failure_notices(_failing(work), now))
    last_wall_at = work.evidence_rows.head().last_wall_at
    machine = chain(
        clock_findings(last_wall_at, service.clock.wall()),
        guarded("place sur le disque", lambda: space_findings(service.home)),
        guarded("fichiers et registre", lambda: last_sweep(work.state)),
        guarded("courriels", lambda: mail_findings(service.home, last_mail(work.state))),
    )
    yield from disorder_notices(machine, now)


def _failing(work: UnitOfWork) -> list[Attempt]:
    # That the log disagrees is said as such, and not as its verification failing too.
    is_said = is_found_altered(work.state)
    attempts = work.attempts.all()
    return [a for a in attempts if not (is_said and a.job is JobName.VERIFICATION)]


def _of_log(service: Service, work: UnitOfWork, now: datetime) -> Iterator[Notice]:
    try:
        signed = service.last_checkpoint()
        if signed is not None:
            require_continued(work.evidence_rows, signed)
    except AttentionError as error:
        yield broken_log(error, now)
        return
    first = read_event(work.evidence_rows.event(0))
    begun_at = datetime.fromisoformat(first.trial_at or first.columns.at)
    yield from verification_notices(last_verification(work.state), begun_at, now)


def _of_agreements(service: Service, work: UnitOfWork, now: datetime) -> Iterator[Notice]:
    for agreement_id in work.agreements.ids():
        compute = partial(_of_agreement, service, work, agreement_id, now)
        yield from _computed(agreement_id, now, compute)


def _of_agreement(
    service: Service, work: UnitOfWork, agreement_id: str, now: datetime
) -> Iterator[Notice]:
    agreement = in_force(work.agreements, agreement_id)
    home, signs = service.home, service.claims.signs
    yield from deadline_notices(work, agreement, now)
    yield from approval_notices(work, agreement, now)
    yield from departure_notices(work, agreement, now)
    is_held = is_found_altered(work.state)
    yield from destruction_notices(work, agreement, now, is_held=is_held)
    yield from destroyed_notices(work, agreement, home.certificates, now, trial=home.trial)
    transfers = work.transfers.all(agreement.id)
    yield from answer_notices(answer_findings(transfers, now), now)
    yield from expiry_notices(recipient_findings([(agreement, transfers)], now), now)
    yield from expiry_notices(approver_findings([agreement], now), now)
    interrupted = left_alone_findings(work, agreement, signs, now)
    yield from disorder_notices(interrupted, now, named=False)


def _computed(
    check: str, now: datetime, compute: Callable[[], Iterable[Notice]]
) -> Iterator[Notice]:
    """Give what is computed; a failure to is a notice too, and hides no other."""
    try:
        yield from compute()
    except Exception as error:  # noqa: BLE001 - what a damaged home holds can fail anywhere
        yield from disorder_notices([failure_of(check, error)], now)


def _with_memory(work: UnitOfWork, notice: Notice) -> Standing:
    told = work.notices.told(notice.kind, notice.subject)
    is_told = any(occasion == notice.occasion for occasion, _ in told)
    was_told_lately = any(0 <= (notice.occasion - occasion).days <= 1 for occasion, _ in told)
    return Standing(
        notice=notice,
        last_told_at=max((at for _, at in told), default=None),
        is_told=is_told,
        is_pressing=notice.urgent and not was_told_lately,
    )
