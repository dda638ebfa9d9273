"""Taking a published package back: it goes, and a signed notice takes its place.

1. state *withdrawn*, the signed notice and the leaf are committed together;
2. the notice is written beside the package, with the bytes that were committed;
3. the package goes;
4. its removal is committed.

After (1) a restart finishes with the same bytes. What the recipient fetched before is out
of reach: the notice tells it what to do, and its answer is still taken.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from exchange.audit.events import EventKind, Outcome, instant_text
from exchange.clock import Clock
from exchange.errors import RefusedError
from exchange.instants import local_day
from exchange.transactions import Evidenced, Store
from exchange.transfers.exporting import refusals_recorded
from exchange.transfers.lifecycle import TransferStep, next_state
from exchange.transfers.obstacles import instruction_obstacles
from exchange.transfers.outbox import Outbox
from exchange.transfers.reasons import WithdrawalReason
from exchange.transfers.resending import require_known_instruction, transfer_of
from exchange.transfers.transfer import Transfer, TransferRows, replace_or_stop
from keys.durable_files import replace_file, sync_folder
from keys.seal import SealKey, sign_enveloping
from schemas.agreement import Agreement
from schemas.withdrawal import WithdrawalNotice


class WithdrawalRows(Protocol):
    """The notices, inside a transaction."""

    def add(self, transfer_id: str, notice: bytes) -> None:
        """Keep the signed notice of a withdrawal."""
        ...

    def notice(self, transfer_id: str) -> bytes:
        """Give the signed notice of a transfer that was withdrawn."""
        ...

    def unfinished(self, agreement_id: str) -> tuple[str, ...]:
        """Give the transfers taken back whose package was not removed yet."""
        ...

    def mark_removed(self, transfer_id: str, at: datetime) -> None:
        """Record that the package is gone, and touch nothing else of its transfer."""
        ...


class Work(Evidenced, Protocol):
    """A transaction as this module sees it."""

    @property
    def transfers(self) -> TransferRows:
        """The register of transfers."""
        ...

    @property
    def withdrawals(self) -> WithdrawalRows:
        """The notices."""
        ...


def dependents(rows: TransferRows, transfer: Transfer) -> list[str]:
    """List the published revisions that follow a transfer: taking it back leaves them there."""
    return [
        other.transfer_id
        for other in rows.all(transfer.agreement_id)
        if other.follows == transfer.transfer_id
        and other.published_at is not None
        and other.package_removed_at is None
    ]


@dataclass(frozen=True, slots=True)
class Withdrawer:
    """What taking a package back needs."""

    store: Store[Work]
    outbox: Outbox
    clock: Clock

    def require_withdrawable(
        self, rows: TransferRows, agreement: Agreement, transfer_id: str, instruction_id: str
    ) -> Transfer:
        """Give a transfer as it will be once withdrawn under an instruction.

        Raises ``RefusedError`` when it cannot be, or when the instruction cannot be followed.
        """
        require_known_instruction(agreement, instruction_id)
        for obstacle in instruction_obstacles(agreement, [instruction_id], self.clock.now()):
            raise RefusedError(obstacle.sentence, obstacle.hint)
        found = transfer_of(rows, agreement, transfer_id)
        if found.package_removed_at is not None:
            raise RefusedError(
                f"ce paquet n'est plus dans le dossier d'envoi depuis le "
                f"{local_day(found.package_removed_at):%d/%m/%Y}",
                "il n'y a rien à retirer ; appelez le destinataire pour ce qu'il en a pris",
            )
        following = next_state(found.state, TransferStep.WITHDRAW)
        return replace(found, state=following, withdrawn_at=self.clock.now())

    def withdraw(
        self,
        agreement: Agreement,
        transfer_id: str,
        reason: WithdrawalReason,
        instruction_id: str,
        seal: SealKey,
    ) -> Transfer:
        """Take a package back; give its transfer as it is then.

        Raises ``RefusedError``, with evidence, when it cannot be, or not under this instruction.
        """
        with refusals_recorded(self.store, agreement), self.store.begin() as work:  # (1)
            withdrawn = self.require_withdrawable(
                work.transfers, agreement, transfer_id, instruction_id
            )
            notice = self._notice(agreement, withdrawn, reason, instruction_id, seal)
            replace_or_stop(work.transfers, withdrawn, withdrawn.epoch)
            work.withdrawals.add(transfer_id, notice)
            work.evidence.record(
                EventKind.TRANSFER_WITHDRAWN,
                Outcome.DONE,
                subject=transfer_id,
                why=instruction_id,
                recipient=withdrawn.recipient_id,
                reason=reason,
                package_digest=withdrawn.package_digest or "",
                notice_digest=hashlib.sha256(notice).hexdigest(),
            )
        self.finish(agreement)
        return withdrawn

    def would_withdraw(
        self, agreement: Agreement, transfer_id: str, instruction_id: str
    ) -> Transfer:
        """Give a transfer as ``withdraw`` would leave it: a dry run. A refusal leaves evidence."""
        with refusals_recorded(self.store, agreement), self.store.read() as work:
            return self.require_withdrawable(work.transfers, agreement, transfer_id, instruction_id)

    def finish(self, agreement: Agreement) -> None:
        """Finish every withdrawal of an agreement, those that were interrupted included."""
        with self.store.read() as work:
            unfinished = work.withdrawals.unfinished(agreement.id)
        for transfer_id in unfinished:
            with self.store.read() as work:
                transfer = transfer_of(work.transfers, agreement, transfer_id)
                notice = work.withdrawals.notice(transfer_id)
            self._take_place(transfer, notice)
            with self.store.begin() as work:  # (4)
                work.withdrawals.mark_removed(transfer_id, self.clock.now())

    def _take_place(self, transfer: Transfer, notice: bytes) -> None:
        package, path = self.outbox.package(transfer), self.outbox.notice(transfer)
        if not (path.exists() and path.read_bytes() == notice):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(path, notice)  # (2)
        package.unlink(missing_ok=True)  # (3)
        sync_folder(package.parent)

    def _notice(
        self,
        agreement: Agreement,
        withdrawn: Transfer,
        reason: WithdrawalReason,
        instruction_id: str,
        seal: SealKey,
    ) -> bytes:
        at = self.clock.now()
        notice = WithdrawalNotice(
            agreement=agreement.id,
            transfer=withdrawn.transfer_id,
            recipient=withdrawn.recipient_id,
            package=withdrawn.package_digest or "",
            reason=reason,
            instruction=instruction_id,
            withdrawn_at=instant_text(at),
            sender=agreement.sender.name,
            contact=agreement.sender.contact,
            trial=self.outbox.marks(withdrawn.kind),
        )
        return sign_enveloping(notice.canonical_bytes(), seal, at)
