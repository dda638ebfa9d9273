"""What each recipient is owed for each deadline: the one place that decides it.

The export, the screens, the calendar and the mails all ask here, so that they say the same.

1. What left has left, late or not by the due day of the version it left under; what was called
   off, and whatever was for a recipient that has left, is owed no more.
2. « Only who was not sent yet », declared ready, with everybody sent already: the declaration is
   the answer. Nothing leaves, and nothing is late. Who is loaded before the due day is over
   still leaves; who is loaded after it was not part of what was declared. Undeclared it is
   owed, for an import that somebody forgot looks just the same. Who was sent
   is asked of the people; before they are destroyed the answers are kept.
3. Once the data are to be destroyed, or the processing has ended, nothing leaves any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

from exchange.agreements import AgreementRows
from exchange.transfers.contractual import contractual, survey_deadlines
from exchange.transfers.dispatch import Dispatch, Selection
from exchange.transfers.lateness import due_days, is_over, late_departures, meets_deadline
from exchange.transfers.lifecycle import TransferState
from exchange.transfers.obstacles import has_left
from exchange.transfers.transfer import Readiness, ReadinessRows, Transfer
from schemas.agreement import Agreement, Deadline, ends_at, opens_at, records_end


class MadeRows(Protocol):
    """What this module needs to know of the register of transfers."""

    def all(self, agreement_id: str) -> Sequence[Transfer]:
        """Give the transfers of an agreement."""
        ...

    def is_everybody_sent(self, selection: Selection, loaded_before: datetime | None) -> bool:
        """Tell whether all who could be carried were sent for another deadline."""
        ...


class Work(Protocol):
    """A transaction as this module sees it."""

    @property
    def agreements(self) -> AgreementRows:
        """The loaded agreements."""
        ...

    @property
    def transfers(self) -> MadeRows:
        """The register of transfers."""
        ...

    @property
    def readiness(self) -> ReadinessRows:
        """The declarations of readiness."""
        ...


class Owing(StrEnum):
    """Where a recipient stands with what it is owed."""

    SENT = "sent"
    CALLED_OFF = "called-off"
    RECIPIENT_LEFT = "recipient-left"
    NOTHING_NEW = "nothing-new"
    NEVER_AGAIN = "never-again"
    LATE = "late"
    TO_SEND = "to-send"


OWING_LABELS: Final = MappingProxyType(
    {
        Owing.SENT: "envoyé",
        Owing.CALLED_OFF: "annulé avant l'envoi",
        Owing.RECIPIENT_LEFT: "n'est plus destinataire",
        Owing.NOTHING_NEW: "rien à envoyer, toutes les personnes l'ont déjà été",
        Owing.NEVER_AGAIN: "n'est pas parti, et ne partira plus",
        Owing.LATE: "à envoyer — EN RETARD",
        Owing.TO_SEND: "à envoyer",
    }
)


@dataclass(frozen=True, slots=True)
class Owed:
    """What one recipient is owed for one deadline, and what came of it.

    ``transfer`` is what left for it or, as long as nothing did, what was prepared or called
    off. ``due`` is the day that counts, ``declared`` the word that the data are complete.
    """

    dispatch: Dispatch
    transfer: Transfer | None
    declared: Readiness | None
    due: date
    owing: Owing

    @property
    def is_open(self) -> bool:
        """Whether it waits still."""
        return self.owing in {Owing.LATE, Owing.TO_SEND}

    @property
    def is_late(self) -> bool:
        """Whether the due day was over when it left, or is while it waits."""
        left_at = self.transfer.published_at if self.transfer else None
        return self.owing is Owing.LATE or (left_at is not None and is_over(self.due, left_at))


def owed_transfers(
    work: Work,
    agreement: Agreement,
    now: datetime,
    deadlines: Sequence[Deadline] | None = None,
) -> tuple[Owed, ...]:
    """Say of every recipient of every deadline, or of some, what it is owed, as they fall due."""
    made = [t for t in work.transfers.all(agreement.id) if meets_deadline(t)]
    return tuple(
        _owed(work, contractual(agreement, deadline, recipient, declared), declared, made, now)
        for deadline, declared in _declarations(work, agreement, deadlines)
        for recipient in map(agreement.recipient, deadline.recipients)
    )


def late_transfers(
    work: Work, agreement: Agreement, transfers: Sequence[Transfer], now: datetime
) -> frozenset[str]:
    """Give the ids of those of these transfers that left late, or wait and are late."""
    late = set(late_departures(work.agreements, agreement, transfers))
    if any(transfer.published_at is None for transfer in transfers):
        owed = owed_transfers(work, agreement, now)
        late |= {one.dispatch.transfer_id for one in owed if one.owing is Owing.LATE}
    return frozenset(late & {transfer.transfer_id for transfer in transfers})


def sending_ends_at(agreement: Agreement) -> datetime:
    """Give the instant from which nothing may leave any more."""
    return min(opens_at(records_end(agreement)), ends_at(agreement.processing_ends))


def would_carry_nobody(work: Work, owed: Owed) -> bool:
    """Tell whether what nobody has declared ready is empty, since everybody was sent already."""
    is_undeclared = owed.declared is None and not _is_sealed(owed.transfer)
    return is_undeclared and _is_everybody_sent(work, owed.dispatch, None)


def _declarations(
    work: Work, agreement: Agreement, deadlines: Sequence[Deadline] | None
) -> list[tuple[Deadline, Readiness | None]]:
    chosen = survey_deadlines(agreement) if deadlines is None else deadlines
    return [(deadline, work.readiness.get(agreement.id, deadline.id)) for deadline in chosen]


def _owed(
    work: Work,
    dispatch: Dispatch,
    declared: Readiness | None,
    made: Sequence[Transfer],
    now: datetime,
) -> Owed:
    transfer = _transfer(dispatch, made)
    days = due_days(work.agreements, dispatch.agreement, [transfer] if transfer else [])
    due = next(iter(days.values()), dispatch.deadline.due)
    return Owed(dispatch, transfer, declared, due, _owing(work, dispatch, transfer, declared, now))


def _transfer(dispatch: Dispatch, made: Sequence[Transfer]) -> Transfer | None:
    """Find what left for it, else the contractual transfer."""
    mine = (dispatch.deadline.id, dispatch.recipient.id)
    known = [t for t in made if (t.deadline_id, t.recipient_id) == mine]
    left = [t for t in known if t.published_at is not None]
    return next(iter(left or (t for t in known if t.transfer_id == dispatch.transfer_id)), None)


def _owing(
    work: Work,
    dispatch: Dispatch,
    transfer: Transfer | None,
    declared: Readiness | None,
    now: datetime,
) -> Owing:
    if transfer is not None and transfer.published_at is not None:  # (1)
        return Owing.SENT
    if transfer is not None and transfer.state is TransferState.CANCELLED:
        return Owing.CALLED_OFF
    if has_left(dispatch.recipient, now):
        return Owing.RECIPIENT_LEFT
    if (
        declared is not None
        and not _is_sealed(transfer)
        and _is_answer(work, dispatch, declared, now)
    ):  # (2)
        return Owing.NOTHING_NEW
    if now >= sending_ends_at(dispatch.agreement):  # (3)
        return Owing.NEVER_AGAIN
    return Owing.LATE if is_over(dispatch.deadline.due, now) else Owing.TO_SEND


def _is_sealed(transfer: Transfer | None) -> bool:
    """Tell whether it leaves with the lines it has, whoever was sent in the meantime."""
    return transfer is not None and transfer.state is TransferState.SEALED


def _is_answer(work: Work, dispatch: Dispatch, declared: Readiness, now: datetime) -> bool:
    """Tell whether the word that the data are complete says that nobody is to be sent."""
    if dispatch.recipient.id in declared.nothing_new_for:
        # Known from people who are destroyed by now.
        return True
    due_over = ends_at(dispatch.deadline.due)
    before = max(declared.declared_at, due_over) if now >= due_over else None
    return _is_everybody_sent(work, dispatch, before)


def _is_everybody_sent(work: Work, dispatch: Dispatch, loaded_before: datetime | None) -> bool:
    selection = dispatch.selection
    return selection.not_yet_sent and work.transfers.is_everybody_sent(selection, loaded_before)
