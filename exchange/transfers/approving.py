"""The second account's word: what it is shown, and what must hold before it counts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from exchange.actors import Actor
from exchange.audit.events import EventKind, Outcome
from exchange.clock import Clock
from exchange.errors import RefusedError
from exchange.transactions import Store
from exchange.transfers.answers import standing
from exchange.transfers.approval import Approval, is_to_be_approved
from exchange.transfers.exporting import previews
from exchange.transfers.lifecycle import TransferState, TransferStep, next_state
from exchange.transfers.preview import Preview
from exchange.transfers.register import ActingRegister
from exchange.transfers.resending import request_of, revision_preview
from exchange.transfers.transfer import Transfer, replace_or_stop
from schemas.agreement import Agreement


class SameAccountError(RefusedError):
    """A second account is needed, and this is the first."""


@dataclass(frozen=True, slots=True)
class Approvable:
    """A transfer that awaits its approval: what would leave now, and who asked."""

    entry: Preview
    transfer: Transfer
    approval: Approval


@dataclass(frozen=True, slots=True)
class Approver:
    """What approving needs. ``actor`` is whose word it is.

    To be used while the agreement is claimed, ``store`` fenced by the claim.
    """

    store: Store[ActingRegister]
    clock: Clock
    actor: Actor

    def look(self, agreement: Agreement, transfer_id: str, basis: str | None = None) -> Approvable:
        """Give what would be approved. Raises ``RefusedError``, which is left in the evidence."""
        with self._refusals_recorded(agreement, transfer_id), self.store.read() as work:
            return self._approvable(work, agreement, transfer_id, basis)

    def approve(self, agreement: Agreement, transfer_id: str, basis: str | None = None) -> Approval:
        """Approve a transfer; it leaves by the next export, or when the scheduler comes by.

        Properties that hold:

        1. it awaits an approval, which is given once: a second one at the same time is refused;
        2. what was shown is what would leave now, and nothing else stands in its way;
        3. whoever approves has neither prepared it nor, where the scheduler has, declared its
           data ready: one account alone lets leave only what the agreement lets leave though
           nobody has declared it (``if_undeclared``);
        4. with ``basis``, it is what the caller was shown;
        5. it commits with its evidence, which names both accounts; a refusal leaves its own.
        """
        with self._refusals_recorded(agreement, transfer_id), self.store.begin() as work:
            found = self._approvable(work, agreement, transfer_id, basis)
            return self._approve(work, found)

    def _approvable(
        self, work: ActingRegister, agreement: Agreement, transfer_id: str, basis: str | None
    ) -> Approvable:
        transfer = work.transfers.get(transfer_id)
        approval = work.approvals.get(transfer_id)
        if transfer is None or transfer.agreement_id != agreement.id:
            raise RefusedError(
                "ce transfert n'est pas préparé, ou n'existe pas sous cette convention",
                "voyez ce qui est prévu : spie-exchange due",
            )
        if approval is None or transfer.state is not TransferState.AWAITING_APPROVAL:  # (1)
            raise _not_awaiting(transfer, approval)
        entry = _entry(work, agreement, transfer, self.clock)
        if not is_to_be_approved(entry.obstacles):  # (2)
            raise _hindered(entry)
        self._require_second(work, transfer, approval)  # (3)
        if basis is not None and basis != approval.basis:  # (4)
            raise RefusedError(
                "ce qui est à approuver n'est plus ce qui vous a été montré",
                f"regardez-le de nouveau : spie-exchange transfer approve {transfer_id}",
            )
        return Approvable(entry, transfer, approval)

    def _require_second(self, work: ActingRegister, transfer: Transfer, approval: Approval) -> None:
        declared = work.readiness.get(transfer.agreement_id, transfer.deadline_id)
        if self.actor.account == approval.prepared_by:
            done = "a préparé cet envoi"
        elif approval.unattended and declared and declared.declared_by == self.actor.name:
            done = "a déclaré prêtes les données que l'ordonnanceur envoie"
        else:
            return
        raise SameAccountError(
            f"{self.actor.account} {done} : un autre compte doit l'approuver (four_eyes)",
            "demandez-le à un collègue, sous son propre compte : "
            f"spie-exchange transfer approve {transfer.transfer_id}",
        )

    def _approve(self, work: ActingRegister, found: Approvable) -> Approval:
        transfer = found.transfer
        given = replace(
            found.approval, approved_by=self.actor.account, approved_at=self.clock.now()
        )
        approved = replace(transfer, state=next_state(transfer.state, TransferStep.APPROVE))
        replace_or_stop(work.transfers, approved, transfer.epoch)
        work.approvals.put(given)
        work.evidence.record(  # (5)
            EventKind.TRANSFER_APPROVED,
            Outcome.DONE,
            subject=transfer.transfer_id,
            why=transfer.instruction_id,
            recipient=transfer.recipient_id,
            rows=transfer.row_count or 0,
            basis=given.basis,
            prepared_by=given.prepared_by,
            approved_by=self.actor.account,
        )
        return given

    @contextmanager
    def _refusals_recorded(self, agreement: Agreement, transfer_id: str) -> Iterator[None]:
        try:
            yield
        except RefusedError as error:
            with self.store.begin() as work:
                known = work.transfers.get(transfer_id)
                work.evidence.record(
                    EventKind.TRANSFER_APPROVAL_REFUSED,
                    Outcome.REFUSED,
                    subject=known.transfer_id if known else agreement.id,
                    why=error.message,
                )
            raise


def _entry(work: ActingRegister, agreement: Agreement, transfer: Transfer, clock: Clock) -> Preview:
    if transfer.follows:
        return revision_preview(work, agreement, request_of(transfer), clock)
    for entry in previews(work, agreement, transfer.deadline_id, clock):
        if entry.transfer_id == transfer.transfer_id:
            return entry
    raise RefusedError(
        f"la convention en vigueur n'envoie plus {transfer.deadline_id} à {transfer.recipient_id}",
        f"annulez-le : spie-exchange transfer cancel {transfer.transfer_id} --reason instruction",
    )


def _not_awaiting(transfer: Transfer, approval: Approval | None) -> RefusedError:
    if transfer.state is TransferState.APPROVED and approval is not None:
        return RefusedError(
            f"{transfer.transfer_id} est déjà approuvé par {approval.approved_by}",
            "rien n'est à approuver ; il part par l'ordonnanceur, ou : "
            "spie-exchange export --for-real",
        )
    return RefusedError(
        f"{transfer.transfer_id} n'attend pas d'approbation : {standing(transfer)}",
        f"voyez où il en est : spie-exchange transfer show {transfer.transfer_id}",
    )


def _hindered(entry: Preview) -> RefusedError:
    if not entry.obstacles:
        return RefusedError(
            "la convention en vigueur ne demande plus d'approbation",
            "envoyez-le : spie-exchange export --for-real",
        )
    first = entry.obstacles[0]
    return RefusedError(f"{entry.transfer_id} : {first.sentence}", first.hint)
