"""What is to leave: one revision for one recipient, decided before anything is written."""

from dataclasses import dataclass
from datetime import date

from exchange.packages.naming import package_stem
from exchange.transfers.reasons import RevisionReason
from schemas.agreement import Agreement, Deadline, Recipient
from schemas.manifest import TransferKind


@dataclass(frozen=True, slots=True)
class Selection:
    """Which people a transfer carries.

    Those of the agreement who entered on or before ``cut_off``; with ``not_yet_sent``, only
    who was not sent to this recipient for another deadline; with ``corrects``, only the
    lines of that transfer that ``reason`` is about.
    """

    agreement_id: str
    deadline_id: str
    recipient_id: str
    cut_off: date
    not_yet_sent: bool
    corrects: str | None = None
    reason: RevisionReason | None = None


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One revision for one recipient, under one instruction; ``unattended``, asked by nobody.

    A later revision ``follows`` the transfer that it replaces or corrects, for a
    ``reason``. ``specimens`` are the rows of a test: synthetic people, in the columns of
    the recipient's view; the rows of every other kind are in the database.
    """

    agreement: Agreement
    deadline: Deadline
    recipient: Recipient
    revision: int
    instruction_id: str
    undeclared: bool
    kind: TransferKind = TransferKind.CONTRACTUAL
    reason: RevisionReason | None = None
    follows: str | None = None
    specimens: tuple[tuple[str, ...], ...] = ()
    unattended: bool = False

    @property
    def transfer_id(self) -> str:
        """The name of the transfer."""
        return package_stem(self.agreement.id, self.deadline.id, self.recipient.id, self.revision)

    @property
    def selection(self) -> Selection:
        """The people it carries."""
        is_correction = self.kind is TransferKind.CORRECTION
        return Selection(
            agreement_id=self.agreement.id,
            deadline_id=self.deadline.id,
            recipient_id=self.recipient.id,
            cut_off=self.deadline.cut_off,
            not_yet_sent=self.deadline.content == "not_yet_sent",
            corrects=self.follows if is_correction else None,
            reason=self.reason if is_correction else None,
        )
