"""What was interrupted, is overdue for destruction, or waits for somebody."""

from collections.abc import Iterator
from datetime import datetime

from exchange.diagnosis.findings import Finding, mend, watch
from exchange.instants import local_day
from exchange.locks import SignsOfLife
from exchange.retention.plan import destruction_plan
from exchange.storage.database import UnitOfWork
from exchange.transfers.awaited import silences
from exchange.transfers.lifecycle import TransferState
from exchange.transfers.transfer import Transfer
from schemas.agreement import Agreement
from schemas.manifest import TransferKind

_INTERRUPTED = (TransferState.PREPARED, TransferState.SEALED)


def unfinished_findings(
    work: UnitOfWork, agreement: Agreement, signs: SignsOfLife, now: datetime
) -> Iterator[Finding]:
    """Look at the acts of an agreement; nothing is found where all is done.

    ``signs`` tell a command that is at work from one that was interrupted.
    """
    yield from _due_for_destruction(work, agreement, now)
    yield from _answers(work, agreement, now)
    claim = work.claims.get(agreement.id)
    if claim is not None and signs.is_given(claim.sign):
        yield watch(
            "travaux",
            f"une commande travaille sur {agreement.id} ({claim.holder})",
            "attendez qu'elle ait fini",
        )
    else:
        yield from _interrupted(work, agreement)


def held_findings(work: UnitOfWork, agreement: Agreement) -> Iterator[Finding]:
    """Look at the rows that wait for a decision."""
    held = work.held.count(agreement.id)
    if held:
        yield watch(
            "lignes retenues",
            f"{held} lignes de {agreement.id} attendent une décision",
            "spie-exchange held list",
        )


def _due_for_destruction(
    work: UnitOfWork, agreement: Agreement, now: datetime
) -> Iterator[Finding]:
    plan = destruction_plan(agreement, work.purges, (), now)
    if plan.people or plan.held_rows or plan.staged_rows:
        yield mend(
            "conservation",
            f"les données de {agreement.id} sont à détruire depuis le {plan.records_on:%d/%m/%Y}",
            "spie-exchange purge",
        )
    if plan.packages:
        yield mend(
            "conservation",
            f"{len(plan.packages)} paquets de {agreement.id} sont à détruire depuis le "
            f"{plan.packages_on:%d/%m/%Y}",
            "spie-exchange purge",
        )


def _answers(work: UnitOfWork, agreement: Agreement, now: datetime) -> Iterator[Finding]:
    transfers = work.transfers.all(agreement.id)
    for silence in silences(transfers, now):
        yield watch(
            "réponses",
            f"{silence.recipient_id} n'a rien répondu à {silence.transfer_id}, publié le "
            f"{local_day(silence.since):%d/%m/%Y}",
            "appelez-le",
        )
    for transfer in transfers:
        if transfer.unsigned_answer:
            yield watch(
                "réponses",
                f"une réponse à {transfer.transfer_id} est NON SIGNÉE",
                "demandez-la signée, puis : spie-exchange receipt FICHIER.p7m",
            )


def _interrupted(work: UnitOfWork, agreement: Agreement) -> Iterator[Finding]:
    if work.purges.unfinished(agreement.id) is not None:
        yield mend(
            "destructions",
            f"une destruction de {agreement.id} a été interrompue",
            "spie-exchange purge --for-real",
        )
    if work.loads.unfinished(agreement.id):
        yield watch(
            "chargements",
            f"un chargement de {agreement.id} a été interrompu : rien n'en est gardé",
            "relancez-le : spie-exchange import FICHIER",
        )
    if work.withdrawals.unfinished(agreement.id):
        yield mend(
            "retraits",
            f"un retrait de {agreement.id} n'est pas achevé : le paquet est peut-être encore là",
            "la prochaine commande sur cette convention l'achève : spie-exchange deadline ready",
        )
    for transfer in work.transfers.all(agreement.id):
        if transfer.state in _INTERRUPTED:
            yield mend(
                "envois",
                f"l'envoi {transfer.transfer_id} a été interrompu",
                f"spie-exchange {_finishing(transfer)} --for-real",
            )


def _finishing(transfer: Transfer) -> str:
    is_test = transfer.kind is TransferKind.TEST
    return f"recipient test {transfer.recipient_id}" if is_test else "export"
