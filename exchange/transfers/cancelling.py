"""Calling a transfer off before it is published, even before it is prepared."""

from dataclasses import replace
from typing import Protocol

from exchange.audit.events import EventKind, Outcome
from exchange.clock import Clock
from exchange.errors import RefusedError
from exchange.packages.naming import waiting_paths
from exchange.transactions import Evidenced, Store
from exchange.transfers.contractual import planned
from exchange.transfers.exporting import refusals_recorded
from exchange.transfers.lifecycle import TransferState, TransferStep, next_state
from exchange.transfers.outbox import Outbox
from exchange.transfers.reasons import WithdrawalReason
from exchange.transfers.transfer import Transfer, TransferRows, replace_or_stop
from schemas.agreement import Agreement


class Work(Evidenced, Protocol):
    """A transaction as this module sees it."""

    @property
    def transfers(self) -> TransferRows:
        """The register of transfers."""
        ...


def require_cancellable(
    rows: TransferRows, agreement: Agreement, transfer_id: str, outbox: Outbox, clock: Clock
) -> Transfer:
    """Give a transfer as it will be once called off.

    One that is due and was never prepared can be: nothing then sends it unattended.
    Raises ``RefusedError``.
    """
    found = rows.get(transfer_id)
    if found is None or found.agreement_id != agreement.id:
        return _never_prepared(agreement, transfer_id, clock)
    if found.state is TransferState.SEALED and outbox.holds(found):
        # Whoever fetched it has it.
        raise RefusedError(
            "ce paquet est déjà sous son nom dans le dossier d'envoi",
            "finissez l'envoi (spie-exchange export --for-real), puis retirez-le : "
            f"spie-exchange transfer withdraw {transfer_id}",
        )
    if found.published_at is not None:
        raise RefusedError(
            "ce transfert est publié : il ne s'annule plus",
            f"retirez-le : spie-exchange transfer withdraw {transfer_id}",
        )
    return replace(
        found,
        state=next_state(found.state, TransferStep.CANCEL),
        row_count=0,
        package_digest=None,
        package_size=None,
    )


def cancel(
    store: Store[Work],
    agreement: Agreement,
    transfer_id: str,
    reason: WithdrawalReason,
    *,
    outbox: Outbox,
    clock: Clock,
) -> Transfer:
    """Call a transfer off: its lines and what was written of its package go.

    Raises ``RefusedError``, with evidence, when it cannot be.
    """
    with refusals_recorded(store, agreement), store.begin() as work:
        cancelled = require_cancellable(work.transfers, agreement, transfer_id, outbox, clock)
        if work.transfers.get(transfer_id) is None:
            work.transfers.add(cancelled)
        else:
            work.transfers.drop_lines(transfer_id)
            raised = replace(cancelled, epoch=cancelled.epoch + 1)
            replace_or_stop(work.transfers, raised, cancelled.epoch)
        work.evidence.record(
            EventKind.TRANSFER_CANCELLED,
            Outcome.DONE,
            subject=transfer_id,
            why=reason,
            recipient=cancelled.recipient_id,
        )
    final = outbox.package(cancelled)
    for path in (final, *waiting_paths(final)):
        path.unlink(missing_ok=True)
    return cancelled


def would_cancel(
    store: Store[Work], agreement: Agreement, transfer_id: str, *, outbox: Outbox, clock: Clock
) -> Transfer:
    """Give a transfer as ``cancel`` would leave it, as a dry run; a refusal leaves its evidence."""
    with refusals_recorded(store, agreement), store.read() as work:
        return require_cancellable(work.transfers, agreement, transfer_id, outbox, clock)


def calling_off(transfer_id: str) -> str:
    """Give the command that calls a transfer off before it leaves."""
    return f"spie-exchange transfer cancel {transfer_id} --reason instruction --for-real"


def _never_prepared(agreement: Agreement, transfer_id: str, clock: Clock) -> Transfer:
    dispatch = planned(agreement, transfer_id)
    if dispatch is None:
        raise RefusedError(
            "ce transfert n'existe pas et n'est pas prévu par cette convention",
            "voyez ce qui est prévu : spie-exchange due",
        )
    return Transfer(
        transfer_id=transfer_id,
        agreement_id=agreement.id,
        deadline_id=dispatch.deadline.id,
        recipient_id=dispatch.recipient.id,
        revision=dispatch.revision,
        state=TransferState.CANCELLED,
        epoch=1,
        agreement_version=agreement.version,
        instruction_id=dispatch.instruction_id,
        undeclared=True,
        prepared_at=clock.now(),
        row_count=0,
    )
