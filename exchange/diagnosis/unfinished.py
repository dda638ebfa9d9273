"""What was interrupted, is overdue for destruction, or waits for somebody."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from exchange.diagnosis.findings import Finding, mend, watch
from exchange.diagnosis.last_verification import is_found_altered
from exchange.french_numbers import counted
from exchange.instants import local_day
from exchange.locks import SignsOfLife
from exchange.retention.plan import RetainedRows, destruction_plan
from exchange.storage.database import UnitOfWork
from exchange.transfers.awaited import PATIENCE, silences
from exchange.transfers.cancelling import calling_off
from exchange.transfers.interrupted import Interrupted, interrupted_transfers
from exchange.transfers.lifecycle import TransferState
from exchange.transfers.transfer import Transfer
from schemas.agreement import Agreement
from schemas.manifest import TransferKind

HELD_BY_THE_LOG: Final = (
    "rien n'est détruit tant que le journal des preuves ne concorde pas : prévenez le DPO, puis : "
    "spie-exchange audit verify"
)
"""What is to be done about a destruction while the log is found altered."""
_RECORD_ANSWER: Final = "spie-exchange receipt FICHIER.p7m"


def unfinished_findings(
    work: UnitOfWork, agreement: Agreement, signs: SignsOfLife, now: datetime
) -> Iterator[Finding]:
    """Look at the acts of an agreement; nothing is found where all is done.

    ``signs`` tell a command that is at work from one that was interrupted.
    """
    yield from overdue_findings(agreement, work.purges, now)
    yield from answer_findings(work.transfers.all(agreement.id), now)
    yield from approval_findings(work, agreement)
    yield from working_findings(work, agreement, signs)
    yield from interrupted_findings(work, agreement, signs, now)


def working_findings(
    work: UnitOfWork, agreement: Agreement, signs: SignsOfLife
) -> Iterator[Finding]:
    """Look for a command that is at work on an agreement."""
    claim = work.claims.get(agreement.id)
    if claim is not None and signs.is_given(claim.sign):
        yield watch(
            "travaux",
            f"une commande travaille sur {agreement.id} ({claim.holder})",
            "attendez qu'elle ait fini",
            agreement.id,
        )


def interrupted_findings(
    work: UnitOfWork, agreement: Agreement, signs: SignsOfLife, now: datetime
) -> Iterator[Finding]:
    """Look at what was begun and not ended, unless a command is at work on it."""
    if not list(working_findings(work, agreement, signs)):
        yield from _interrupted(work, agreement)
        yield from map(_sending, interrupted_transfers(work, agreement, now))


def purge_subject(agreement: Agreement) -> str:
    """Give the subject of a destruction that was interrupted."""
    return f"{agreement.id}/purge"


def held_findings(work: UnitOfWork, agreement: Agreement) -> Iterator[Finding]:
    """Look at the rows that wait for a decision."""
    held = work.held.count(agreement.id)
    if held:
        yield watch(
            "lignes retenues",
            f"{counted(held, 'ligne')} de {agreement.id} en attente d'une décision",
            "spie-exchange held list",
        )


def overdue_findings(agreement: Agreement, rows: RetainedRows, now: datetime) -> Iterator[Finding]:
    """Look at what should have been destroyed."""
    plan = destruction_plan(agreement, rows, (), now)
    if plan.people or plan.held_rows or plan.staged_rows:
        yield mend(
            "conservation",
            f"les données de {agreement.id} sont à détruire depuis le {plan.records_on:%d/%m/%Y}",
            "spie-exchange purge",
            f"{agreement.id}/records",
            plan.records_on,
        )
    if plan.packages:
        yield mend(
            "conservation",
            f"à détruire depuis le {plan.packages_on:%d/%m/%Y} : "
            f"{counted(len(plan.packages), 'paquet')} de {agreement.id}",
            "spie-exchange purge",
            f"{agreement.id}/packages",
            plan.packages_on,
        )


def approval_findings(work: UnitOfWork, agreement: Agreement) -> Iterator[Finding]:
    """Look at what waits for a second account."""
    for transfer in work.transfers.all(agreement.id):
        approval = work.approvals.get(transfer.transfer_id)
        if transfer.state is TransferState.AWAITING_APPROVAL and approval is not None:
            yield watch(
                "approbations",
                f"{transfer.transfer_id} attend l'approbation d'un second compte depuis le "
                f"{local_day(approval.asked_at):%d/%m/%Y}",
                f"sous un autre compte que {approval.prepared_by} : spie-exchange transfer "
                f"approve {transfer.transfer_id}",
                transfer.transfer_id,
            )


def answer_findings(transfers: Sequence[Transfer], now: datetime) -> Iterator[Finding]:
    """Look at what recipients have not answered, or have not signed."""
    for silence in silences(transfers, now):
        yield watch(
            "réponses",
            f"{silence.recipient_id} n'a rien répondu à {silence.transfer_id}, envoyé le "
            f"{local_day(silence.since):%d/%m/%Y}",
            f"appelez-le ; sa réponse signée : {_RECORD_ANSWER} ; non signée : spie-exchange "
            f"receipt record {silence.transfer_id} --kind acknowledgement --channel letter "
            f"--received-on {local_day(now)}",
            silence.transfer_id,
            local_day(silence.since + PATIENCE),
        )
    for transfer in transfers:
        # Once its package is destroyed here, a signature would confirm nothing any more.
        if transfer.unsigned_answer and transfer.package_removed_at is None:
            yield watch(
                "réponses",
                f"une réponse à {transfer.transfer_id} est NON SIGNÉE",
                f"demandez-la signée, puis : {_RECORD_ANSWER}",
                transfer.transfer_id,
                local_day(transfer.answered_at) if transfer.answered_at else None,
            )


def _interrupted(work: UnitOfWork, agreement: Agreement) -> Iterator[Finding]:
    if work.purges.unfinished(agreement.id) is not None:
        yield mend(
            "destructions",
            f"une destruction de {agreement.id} a été interrompue",
            HELD_BY_THE_LOG if is_found_altered(work.state) else "spie-exchange purge --for-real",
            purge_subject(agreement),
        )
    if work.loads.unfinished(agreement.id):
        yield watch(
            "chargements",
            f"un chargement de {agreement.id} a été interrompu : rien n'en est gardé",
            "relancez-le : spie-exchange import FICHIER",
            f"{agreement.id}/load",
        )
    if work.withdrawals.unfinished(agreement.id):
        yield mend(
            "retraits",
            f"un retrait de {agreement.id} n'est pas achevé : le paquet est peut-être encore là",
            "la prochaine commande sur cette convention l'achève : spie-exchange deadline ready",
            f"{agreement.id}/withdrawal",
        )


def _sending(interrupted: Interrupted) -> Finding:
    transfer_id = interrupted.transfer.transfer_id
    sentence = f"l'envoi {transfer_id} a été interrompu"
    if not interrupted.obstacles:
        return mend("envois", sentence, _finishing(interrupted.transfer), transfer_id)
    why = " ; ".join(obstacle.sentence for obstacle in interrupted.obstacles)
    # What is owed for a deadline alarms by itself; of a later revision nobody else speaks.
    is_said = interrupted.is_over or not interrupted.transfer.follows
    found = watch if is_said else mend
    return found(
        "envois",
        f"{sentence} et ne peut pas partir : {why}",
        _way_out(interrupted),
        transfer_id,
    )


def _way_out(interrupted: Interrupted) -> str:
    cancel = calling_off(interrupted.transfer.transfer_id)
    if interrupted.is_over:
        return cancel
    hints = (obstacle.hint for obstacle in interrupted.obstacles)
    return " ; ".join((*hints, f"s'il ne doit plus partir : {cancel}"))


def _finishing(transfer: Transfer) -> str:
    if transfer.kind is TransferKind.TEST:
        return f"spie-exchange recipient test {transfer.recipient_id} --for-real"
    return (
        "l'ordonnanceur l'achève à son prochain passage ; s'il est arrêté : "
        "spie-exchange export --for-real"
    )
