"""Publishing a transfer: numbered steps, each of which a restart finishes or undoes.

1. *prepared*: the lines are fixed and the intent leaf is committed; the container is
   written under a temporary name and synced;
2. it is read again from disk and verified down to the row count, with the file key still
   in memory; then the key is dropped;
3. *sealed*: its digest is committed;
4. it takes its final name, and the folder is synced;
5. *published*: committed with the outcome leaf.

After (3) a restart finishes with the same bytes, after (4) whatever forbids it by then; before
(3), the temporary file goes. Where nobody knows whether (3) was done, it stays until a restart
has asked the register. The claim on the agreement is checked by every transaction; the epoch of
the transfer, raised each time its package is made anew, by (3) and (5), and it is in the
temporary name. No final name ever shows two digests.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from exchange.agreements import AgreementRows
from exchange.audit.events import EventKind, Outcome
from exchange.clock import Clock
from exchange.errors import AttentionError, LostClaimError, RefusedError
from exchange.packages.building import Built, PackagePlan, build, package_columns, verify_built
from exchange.packages.csv_rows import csv_chunks
from exchange.packages.naming import waiting_path
from exchange.people.sealing import open_people, record_sealers
from exchange.transactions import Evidenced, Store
from exchange.transfers.approval import ApprovalRows, basis_of_lines, needs_approval
from exchange.transfers.dispatch import Dispatch
from exchange.transfers.lateness import late_departures
from exchange.transfers.lifecycle import TransferState, TransferStep, next_state
from exchange.transfers.outbox import Outbox
from exchange.transfers.record_keys import reference_key
from exchange.transfers.sealed import takes_back
from exchange.transfers.transfer import Transfer, TransferRows, begun_transfer, replace_or_stop
from keys.durable_files import sync_folder
from keys.keyring import Keyring
from keys.pseudonyms import reference
from keys.seal import SealKey
from schemas.agreement import Agreement
from schemas.annex_e import REFERENCE, view_cells
from schemas.manifest import TransferKind

_STARTING_OVER = (
    TransferState.AWAITING_APPROVAL,
    TransferState.APPROVED,
    TransferState.PREPARED,
    TransferState.ABANDONED,
)


class Work(Evidenced, Protocol):
    """A transaction as publishing sees it."""

    @property
    def agreements(self) -> AgreementRows:
        """The loaded agreements."""
        ...

    @property
    def transfers(self) -> TransferRows:
        """The register of transfers."""
        ...

    @property
    def approvals(self) -> ApprovalRows:
        """What a second account approved."""
        ...


@dataclass(frozen=True, slots=True)
class Publisher:
    """What publishing needs. ``checkpoint`` signs and gives the current tree head."""

    store: Store[Work]
    outbox: Outbox
    keyring: Keyring
    seal: SealKey
    clock: Clock
    checkpoint: Callable[[], str]
    checkpoint_key: str

    def publish(self, dispatch: Dispatch, progress: Callable[[int], None]) -> Transfer:
        """Publish one transfer, or finish one that was interrupted; give it published.

        ``progress`` is told how many lines are written. Raises ``RetryLaterError`` when
        another process took the transfer over, ``AttentionError`` when what was written
        does not verify; then nothing is published.
        """
        transfer = self._take_up(dispatch)
        if transfer.state is TransferState.PREPARED:
            transfer = self._seal_container(dispatch, transfer, progress)
        if transfer.state is TransferState.SEALED:
            transfer = self._finish(dispatch.agreement, transfer)
        return transfer

    def record_departed(self, agreement: Agreement) -> tuple[Transfer, ...]:
        """Record what has its final name already; give it published.

        Whatever would forbid it now, it has left.
        """
        with self.store.read() as work:
            left = departed(work.transfers.all(agreement.id), self.outbox)
        return tuple(self._finish(agreement, transfer) for transfer in left)

    def path_of(self, transfer: Transfer) -> Path:
        """Where the package of a transfer lies once published."""
        return self.outbox.package(transfer)

    def sweep(self, agreement_id: str) -> None:
        """Remove what killed commands left beside the packages of an agreement."""
        with self.store.begin() as work:
            for transfer in work.transfers.all(agreement_id):
                if transfer.state is not TransferState.SEALED:
                    self.outbox.sweep(transfer)

    def _waiting_path(self, transfer: Transfer) -> Path:
        return waiting_path(self.path_of(transfer), transfer.epoch)

    def _take_up(self, dispatch: Dispatch) -> Transfer:
        with self.store.begin() as work:
            found = work.transfers.get(dispatch.transfer_id)
            if found is None:
                return self._prepare(work, dispatch)
            if found.state in _STARTING_OVER or takes_back(
                work.transfers, self.outbox, dispatch, found
            ):
                return self._prepare_again(work, dispatch, found)
            return found

    def _prepare(self, work: Work, dispatch: Dispatch) -> Transfer:
        transfer = self._prepared(dispatch, epoch=1)
        work.transfers.add(transfer)
        return self._fix_lines(work, dispatch, transfer)

    def _prepare_again(self, work: Work, dispatch: Dispatch, found: Transfer) -> Transfer:
        self.outbox.sweep(found)
        work.transfers.drop_lines(found.transfer_id)
        transfer = self._prepared(dispatch, epoch=found.epoch + 1)
        work.transfers.replace(transfer, found.epoch)
        return self._fix_lines(work, dispatch, transfer)

    def _prepared(self, dispatch: Dispatch, epoch: int) -> Transfer:
        begun = begun_transfer(dispatch, TransferState.PREPARED, epoch, self.clock.now())
        if not dispatch.specimens:
            return begun
        return replace(begun, challenge_digest=challenge_digest(dispatch))

    def _fix_lines(self, work: Work, dispatch: Dispatch, transfer: Transfer) -> Transfer:
        count = len(dispatch.specimens) or work.transfers.fix_lines(
            transfer.transfer_id, dispatch.selection
        )
        if count == 0:
            raise RefusedError(
                "il n'y a personne à envoyer", "voyez ce qui est prévu : spie-exchange due"
            )
        approved = _approved(work, dispatch)
        transfer = replace(transfer, row_count=count)
        work.transfers.replace(transfer, transfer.epoch)
        work.evidence.record(
            EventKind.TRANSFER_PUBLISHING,
            Outcome.BEGUN,
            subject=transfer.transfer_id,
            why=transfer.instruction_id,
            recipient=transfer.recipient_id,
            deadline=transfer.deadline_id,
            revision=transfer.revision,
            rows=count,
            agreement_digest=dispatch.agreement.digest,
            transfer_kind=transfer.kind,
            unattended=dispatch.unattended,
            **_later_revision(transfer),
            **approved,
        )
        return transfer

    def _seal_container(
        self, dispatch: Dispatch, transfer: Transfer, progress: Callable[[int], None]
    ) -> Transfer:
        temporary = self._waiting_path(transfer)
        try:
            digest, size = self._write_and_verify(dispatch, transfer, progress)  # (1) (2)
        except BaseException as error:
            with suppress(OSError):  # what stays there, the next command sweeps
                temporary.unlink()
            self._abandon(transfer, error)
            raise
        sealed = replace(
            transfer,
            state=next_state(transfer.state, TransferStep.SEAL),
            package_digest=digest,
            package_size=size,
        )
        try:
            with self.store.begin() as work:  # (3)
                replace_or_stop(work.transfers, sealed, sealed.epoch)
        except LostClaimError:
            with suppress(OSError):
                temporary.unlink()
            raise
        # After any other error these bytes may be the only ones: the commit may have been
        # done and its answer lost. ``sweep`` asks the register.
        return sealed

    def _write_and_verify(
        self, dispatch: Dispatch, transfer: Transfer, progress: Callable[[int], None]
    ) -> tuple[str, int]:
        path = self._waiting_path(transfer)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        checkpoint = self.checkpoint()
        with path.open("w+b") as file, self.store.read() as work:
            plan = self._plan(dispatch, transfer, work, checkpoint)
            rows = dispatch.specimens or self._rows(dispatch, plan, work)
            built = build(file, rows, plan, self.seal, progress)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
        return self._verify(path, built, transfer)

    def _verify(self, path: Path, built: Built, transfer: Transfer) -> tuple[str, int]:
        with path.open("rb") as file:
            digest = verify_built(file, built, self.seal.certificate)
        if built.row_count != transfer.row_count:
            raise AttentionError(
                "le paquet n'a pas le nombre de lignes qui avait été fixé",
                "ne l'envoyez pas ; vérifiez le journal : spie-exchange audit verify",
            )
        return digest, path.stat().st_size

    def _rows(self, dispatch: Dispatch, plan: PackagePlan, work: Work) -> Iterator[tuple[str, ...]]:
        agreement_id, cut_off = dispatch.agreement.id, dispatch.deadline.cut_off
        sealers = record_sealers(self.keyring, agreement_id)
        sealed = work.transfers.people(dispatch.transfer_id)
        key = reference_key(self.keyring, agreement_id, dispatch.recipient.id)
        columns = plan.columns
        is_referenced = REFERENCE in columns
        for person_id, record in open_people(agreement_id, sealed, sealers):
            named = reference(key, person_id) if is_referenced else ""
            yield view_cells(columns, record, named, cut_off)

    def _plan(
        self, dispatch: Dispatch, transfer: Transfer, work: Work, checkpoint: str
    ) -> PackagePlan:
        followed = work.transfers.get(dispatch.follows) if dispatch.follows else None
        lines: Sequence[int] = ()
        if followed is not None and dispatch.kind is TransferKind.CORRECTION:
            lines = work.transfers.corrected_lines(transfer.transfer_id, followed.transfer_id)
        return PackagePlan(
            agreement=dispatch.agreement,
            deadline=dispatch.deadline,
            recipient=dispatch.recipient,
            instruction=dispatch.instruction_id,
            revision=transfer.revision,
            undeclared=transfer.undeclared,
            trial=self.outbox.marks(dispatch.kind),
            at=self.clock.now(),
            checkpoint=checkpoint,
            checkpoint_key=self.checkpoint_key,
            kind=dispatch.kind,
            reason=dispatch.reason or "",
            follows=_published_digest(followed),
            corrected_lines=tuple(lines),
        )

    def _finish(self, agreement: Agreement, transfer: Transfer) -> Transfer:
        final = self.path_of(transfer)
        with suppress(FileNotFoundError):  # it has its name already
            self._waiting_path(transfer).replace(final)  # (4)
        self._require_sealed_bytes(transfer)
        sync_folder(final.parent)
        published = replace(
            transfer,
            state=next_state(transfer.state, TransferStep.PUBLISH),
            published_at=self.clock.now(),
        )
        with self.store.begin() as work:  # (5)
            replace_or_stop(work.transfers, published, published.epoch)
            work.evidence.record(
                EventKind.TRANSFER_PUBLISHED,
                Outcome.DONE,
                subject=published.transfer_id,
                why=published.instruction_id,
                recipient=published.recipient_id,
                rows=published.row_count or 0,
                package_digest=published.package_digest or "",
                undeclared=published.undeclared,
                late=bool(late_departures(work.agreements, agreement, [published])),
            )
        return published

    def _require_sealed_bytes(self, transfer: Transfer) -> None:
        if not self.outbox.holds(transfer):
            cancel = f"spie-exchange transfer cancel {transfer.transfer_id}"
            raise AttentionError(
                f"le paquet scellé de {transfer.transfer_id} n'est plus dans le dossier d'envoi, "
                "ou n'est plus le même ; rien n'a été publié",
                f"annulez-le : {cancel}, puis renvoyez-le",
            )

    def _abandon(self, transfer: Transfer, error: BaseException) -> None:
        abandoned = replace(transfer, state=next_state(transfer.state, TransferStep.ABANDON))
        with self.store.begin() as work:
            if work.transfers.replace(abandoned, transfer.epoch):
                work.transfers.drop_lines(transfer.transfer_id)
                work.evidence.record(
                    EventKind.TRANSFER_ABANDONED,
                    Outcome.FAILED,
                    subject=transfer.transfer_id,
                    why=type(error).__name__,
                )


def departed(transfers: Iterable[Transfer], outbox: Outbox) -> list[Transfer]:
    """Give those that were killed after (4): anybody may have fetched them, only (5) is left."""
    return [t for t in transfers if t.state is TransferState.SEALED and outbox.holds(t)]


def _approved(work: Work, dispatch: Dispatch) -> dict[str, str]:
    """Say in the evidence whose two accounts agreed, if two are needed.

    The last word before anything is written: what is on the lines is what was approved.
    Raises ``RefusedError``.
    """
    if not needs_approval(dispatch):
        return {}
    approval = work.approvals.get(dispatch.transfer_id)
    basis = basis_of_lines(work.transfers, dispatch)
    if approval is None or approval.approved_by is None or approval.basis != basis.digest:
        raise RefusedError(
            f"ce qui partirait sous {dispatch.transfer_id} n'est approuvé par aucun second compte",
            "voyez ce qui manque : spie-exchange due",
        )
    return {"prepared_by": approval.prepared_by, "approved_by": approval.approved_by}


def _later_revision(transfer: Transfer) -> dict[str, str]:
    """Say in the evidence what a later revision is about."""
    said = {"reason": transfer.reason, "follows": transfer.follows}
    return {name: str(value) for name, value in said.items() if value}


def challenge_digest(dispatch: Dispatch) -> str:
    """Give the SHA-256, hex, of the CSV of a test: whoever opened it can say it."""
    columns = package_columns(dispatch.recipient)
    chunks = csv_chunks(columns, dispatch.specimens)
    return hashlib.sha256(b"".join(chunk for chunk, _ in chunks)).hexdigest()


def _published_digest(followed: Transfer | None) -> str:
    """Give the digest of a package that was published; one that never left is not told of."""
    if followed is None or followed.published_at is None:
        return ""
    return followed.package_digest or ""
