"""How a home stands, in numbers looked up when they are asked for: what a watch goes by.

No label names a person or an account: only agreements, deadlines, and words of ours.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from exchange.accounts.credentials import Credential
from exchange.agreements import in_force
from exchange.attempts import JobName
from exchange.diagnosis.expiry import approver_findings, recipient_findings, seal_findings
from exchange.diagnosis.findings import Finding, Verdict, guarded
from exchange.diagnosis.last_tick import last_tick
from exchange.diagnosis.last_verification import last_verification
from exchange.notices.notice import NoticeKind
from exchange.notices.standing import standing_notices
from exchange.storage.database import UnitOfWork
from exchange.transfers.lifecycle import TransferState
from exchange.transfers.owed import Owed, Owing, owed_transfers
from exchange.wiring import Service
from schemas.agreement import Agreement, ends_at

RENEWED_AHEAD: Final = timedelta(days=30)
"""What it takes to hand a new credential over."""
_WORDS: Final = {True: "yes", False: "no"}


def exposition(service: Service) -> bytes:
    """Write how a home stands now, in the text format of Prometheus."""
    registry = CollectorRegistry()
    registry.register(_Looked(list(_of_home(service))))
    return generate_latest(registry)


class _Looked(Collector):
    def __init__(self, found: Iterable[Metric]) -> None:
        self._found = found

    def collect(self) -> Iterable[Metric]:
        return self._found


def _of_home(service: Service) -> Iterator[Metric]:
    now = service.clock.now()
    with service.database.read() as work:
        agreements = [in_force(work.agreements, name) for name in sorted(work.agreements.ids())]
        yield from _transfers(work, agreements)
        yield from _deadlines(work, agreements, now)
        yield from _scheduler(work, service.clock.wall())
        yield from _log(work, now)
        yield _held(work, agreements)
        yield _failing(work)
        yield _credentials(work, now)
        yield _certificates(service, work, agreements, now)
    yield _notices(service)


def _transfers(work: UnitOfWork, agreements: Iterable[Agreement]) -> Iterator[Metric]:
    gauge = GaugeMetricFamily(
        "spie_transfers", "Transferts, par état.", labels=("agreement", "state")
    )
    for agreement in agreements:
        counted = Counter(transfer.state for transfer in work.transfers.all(agreement.id))
        for state in TransferState:
            gauge.add_metric((agreement.id, state), counted[state])
    yield gauge


def _deadlines(
    work: UnitOfWork, agreements: Iterable[Agreement], now: datetime
) -> Iterator[Metric]:
    owing = GaugeMetricFamily(
        "spie_owed_transfers",
        "Envois dus, par échéance et par ce qu'il en est.",
        labels=("agreement", "deadline", "standing"),
    )
    left = GaugeMetricFamily(
        "spie_deadline_seconds",
        "Secondes jusqu'à la fin du jour dû, tant qu'un envoi manque ; négatif : en retard.",
        labels=("agreement", "deadline"),
    )
    for agreement in agreements:
        for deadline_id, owed in _by_deadline(owed_transfers(work, agreement, now)).items():
            counted = Counter(one.owing for one in owed)
            for standing in Owing:
                owing.add_metric((agreement.id, deadline_id, standing), counted[standing])
            if waiting := [one.due for one in owed if one.is_open]:
                seconds = (ends_at(min(waiting)) - now).total_seconds()
                left.add_metric((agreement.id, deadline_id), seconds)
    yield owing
    yield left


def _by_deadline(owed: Iterable[Owed]) -> dict[str, list[Owed]]:
    found: dict[str, list[Owed]] = {}
    for one in owed:
        found.setdefault(one.dispatch.deadline.id, []).append(one)
    return found


def _scheduler(work: UnitOfWork, wall: datetime) -> Iterator[Metric]:
    ticked = last_tick(work.state)
    # Without a value where none ever ran: what is sent by hand misses nothing.
    yield GaugeMetricFamily(
        "spie_scheduler_tick_age_seconds",
        "Secondes depuis le dernier passage de l'ordonnanceur.",
        None if ticked is None else (wall - ticked).total_seconds(),
    )


def _log(work: UnitOfWork, now: datetime) -> Iterator[Metric]:
    size, verified = work.evidence_rows.head().frontier.size, last_verification(work.state)
    yield GaugeMetricFamily("spie_log_events", "Événements du journal des preuves.", size)
    yield GaugeMetricFamily(
        "spie_log_verification_age_seconds",
        "Secondes depuis la dernière vérification du journal.",
        None if verified is None else (now - verified.at).total_seconds(),
    )
    yield GaugeMetricFamily(
        "spie_log_intact",
        "1 si le journal concordait à sa dernière vérification, sinon 0.",
        None if verified is None else float(verified.is_intact),
    )


def _held(work: UnitOfWork, agreements: Iterable[Agreement]) -> Metric:
    gauge = GaugeMetricFamily(
        "spie_held_rows", "Lignes retenues, en attente d'une décision.", labels=("agreement",)
    )
    for agreement in agreements:
        gauge.add_metric((agreement.id,), work.held.count(agreement.id))
    return gauge


def _failing(work: UnitOfWork) -> Metric:
    gauge = GaugeMetricFamily(
        "spie_failing_attempts",
        "Travaux sans surveillance qui n'aboutissent pas ; asks : quelqu'un doit s'en mêler.",
        labels=("job", "asks"),
    )
    counted = Counter((one.job, one.asks_somebody) for one in work.attempts.all())
    for job in JobName:
        for asks, word in _WORDS.items():
            gauge.add_metric((job, word), counted[job, asks])
    return gauge


def _credentials(work: UnitOfWork, now: datetime) -> Metric:
    gauge = GaugeMetricFamily(
        "spie_credentials",
        f"Justificatifs valables ; expiring : finit dans les {RENEWED_AHEAD.days} jours.",
        labels=("expiring",),
    )
    standing = (account for account in work.accounts.all() if account.ended_at is None)
    credentials = (one for account in standing for one in work.credentials.of(account.account_id))
    counted = Counter(
        one.expires_at <= now + RENEWED_AHEAD for one in credentials if _is_valid(one, now)
    )
    for expiring, word in _WORDS.items():
        gauge.add_metric((word,), counted[expiring])
    return gauge


def _is_valid(credential: Credential, now: datetime) -> bool:
    return credential.revoked_at is None and now < credential.expires_at


def _certificates(
    service: Service, work: UnitOfWork, agreements: list[Agreement], now: datetime
) -> Metric:
    gauge = GaugeMetricFamily(
        "spie_certificates_expiring",
        "Certificats qui manquent, ont expiré ou expirent bientôt, comme le dit doctor.",
        labels=("kind",),
    )
    answering = [(agreement, work.transfers.all(agreement.id)) for agreement in agreements]
    found = {
        "seal": guarded("cachet", lambda: seal_findings(service.seals())),
        "answer": recipient_findings(answering, now),
        "approver": approver_findings(agreements, now),
    }
    for kind, findings in found.items():
        gauge.add_metric((kind,), sum(map(_is_amiss, findings)))
    return gauge


def _is_amiss(finding: Finding) -> bool:
    return finding.verdict is not Verdict.GOOD


def _notices(service: Service) -> Metric:
    gauge = GaugeMetricFamily(
        "spie_notices",
        "Ce que quelqu'un doit savoir maintenant, comme le disent status et les courriels.",
        labels=("kind", "urgent"),
    )
    counted = Counter((one.notice.kind, one.notice.urgent) for one in standing_notices(service))
    for kind in NoticeKind:
        for urgent, word in _WORDS.items():
            gauge.add_metric((kind, word), counted[kind, urgent])
    return gauge
