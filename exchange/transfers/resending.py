"""A later revision of a transfer: whether it may be made, and what it would carry.

Decides and counts; ``Publisher`` makes it. A revision that was interrupted is taken up
again by the same request.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from exchange.agreements import pinned
from exchange.clock import Clock
from exchange.errors import RefusedError
from exchange.transactions import Store
from exchange.transfers.approval import approval_obstacles
from exchange.transfers.dispatch import Dispatch
from exchange.transfers.exporting import record_preview, record_refusal, refusals_recorded
from exchange.transfers.lifecycle import TO_FINISH, UNDER_WAY
from exchange.transfers.obstacles import Obstacle, data_obstacles
from exchange.transfers.preview import Preview
from exchange.transfers.proven import proof_obstacles
from exchange.transfers.publishing import Publisher
from exchange.transfers.reasons import KINDS, RevisionReason
from exchange.transfers.register import ActingRegister, Register
from exchange.transfers.revision_obstacles import (
    column_obstacles,
    line_obstacles,
    revision_obstacles,
)
from exchange.transfers.transfer import Transfer, TransferRows
from schemas.agreement import Agreement, Recipient, ends_at
from schemas.manifest import TransferKind


@dataclass(frozen=True, slots=True)
class RevisionRequest:
    """Which transfer to send again, why, and the id of the instruction that orders it."""

    transfer_id: str
    reason: RevisionReason
    instruction_id: str


@dataclass(frozen=True, slots=True)
class FinishedRevisions:
    """The interrupted revisions: published now, or held back by a refusal."""

    published: tuple[Transfer, ...]
    held_back: tuple[tuple[Transfer, RefusedError], ...]


def revision_preview(
    work: ActingRegister, agreement: Agreement, request: RevisionRequest, clock: Clock
) -> Preview:
    """Say what the next revision of a transfer would be, and what stands in its way.

    It is made under the agreement in force, whatever version the transfer was made under.
    Raises ``RefusedError`` for a transfer or an instruction that does not exist.
    """
    followed = transfer_of(work.transfers, agreement, request.transfer_id)
    if followed.kind is TransferKind.TEST:
        raise RefusedError(
            "un essai de clés ne se renvoie pas",
            f"faites-en un autre : spie-exchange recipient test {followed.recipient_id}",
        )
    require_known_instruction(agreement, request.instruction_id)
    siblings = _siblings(work.transfers.all(agreement.id), followed)
    dispatch = _dispatch(work, agreement, followed, siblings, request)
    counts = work.transfers.counts(dispatch.selection, ends_at(dispatch.deadline.cut_off))
    obstacles = _obstacles(work, dispatch, followed, siblings, clock.now())
    existing = work.transfers.get(dispatch.transfer_id)
    hindering = (*obstacles, *line_obstacles(dispatch, counts))
    return Preview(
        dispatch, counts, existing, hindering or tuple(approval_obstacles(work, dispatch))
    )


def previewed_revision(
    store: Store[ActingRegister], agreement: Agreement, request: RevisionRequest, clock: Clock
) -> Preview:
    """Say what ``resend`` would do, as a dry run that leaves its evidence.

    Raises ``RefusedError``, with evidence, for a transfer or an instruction that does not exist.
    """
    with refusals_recorded(store, agreement), store.begin() as work:
        entry = revision_preview(work, agreement, request, clock)
        record_preview(work, agreement, (entry,))
    return entry


def interrupted_obstacles(
    work: Register, agreement: Agreement, interrupted: Transfer, now: datetime
) -> list[Obstacle]:
    """List what keeps an interrupted revision from being finished, whatever its lines.

    It counts nobody: it is asked every minute.
    """
    request = request_of(interrupted)
    followed = transfer_of(work.transfers, agreement, request.transfer_id)
    siblings = _siblings(work.transfers.all(agreement.id), followed)
    dispatch = _dispatch(work, agreement, followed, siblings, request)
    obstacles = _obstacles(work, dispatch, followed, siblings, now)
    return obstacles or approval_obstacles(work, dispatch)


def dispatch_again(work: Register, agreement: Agreement, revision: Transfer) -> Dispatch:
    """Give a later revision that is under way as it would leave now."""
    followed = transfer_of(work.transfers, agreement, str(revision.follows))
    siblings = _siblings(work.transfers.all(agreement.id), followed)
    return _dispatch(work, agreement, followed, siblings, request_of(revision))


def resend(
    store: Store[ActingRegister],
    publisher: Publisher,
    agreement: Agreement,
    request: RevisionRequest,
    *,
    started: Callable[[Preview], Callable[[int], None]],
) -> Transfer:
    """Make the next revision of a transfer, or finish the one that was interrupted.

    An obstacle is a refusal, left in the evidence. ``started`` is told of the transfer and
    gives back what wants to know its progress in lines.
    """
    with store.begin() as work:
        entry = revision_preview(work, agreement, request, publisher.clock)
        if entry.obstacles:
            record_refusal(work, entry)
    if entry.obstacles:
        raise RefusedError(entry.obstacles[0].sentence, entry.obstacles[0].hint)
    return publisher.publish(entry.dispatch, started(entry))


def interrupted_revisions(rows: TransferRows, agreement: Agreement) -> list[Transfer]:
    """List the later revisions that were interrupted, or approved and not begun."""
    return [t for t in rows.all(agreement.id) if t.state in TO_FINISH and t.follows]


def finish_interrupted(
    store: Store[ActingRegister],
    publisher: Publisher,
    agreement: Agreement,
    interrupted: Iterable[Transfer],
) -> FinishedRevisions:
    """Finish later revisions that were interrupted; one that may not leave is only told."""
    published, held_back = [], []
    for transfer in interrupted:
        request = request_of(transfer)
        try:
            sent = resend(store, publisher, agreement, request, started=lambda _: lambda _: None)
        except RefusedError as error:
            held_back.append((transfer, error))
        else:
            published.append(sent)
    return FinishedRevisions(tuple(published), tuple(held_back))


def transfer_of(rows: TransferRows, agreement: Agreement, transfer_id: str) -> Transfer:
    """Find a transfer of an agreement. Raises ``RefusedError``."""
    found = rows.get(transfer_id)
    if found is None or found.agreement_id != agreement.id:
        raise RefusedError(
            "ce transfert n'existe pas sous cette convention",
            "voyez-les : spie-exchange transfer list",
        )
    return found


def request_of(transfer: Transfer) -> RevisionRequest:
    """Give a later revision as it was asked for."""
    reason = RevisionReason(str(transfer.reason))
    return RevisionRequest(str(transfer.follows), reason, transfer.instruction_id)


def require_known_instruction(agreement: Agreement, instruction_id: str) -> None:
    """Refuse an instruction that the agreement does not have. Raises ``RefusedError``."""
    known = [instruction.id for instruction in agreement.instructions]
    if instruction_id not in known:
        raise RefusedError(
            "cette instruction n'est pas dans la convention en vigueur",
            f"instructions : {', '.join(known)} ; une nouvelle s'inscrit dans la convention",
        )


def _obstacles(
    work: Register,
    dispatch: Dispatch,
    followed: Transfer,
    siblings: Sequence[Transfer],
    now: datetime,
) -> list[Obstacle]:
    return (
        data_obstacles(dispatch, now)
        + proof_obstacles(work, dispatch.agreement, dispatch.recipient)
        + revision_obstacles(dispatch, followed, siblings)
        + column_obstacles(dispatch, _made_under(work, followed))
    )


def _made_under(work: Register, transfer: Transfer) -> Recipient:
    agreement = pinned(work.agreements, transfer.agreement_id, transfer.agreement_version)
    return agreement.recipient(transfer.recipient_id)


def _siblings(transfers: Sequence[Transfer], followed: Transfer) -> list[Transfer]:
    mine = (followed.deadline_id, followed.recipient_id)
    return [t for t in transfers if (t.deadline_id, t.recipient_id) == mine]


def _dispatch(
    work: Register,
    agreement: Agreement,
    followed: Transfer,
    siblings: Sequence[Transfer],
    request: RevisionRequest,
) -> Dispatch:
    asked = (request.transfer_id, request.reason, request.instruction_id)
    under_way = [t for t in siblings if t.state in UNDER_WAY and t.follows]
    same = [t.revision for t in under_way if (t.follows, t.reason, t.instruction_id) == asked]
    readiness = work.readiness.get(agreement.id, followed.deadline_id)
    return Dispatch(
        agreement=agreement,
        deadline=agreement.deadline(followed.deadline_id),
        recipient=agreement.recipient(followed.recipient_id),
        revision=same[0] if same else max(t.revision for t in siblings) + 1,
        instruction_id=request.instruction_id,
        undeclared=readiness is None,
        kind=KINDS[request.reason],
        reason=request.reason,
        follows=request.transfer_id,
    )
