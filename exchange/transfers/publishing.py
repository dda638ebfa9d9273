"""Publishing a transfer: numbered steps, each of which a restart finishes or undoes.

1. *prepared*: the lines are fixed and the intent leaf is committed; the container is
   written under a temporary name and synced;
2. it is read again from disk and verified down to the row count, with the file key still
   in memory; then the key is dropped;
3. *sealed*: its digest is committed;
4. it takes its final name, and the folder is synced;
5. *published*: committed with the outcome leaf.

After (3) a restart finishes with the same bytes; before it, the temporary file goes. The
epoch of whoever took the transfer up is checked in (3) and (5). No final name ever shows
two digests.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from exchange.audit.events import EventKind, Outcome
from exchange.clock import Clock
from exchange.errors import AttentionError, RetryLaterError
from exchange.packages.building import Built, PackagePlan, build, verify_built
from exchange.packages.naming import outbox_path, waiting_path
from exchange.people import open_people
from exchange.transactions import Evidenced, Store
from exchange.transfers.lifecycle import TransferState, TransferStep, next_state
from exchange.transfers.preview import Preview
from exchange.transfers.record_keys import record_sealers, reference_key
from exchange.transfers.transfer import CONTRACTUAL_REVISION, Transfer, TransferRows
from keys.durable_files import sync_folder
from keys.keyring import Keyring
from keys.pseudonyms import reference
from keys.seal import SealKey
from schemas.agreement import Agreement

_STARTING_OVER = (TransferState.PREPARED, TransferState.ABANDONED)


class Work(Evidenced, Protocol):
    """A transaction as publishing sees it."""

    @property
    def transfers(self) -> TransferRows:
        """The register of transfers."""
        ...


@dataclass(frozen=True, slots=True)
class Publisher:
    """What publishing needs. ``checkpoint`` signs and gives the current tree head."""

    store: Store[Work]
    outbox: Path
    keyring: Keyring
    seal: SealKey
    clock: Clock
    trial: bool
    checkpoint: Callable[[], str]
    checkpoint_key: str

    def publish(
        self, agreement: Agreement, preview: Preview, progress: Callable[[int], None]
    ) -> Transfer:
        """Publish one transfer, or finish one that was interrupted; give it published.

        ``progress`` is told how many lines are written. Raises ``RetryLaterError`` when
        another process took the transfer over, ``AttentionError`` when what was written
        does not verify; then nothing is published.
        """
        transfer = self._take_up(agreement, preview)
        if transfer.state is TransferState.PREPARED:
            transfer = self._seal_container(agreement, preview, transfer, progress)
        return self._finish(transfer) if transfer.state is TransferState.SEALED else transfer

    def path_of(self, transfer: Transfer) -> Path:
        """Where the package of a transfer lies once published."""
        return outbox_path(
            self.outbox, transfer.recipient_id, transfer.transfer_id, trial=self.trial
        )

    def _take_up(self, agreement: Agreement, preview: Preview) -> Transfer:
        with self.store.begin() as work:
            found = work.transfers.get(preview.transfer_id)
            if found is None:
                return self._prepare(work, agreement, preview)
            if found.state in _STARTING_OVER:
                return self._prepare_again(work, agreement, preview, found)
            if found.state is TransferState.SEALED:
                taken = replace(found, epoch=found.epoch + 1)
                work.transfers.replace(taken, found.epoch)
                return taken
            return found

    def _prepare(self, work: Work, agreement: Agreement, preview: Preview) -> Transfer:
        transfer = Transfer(
            transfer_id=preview.transfer_id,
            agreement_id=agreement.id,
            deadline_id=preview.deadline.id,
            recipient_id=preview.recipient.id,
            revision=CONTRACTUAL_REVISION,
            state=TransferState.PREPARED,
            epoch=1,
            agreement_version=agreement.version,
            instruction_id=preview.deadline.instruction,
            undeclared=preview.undeclared,
            prepared_at=self.clock.now(),
        )
        work.transfers.add(transfer)
        return self._fix_lines(work, agreement, preview, transfer)

    def _prepare_again(
        self, work: Work, agreement: Agreement, preview: Preview, found: Transfer
    ) -> Transfer:
        waiting_path(self.path_of(found)).unlink(missing_ok=True)
        work.transfers.drop_lines(found.transfer_id)
        transfer = replace(
            found,
            state=TransferState.PREPARED,
            epoch=found.epoch + 1,
            agreement_version=agreement.version,
            instruction_id=preview.deadline.instruction,
            undeclared=preview.undeclared,
            prepared_at=self.clock.now(),
        )
        work.transfers.replace(transfer, found.epoch)
        return self._fix_lines(work, agreement, preview, transfer)

    def _fix_lines(
        self, work: Work, agreement: Agreement, preview: Preview, transfer: Transfer
    ) -> Transfer:
        count = work.transfers.fix_lines(
            transfer.transfer_id, agreement.id, preview.deadline.cut_off
        )
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
            agreement_digest=agreement.digest,
        )
        return transfer

    def _seal_container(
        self,
        agreement: Agreement,
        preview: Preview,
        transfer: Transfer,
        progress: Callable[[int], None],
    ) -> Transfer:
        temporary = waiting_path(self.path_of(transfer))
        try:
            digest, size = self._write_and_verify(agreement, preview, transfer, progress)  # (1) (2)
        except BaseException as error:
            temporary.unlink(missing_ok=True)
            self._abandon(transfer, error)
            raise
        sealed = replace(
            transfer,
            state=next_state(transfer.state, TransferStep.SEAL),
            package_digest=digest,
            package_size=size,
        )
        with self.store.begin() as work:  # (3)
            _replace_or_stop(work, sealed)
        return sealed

    def _write_and_verify(
        self,
        agreement: Agreement,
        preview: Preview,
        transfer: Transfer,
        progress: Callable[[int], None],
    ) -> tuple[str, int]:
        path = waiting_path(self.path_of(transfer))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("w+b") as file, self.store.read() as work:
            rows = self._rows(agreement, preview, work, transfer)
            built = build(file, rows, self._plan(agreement, preview, transfer), self.seal, progress)
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

    def _rows(
        self, agreement: Agreement, preview: Preview, work: Work, transfer: Transfer
    ) -> Iterator[tuple[str, ...]]:
        sealers = record_sealers(self.keyring, agreement.id)
        people = open_people(agreement.id, work.transfers.people(transfer.transfer_id), sealers)
        if preview.recipient.reference_instruction is None:
            return (record.cells() for _, record in people)
        key = reference_key(self.keyring, agreement.id, preview.recipient.id)
        return ((*record.cells(), reference(key, person_id)) for person_id, record in people)

    def _plan(self, agreement: Agreement, preview: Preview, transfer: Transfer) -> PackagePlan:
        return PackagePlan(
            agreement=agreement,
            deadline=preview.deadline,
            recipient=preview.recipient,
            revision=transfer.revision,
            undeclared=transfer.undeclared,
            trial=self.trial,
            at=self.clock.now(),
            checkpoint=self.checkpoint(),
            checkpoint_key=self.checkpoint_key,
        )

    def _finish(self, transfer: Transfer) -> Transfer:
        temporary, final = waiting_path(self.path_of(transfer)), self.path_of(transfer)
        if temporary.exists():
            temporary.replace(final)  # (4)
            sync_folder(final.parent)
        _require_sealed_bytes(final, transfer)
        published = replace(
            transfer,
            state=next_state(transfer.state, TransferStep.PUBLISH),
            published_at=self.clock.now(),
        )
        with self.store.begin() as work:  # (5)
            _replace_or_stop(work, published)
            work.evidence.record(
                EventKind.TRANSFER_PUBLISHED,
                Outcome.DONE,
                subject=published.transfer_id,
                why=published.instruction_id,
                recipient=published.recipient_id,
                rows=published.row_count or 0,
                package_digest=published.package_digest or "",
            )
        return published

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


def _require_sealed_bytes(final: Path, transfer: Transfer) -> None:
    try:
        with final.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        found = ""
    if found != transfer.package_digest:
        raise AttentionError(
            f"le paquet scellé de {transfer.transfer_id} n'est plus dans le dossier d'envoi, ou "
            "n'est plus le même",
            "restaurez-le depuis la sauvegarde ; rien n'a été publié",
        )


def _replace_or_stop(work: Work, transfer: Transfer) -> None:
    if not work.transfers.replace(transfer, transfer.epoch):
        raise RetryLaterError(
            f"le transfert {transfer.transfer_id} a été repris par un autre processus",
            "voyez où il en est : spie-exchange transfer show",
        )
