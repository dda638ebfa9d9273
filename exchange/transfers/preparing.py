"""Preparing what a second account must approve: what would leave is shown, and its word asked.

Nothing is written of a package yet, and no line is fixed. Preparing again, once what would leave
has changed, voids what was approved of it.
"""

from dataclasses import dataclass, replace

from exchange.actors import Actor
from exchange.audit.events import EventKind, Outcome
from exchange.clock import Clock
from exchange.errors import RefusedError
from exchange.transactions import Store
from exchange.transfers.approval import (
    Approval,
    Basis,
    basis_now,
    is_to_be_approved,
    what_changed,
)
from exchange.transfers.dispatch import Dispatch
from exchange.transfers.exporting import previewed, previews, refusals_recorded
from exchange.transfers.lifecycle import TransferState, TransferStep, next_state
from exchange.transfers.outbox import Outbox
from exchange.transfers.preview import Preview
from exchange.transfers.register import ActingRegister
from exchange.transfers.resending import RevisionRequest, revision_preview
from exchange.transfers.sealed import takes_back
from exchange.transfers.transfer import (
    Transfer,
    begun_transfer,
    replace_or_stop,
)
from schemas.agreement import Agreement


@dataclass(frozen=True, slots=True)
class Prepared:
    """What preparing did: prepared now, prepared before, sent before, held back otherwise."""

    prepared: tuple[Transfer, ...]
    awaiting: tuple[Preview, ...]
    settled: tuple[Preview, ...]
    held_back: tuple[Preview, ...]


