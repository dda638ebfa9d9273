"""One screen: the next deadlines and what is missing for each, keys that expire, the log."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from exchange.agreements import in_force
from exchange.errors import ConfigurationError
from exchange.instants import local_day
from exchange.storage.database import UnitOfWork
from exchange.storage.home_state import LAST_VERIFICATION
from exchange.transfers.awaited import silences
from exchange.transfers.exporting import previews
from exchange.transfers.lifecycle import TransferState
from exchange.wiring import Service
from keys.seal import load_certificate
from schemas.agreement import Agreement, Deadline, opens_at, records_end

_EXPIRY_NOTICE: Final = timedelta(days=90)
_NO_SEAL: Final = "aucun"


@dataclass(frozen=True, slots=True)
class DeadlineStatus:
    """A deadline and what is missing for it; empty when nothing is."""

    deadline_id: str
    label: str
    due: date
    missing: str


@dataclass(frozen=True, slots=True)
class AgreementStatus:
    """An agreement in force."""

    agreement_id: str
    version: int
    people: int
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
    agreements: tuple[AgreementStatus, ...]
    warnings: tuple[str, ...]
    next_step: str

    def as_document(self) -> dict[str, Any]:
        """Say it in JSON."""
        return asdict(self)


def status_of(service: Service) -> Status:
    """Look at everything that may need somebody."""
    seal, warnings = _seal_status(service)
    with service.database.read() as work:
        in_use = [in_force(work.agreements, name) for name in work.agreements.ids()]
        agreements = tuple(_agreement_status(work, agreement, service) for agreement in in_use)
        for agreement in in_use:
            warnings += _unfinished_warnings(work, agreement, service.clock.now())
        leaves = work.evidence_rows.head().frontier.size
        verified = work.state.get(LAST_VERIFICATION) or "jamais"
    return Status(
        home=str(service.home.path),
        trial=service.home.trial,
        now=service.clock.now(),
        seal=seal,
        leaves=leaves,
        last_verification=verified,
        agreements=agreements,
        warnings=(*warnings, *_recipient_warnings(in_use, service.clock.now())),
        next_step=_next_step(seal, agreements),
    )


def _seal_status(service: Service) -> tuple[str, list[str]]:
    try:
        certificate = service.seals().current().certificate
    except ConfigurationError as error:
        return _NO_SEAL, [f"{error.message} : {error.hint}"]
    ends = certificate.not_after
    warnings = []
    if service.clock.now() > ends - _EXPIRY_NOTICE:
        warnings.append(f"le cachet expire le {ends:%d/%m/%Y} : spie-exchange seal request")
    return f"{certificate.subject}, valable jusqu'au {ends:%d/%m/%Y}", warnings


def _unfinished_warnings(work: UnitOfWork, agreement: Agreement, now: datetime) -> Iterator[str]:
    due_on = records_end(agreement)
    if now >= opens_at(due_on) and work.people.count(agreement.id):
        yield (
            f"les données de {agreement.id} sont à détruire depuis le {due_on:%d/%m/%Y} : "
            "spie-exchange purge"
        )
    if work.purges.unfinished(agreement.id) is not None:
        yield f"une destruction de {agreement.id} a été interrompue : spie-exchange purge"
    transfers = work.transfers.all(agreement.id)
    for silence in silences(transfers, now):
        yield (
            f"{silence.recipient_id} n'a rien répondu à {silence.transfer_id}, publié le "
            f"{local_day(silence.since):%d/%m/%Y} : appelez-le"
        )
    for transfer in transfers:
        if transfer.state in {TransferState.PREPARED, TransferState.SEALED}:
            yield (
                f"l'envoi {transfer.transfer_id} a été interrompu : spie-exchange export --for-real"
            )
        if transfer.unsigned_answer:
            yield (
                f"une réponse à {transfer.transfer_id} est NON SIGNÉE : demandez-la signée, puis "
                "spie-exchange receipt FICHIER.p7m"
            )


def _recipient_warnings(agreements: Iterable[Agreement], now: datetime) -> Iterator[str]:
    for agreement in agreements:
        for recipient in agreement.recipients:
            ends = load_certificate(recipient.receipt_certificate.encode()).not_after
            if recipient.ended_on is None and now > ends - _EXPIRY_NOTICE:
                yield (
                    f"le certificat de réponse de {recipient.id} expire le {ends:%d/%m/%Y} : "
                    "demandez-lui le suivant, et inscrivez-le dans la convention"
                )


def _agreement_status(work: UnitOfWork, agreement: Agreement, service: Service) -> AgreementStatus:
    today = local_day(service.clock.now())
    waiting = _waiting(work, agreement, service)
    return AgreementStatus(
        agreement_id=agreement.id,
        version=agreement.version,
        people=work.people.count(agreement.id),
        held=work.held.count(agreement.id),
        records_end=records_end(agreement),
        deadlines=tuple(
            _deadline_status(deadline, waiting.get(deadline.id, []), today)
            for deadline in sorted(agreement.deadlines, key=lambda deadline: deadline.due)
        ),
    )


def _waiting(work: UnitOfWork, agreement: Agreement, service: Service) -> dict[str, list[str]]:
    waiting: dict[str, list[str]] = {}
    if not any(deadline.kind == "survey" for deadline in agreement.deadlines):
        return waiting
    for entry in previews(work, agreement, None, service.clock):
        sentences = waiting.setdefault(entry.deadline.id, [])
        if entry.is_sent:
            continue
        sentence = entry.obstacles[0].sentence if entry.obstacles else "à envoyer"
        if sentence not in sentences:
            sentences.append(sentence)
    return waiting


def _deadline_status(deadline: Deadline, waiting: list[str], today: date) -> DeadlineStatus:
    missing = list(waiting)
    if deadline.kind != "survey":
        missing = ["à remettre hors de ce service"]
    elif missing and today > deadline.due:
        missing.insert(0, "EN RETARD")
    return DeadlineStatus(deadline.id, deadline.label, deadline.due, " ; ".join(missing))


def _next_step(seal: str, agreements: tuple[AgreementStatus, ...]) -> str:
    if seal == _NO_SEAL:
        return "spie-exchange seal request"
    if not agreements:
        return "spie-exchange agreement load CONVENTION.toml"
    if not any(agreement.people for agreement in agreements):
        return "spie-exchange import FICHIER --dry-run"
    return "spie-exchange due"
