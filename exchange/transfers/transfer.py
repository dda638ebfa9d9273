"""A transfer: what one recipient gets for one deadline, in one revision."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from exchange.errors import RetryLaterError
from exchange.people.person import SealedPerson
from exchange.transfers.dispatch import Dispatch, Selection
from exchange.transfers.lifecycle import TransferState
from schemas.manifest import TransferKind
from schemas.receipt import ReceiptKind

CONTRACTUAL_REVISION: Final = 1


@dataclass(frozen=True, slots=True)
class Transfer:
    """One row of the register of transfers.

    Unique per (agreement, deadline, recipient, revision). ``epoch`` counts how often its
    package was begun: a worker that lost it to another finds a higher one. ``row_count``,
    ``package_digest`` (SHA-256 of the container, hex) and ``package_size`` (bytes) are
    known once it is sealed.

    A later revision ``follows`` the transfer it corrects or replaces, for a ``reason``.
    ``challenge_digest`` is the SHA-256, hex, of the rows that a test package holds: its
    acknowledgement repeats it. ``unsigned_answer`` marks that part of what was answered
    rests on an operator's word alone.
    """

    transfer_id: str
    agreement_id: str
    deadline_id: str
    recipient_id: str
    revision: int
    state: TransferState
    epoch: int
    agreement_version: int
    instruction_id: str
    undeclared: bool
    prepared_at: datetime
    published_at: datetime | None = None
    answered_at: datetime | None = None
    row_count: int | None = None
    package_digest: str | None = None
    package_size: int | None = None
    package_removed_at: datetime | None = None
    kind: TransferKind = TransferKind.CONTRACTUAL
    reason: str | None = None
    follows: str | None = None
    challenge_digest: str | None = None
    withdrawn_at: datetime | None = None
    unsigned_answer: bool = False


@dataclass(frozen=True, slots=True)
class Readiness:
    """An operator's word that the data for a deadline are complete.

    ``person_count`` is how many would have been sent then, to the recipient that gets most;
    ``nothing_new_for`` the recipients for whom it was the answer that nobody was to be sent,
    kept once the people are destroyed (``exchange.transfers.nothing_new``).
    """

    declared_at: datetime
    declared_by: str
    person_count: int
    last_load_at: datetime | None
    nothing_new_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SelectionCounts:
    """The lines of a transfer to come, in people.

    ``loaded_after_cut_off``: first loaded once the cut-off day was over, part of
    ``total``. ``already_sent``: part of ``total`` that this recipient has had before.
    ``left_out``: not part of it, though entered by the cut-off: sent for another deadline
    (``not_yet_sent``), or not concerned by a correction. ``changed``: entered by the
    cut-off, with another record than this recipient last had, part of ``total`` or left
    out. Not part of it: ``absent``, who are not in the last complete list; ``objecting``,
    absent or not; and ``held``, rows that wait for an operator.
    """

    total: int
    loaded_after_cut_off: int
    already_sent: int
    left_out: int
    changed: int
    absent: int
    objecting: int
    held: int


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """One answer as the register has it; ``digest`` is the SHA-256, hex, of its document."""

    kind: ReceiptKind
    digest: str
    received_at: datetime
    signed: bool


class TransferRows(Protocol):
    """What transfers need of the database, inside a transaction."""

    def get(self, transfer_id: str) -> Transfer | None:
        """Give one transfer."""
        ...

    def all(self, agreement_id: str) -> Sequence[Transfer]:
        """Give the transfers of an agreement, in the order they were prepared."""
        ...

    def add(self, transfer: Transfer) -> None:
        """Add a transfer. Its uniqueness is the database's business."""
        ...

    def replace(self, transfer: Transfer, expected_epoch: int) -> bool:
        """Write a transfer back if its epoch is still the expected one; tell whether it was."""
        ...

    def fix_lines(self, transfer_id: str, selection: Selection) -> int:
        """Give a line number to each person selected, in an order of its own; give how many."""
        ...

    def has_lines_outside(self, transfer_id: str, selection: Selection) -> bool:
        """Tell whether somebody on the lines of a transfer is not, or no longer, selected."""
        ...

    def selected_contents(self, selection: Selection) -> Iterator[tuple[bytes, bytes]]:
        """Stream (person id, tag of the record) of who is selected, in the order of ids."""
        ...

    def line_contents(self, transfer_id: str) -> Iterator[tuple[bytes, bytes]]:
        """Stream the same of who is on the lines of a transfer."""
        ...

    def corrected_lines(self, transfer_id: str, corrected: str) -> Sequence[int]:
        """Give, line by line of a correction, the line it stands for in the one corrected."""
        ...

    def drop_lines(self, transfer_id: str) -> None:
        """Forget the numbering of a transfer that was never published."""
        ...

    def people(self, transfer_id: str) -> Iterator[SealedPerson]:
        """Stream the people of a transfer in the order of its lines."""
        ...

    def person_ids(self, transfer_id: str) -> Iterator[tuple[int, bytes]]:
        """Stream (line, person id) of a transfer."""
        ...

    def counts(self, selection: Selection, cut_off_over: datetime) -> SelectionCounts:
        """Count the lines that a transfer would have now."""
        ...

    def is_everybody_sent(self, selection: Selection, loaded_before: datetime | None) -> bool:
        """Tell whether all who could be carried were sent for another deadline, and somebody was.

        ``loaded_before`` leaves out who was first loaded from then on.
        """
        ...

    def add_receipt(
        self,
        transfer_id: str,
        digest: str,
        kind: str,
        at: datetime,
        document: bytes,
        *,
        signed: bool,
    ) -> None:
        """Keep an answer and what it is known from: the signed document, or the note of it."""
        ...

    def answers(self, transfer_id: str) -> Sequence[KeptAnswer]:
        """Give the answers kept of a transfer, in the order they came."""
        ...

    def signed_receipts(self, transfer_id: str) -> Sequence[bytes]:
        """Give the signed receipts kept of a transfer."""
        ...

    def add_rejections(self, transfer_id: str, rejections: Sequence[tuple[int, str]]) -> None:
        """Keep (line, code) pairs the recipient rejected."""
        ...


class ReadinessRows(Protocol):
    """What the declaration of readiness needs of the database."""

    def get(self, agreement_id: str, deadline_id: str) -> Readiness | None:
        """Give the declaration for a deadline."""
        ...

    def declare(self, agreement_id: str, deadline_id: str, readiness: Readiness) -> None:
        """Keep a declaration, replacing an earlier one."""
        ...


def begun_transfer(dispatch: Dispatch, state: TransferState, epoch: int, at: datetime) -> Transfer:
    """Give the row of a transfer that is begun, or begun anew, at an instant."""
    return Transfer(
        transfer_id=dispatch.transfer_id,
        agreement_id=dispatch.agreement.id,
        deadline_id=dispatch.deadline.id,
        recipient_id=dispatch.recipient.id,
        revision=dispatch.revision,
        state=state,
        epoch=epoch,
        agreement_version=dispatch.agreement.version,
        instruction_id=dispatch.instruction_id,
        undeclared=dispatch.undeclared,
        prepared_at=at,
        kind=dispatch.kind,
        reason=dispatch.reason,
        follows=dispatch.follows,
    )


def replace_or_stop(rows: TransferRows, transfer: Transfer, expected_epoch: int) -> None:
    """Write a transfer back. Raises ``RetryLaterError`` when another worker took it up."""
    if not rows.replace(transfer, expected_epoch):
        raise RetryLaterError(
            f"le transfert {transfer.transfer_id} a été repris par un autre processus",
            "voyez où il en est : spie-exchange transfer show",
        )