@dataclass(frozen=True, slots=True)
class Preparer:
    """What preparing needs. ``actor`` is who prepares, or the account of the scheduler.

    To be used while the agreement is claimed, ``store`` fenced by the claim.
    """

    store: Store[ActingRegister]
    outbox: Outbox
    clock: Clock
    actor: Actor

    def prepare_due(self, agreement: Agreement, deadline_id: str | None) -> Prepared:
        """Prepare everything that may be, of one deadline or of all.

        Raises ``RefusedError`` when the agreement needs no second account; with
        ``deadline_id`` an obstacle is a refusal too, left in the evidence.
        """
        with refusals_recorded(self.store, agreement):
            _require_four_eyes(agreement)
            with self.store.read() as work:
                seen = previews(work, agreement, deadline_id, self.clock)
            held_back = tuple(entry for entry in seen if _is_held_back(entry))
            if deadline_id is not None and held_back:
                obstacle = held_back[0].obstacles[0]
                raise RefusedError(
                    f"{held_back[0].transfer_id} : {obstacle.sentence}", obstacle.hint
                )
        return Prepared(
            prepared=tuple(self.prepare(entry.dispatch) for entry in seen if entry.is_preparable),
            awaiting=tuple(entry for entry in seen if _is_prepared(entry)),
            settled=tuple(entry for entry in seen if entry.is_settled),
            held_back=held_back,
        )

    def would_prepare(self, agreement: Agreement, deadline_id: str | None) -> tuple[Preview, ...]:
        """Say what is due, as a dry run of ``prepare_due`` that leaves its evidence.

        Raises ``RefusedError``, with evidence, when the agreement needs no second account.
        """
        with refusals_recorded(self.store, agreement):
            _require_four_eyes(agreement)
        return previewed(self.store, agreement, deadline_id, self.clock)

    def prepare_revision(self, agreement: Agreement, request: RevisionRequest) -> Transfer | None:
        """Prepare the later revision that is asked for; ``None`` where that is not what it lacks.

        Raises ``RefusedError``, with evidence, for a transfer or an instruction that does not
        exist.
        """
        with refusals_recorded(self.store, agreement), self.store.read() as work:
            entry = revision_preview(work, agreement, request, self.clock)
        return self.prepare(entry.dispatch) if entry.is_preparable else None

    def prepare(self, dispatch: Dispatch) -> Transfer:
        """Prepare a transfer, or prepare it anew, and give it as it awaits its approval.

        Raises ``RefusedError`` when it carries nobody, or is not one to be prepared.
        """
        with self.store.begin() as work:
            found = work.transfers.get(dispatch.transfer_id)
            basis = basis_now(work.transfers, dispatch)
            if not basis.people:
                raise RefusedError(
                    "il n'y a personne à envoyer", "voyez ce qui est prévu : spie-exchange due"
                )
            former = work.approvals.get(dispatch.transfer_id) if found else None
            if found is not None and former is not None and former.approved_by:
                _record_voided(work, former, what_changed(dispatch, found))
            transfer = self._awaiting(work, dispatch, found, basis)
            self._ask(work, dispatch, transfer, basis, former)
        return transfer

    def _awaiting(
        self, work: ActingRegister, dispatch: Dispatch, found: Transfer | None, basis: Basis
    ) -> Transfer:
        epoch = found.epoch + 1 if found else 1
        begun = begun_transfer(dispatch, TransferState.AWAITING_APPROVAL, epoch, self.clock.now())
        awaiting = replace(begun, row_count=basis.people)
        if found is None:
            work.transfers.add(awaiting)
            return awaiting
        next_state(found.state, TransferStep.ASK_APPROVAL)
        if found.state is TransferState.SEALED:
            _require_taken_back(work, self.outbox, dispatch, found)
        self.outbox.sweep(found)
        work.transfers.drop_lines(found.transfer_id)
        replace_or_stop(work.transfers, awaiting, found.epoch)
        return awaiting

    def _ask(
        self,
        work: ActingRegister,
        dispatch: Dispatch,
        transfer: Transfer,
        basis: Basis,
        former: Approval | None,
    ) -> None:
        asked = Approval(
            transfer_id=transfer.transfer_id,
            basis=basis.digest,
            prepared_by=self.actor.account,
            unattended=dispatch.unattended,
            asked_at=transfer.prepared_at,
        )
        if dispatch.unattended and former is not None:
            # Nobody becomes free to approve because the scheduler has prepared it again.
            asked = replace(asked, prepared_by=former.prepared_by, unattended=former.unattended)
        work.approvals.put(asked)
        work.evidence.record(
            EventKind.TRANSFER_PREPARED,
            Outcome.DONE,
            subject=transfer.transfer_id,
            why=transfer.instruction_id,
            recipient=transfer.recipient_id,
            deadline=transfer.deadline_id,
            revision=transfer.revision,
            rows=basis.people,
            agreement_digest=dispatch.agreement.digest,
            basis=basis.digest,
            prepared_by=asked.prepared_by,
            transfer_kind=transfer.kind,
            unattended=dispatch.unattended,
        )


def _require_four_eyes(agreement: Agreement) -> None:
    if not agreement.four_eyes:
        raise RefusedError(
            "la convention ne demande pas d'approbation (four_eyes)",
            "envoyez ce qui est dû : spie-exchange export",
        )


def _is_prepared(entry: Preview) -> bool:
    return not entry.is_settled and (entry.is_sendable or is_to_be_approved(entry.obstacles))


def _is_held_back(entry: Preview) -> bool:
    return not (entry.is_settled or entry.is_preparable or _is_prepared(entry))


def _require_taken_back(
    work: ActingRegister, outbox: Outbox, dispatch: Dispatch, found: Transfer
) -> None:
    if not takes_back(work.transfers, outbox, dispatch, found):
        raise RefusedError(
            f"{found.transfer_id} est scellé tel qu'il a été approuvé, et va partir",
            "il n'y a rien à préparer : spie-exchange export --for-real",
        )


def _record_voided(work: ActingRegister, former: Approval, why: str) -> None:
    work.evidence.record(
        EventKind.TRANSFER_APPROVAL_VOIDED,
        Outcome.DONE,
        subject=former.transfer_id,
        why=why,
        basis=former.basis,
        prepared_by=former.prepared_by,
        approved_by=former.approved_by or "",
    )
