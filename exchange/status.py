"""One screen: the next deadlines and what is missing for each, keys that expire, the log."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from exchange.agreements import in_force
from exchange.diagnosis.last_tick import last_tick, tick_findings
from exchange.diagnosis.last_verification import last_verification
from exchange.diagnosis.unfinished import working_findings
from exchange.errors import ConfigurationError
from exchange.instants import PARIS
from exchange.notices.last_mail import last_mail
from exchange.notices.standing import standing_notices
from exchange.storage.database import UnitOfWork
from exchange.transfers.answers import marks
from exchange.transfers.exporting import previews
from exchange.transfers.owed import OWING_LABELS, Owing
from exchange.transfers.preview import Preview
from exchange.wiring import Service
from schemas.agreement import Agreement, Deadline, records_end

_NO_SEAL: Final = "aucun"


@dataclass(frozen=True, slots=True)
class DeadlineStatus:
    """A deadline, what is missing for it, and what is to be known of what was sent.

    Both are empty when there is nothing to say. ``late`` tells that something left, or
    waits still, once the day it was due was over.
    """

    deadline_id: str
    label: str
    due: date
    late: bool
    missing: str
    remarks: str


@dataclass(frozen=True, slots=True)
class AgreementStatus:
    """An agreement in force; ``people`` are present and do not object, the others apart."""

    agreement_id: str
    version: int
    people: int
    absent: int
    objecting: int
    held: int
    records_end: date
    deadlines: tuple[DeadlineStatus, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """What ``status`` shows."""

    home: str
    trial: bool
    now: datetime
    seal: str
    leaves: int
    last_verification: str
    last_tick: str
    last_mail: str
    agreements: tuple[AgreementStatus, ...]
    warnings: tuple[str, ...]
    next_step: str

    def as_document(self) -> dict[str, Any]:
        """Say it in JSON."""
        return asdict(self)


def status_of(service: Service) -> Status:
    """Look at everything that may need somebody."""
    seal, now = _seal_status(service), service.clock.now()
    with service.database.read() as work:
        in_use = [in_force(work.agreements, name) for name in work.agreements.ids()]
        agreements = tuple(_agreement_status(work, agreement, service) for agreement in in_use)
        signs = service.claims.signs
        working = [f for agreement in in_use for f in working_findings(work, agreement, signs)]
        ticked = last_tick(work.state)
        silent = [f for f in tick_findings(ticked, service.clock.wall()) if f.way_out]
        findings = (*working, *silent)
        leaves = work.evidence_rows.head().frontier.size
        verified, mailed = _verified(work), _mailed(work)
    return Status(
        home=str(service.home.path),
        trial=service.home.trial,
        now=now,
        seal=seal,
        leaves=leaves,
        last_verification=verified,
        last_tick=f"{ticked.astimezone(PARIS):%d/%m/%Y %H:%M}" if ticked else "aucun",
        last_mail=mailed,
        agreements=agreements,
        warnings=(*_warnings(service), *(f"{f.sentence} : {f.way_out}" for f in findings)),
        next_step=_next_step(seal, agreements),
    )


def _seal_status(service: Service) -> str:
    try:
        certificate = service.seals().current().certificate
    except ConfigurationError:
        return _NO_SEAL
    return f"{certificate.subject}, valable jusqu'au {certificate.not_after:%d/%m/%Y}"


def _warnings(service: Service) -> tuple[str, ...]:
    standing = (entry.notice for entry in standing_notices(service) if not entry.is_news)
    return tuple(f"{notice.sentence} : {notice.way_out}" for notice in standing)


def _verified(work: UnitOfWork) -> str:
    last = last_verification(work.state)
    if last is None:
        return "jamais"
    at = f"{last.at.astimezone(PARIS):%d/%m/%Y %H:%M}"
    return f"{'intact' if last.is_intact else 'DÉSACCORD'}, {at}"


def _mailed(work: UnitOfWork) -> str:
    last = last_mail(work.state)
    return f"{last.at.astimezone(PARIS):%d/%m/%Y %H:%M}" if last else "aucun"


def _agreement_status(work: UnitOfWork, agreement: Agreement, service: Service) -> AgreementStatus:
    seen = _previews(work, agreement, service)
    people = work.people.counts(agreement.id, date.max)
    return AgreementStatus(
        agreement_id=agreement.id,
        version=agreement.version,
        people=people.sendable,
        absent=people.absent,
        objecting=people.objecting,
        held=work.held.count(agreement.id),
        records_end=records_end(agreement),
        deadlines=tuple(
            _deadline_status(deadline, [e for e in seen if e.deadline.id == deadline.id])
            for deadline in sorted(agreement.deadlines, key=lambda deadline: deadline.due)
        ),
    )


def _previews(work: UnitOfWork, agreement: Agreement, service: Service) -> tuple[Preview, ...]:
    if not any(deadline.kind == "survey" for deadline in agreement.deadlines):
        return ()
    return previews(work, agreement, None, service.clock)


def _deadline_status(deadline: Deadline, seen: list[Preview]) -> DeadlineStatus:
    missing = _missing(seen) if deadline.kind == "survey" else ["à remettre hors de ce service"]
    return DeadlineStatus(
        deadline.id,
        deadline.label,
        deadline.due,
        late=any(entry.owed.is_late for entry in seen if entry.owed),
        missing=" ; ".join(missing),
        remarks=" ; ".join(_remarks(seen)),
    )


def _missing(seen: list[Preview]) -> list[str]:
    waiting = [entry for entry in seen if entry.owed and entry.owed.owing is not Owing.SENT]
    said = ["EN RETARD"] if any(entry.is_late for entry in waiting) else []
    return list(dict.fromkeys([*said, *map(_why, waiting)]))


def _why(entry: Preview) -> str:
    if entry.owed and entry.owed.owing in {Owing.NOTHING_NEW, Owing.NEVER_AGAIN}:
        return OWING_LABELS[entry.owed.owing]
    return entry.obstacles[0].sentence if entry.obstacles else OWING_LABELS[Owing.TO_SEND]


def _remarks(seen: list[Preview]) -> Iterator[str]:
    for owed in (entry.owed for entry in seen if entry.owed):
        if owed.transfer is not None and owed.owing is Owing.SENT:
            said = marks(owed.transfer, is_late=owed.is_late)
            if said:
                yield f"{owed.dispatch.recipient.id} : envoyé{said}"


def _next_step(seal: str, agreements: tuple[AgreementStatus, ...]) -> str:
    if seal == _NO_SEAL:
        return "spie-exchange seal request"
    if not agreements:
        return "spie-exchange agreement load CONVENTION.toml"
    if not any(a.people + a.absent + a.objecting for a in agreements):
        return "spie-exchange import FICHIER --dry-run"
    return "spie-exchange due"
