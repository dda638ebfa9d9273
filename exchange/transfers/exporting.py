"""The export: every recipient of every deadline that is due, in a dry run or for real."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from exchange.audit.events import EventKind, Outcome
from exchange.clock import Clock
from exchange.errors import RefusedError
from exchange.transactions import Evidenced, Store
from exchange.transfers.approval import approval_obstacles
from exchange.transfers.contractual import survey_deadlines
from exchange.transfers.owed import Owed, owed_transfers
from exchange.transfers.preview import Preview, preview
from exchange.transfers.proven import proof_obstacles
from exchange.transfers.publishing import Publisher
from exchange.transfers.register import ActingRegister
from exchange.transfers.transfer import Transfer
from schemas.agreement import Agreement, Deadline, ends_at


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did: published now, settled before, and what an obstacle held back."""

    published: tuple[Transfer, ...]
    settled: tuple[Preview, ...]
    held_back: tuple[Preview, ...]


def previews(
    work: ActingRegister, agreement: Agreement, deadline_id: str | None, clock: Clock
) -> tuple[Preview, ...]:
    """Say what an export would do, for one deadline or for all that send people's data.

    Raises ``RefusedError`` when no such deadline sends people's data.
    """
    owed = owed_transfers(work, agreement, clock.now(), _chosen(agreement, deadline_id))
    return tuple(_preview(work, one, clock) for one in owed)


def _preview(work: ActingRegister, owed: Owed, clock: Clock) -> Preview:
    dispatch = owed.dispatch
    return preview(
        owed,
        counts=work.transfers.counts(dispatch.selection, ends_at(dispatch.deadline.cut_off)),
        existing=work.transfers.get(dispatch.transfer_id),
        unproven=proof_obstacles(work, dispatch.agreement, dispatch.recipient),
        unapproved=approval_obstacles(work, dispatch),
        now=clock.now(),
    )


def previewed(
    store: Store[ActingRegister], agreement: Agreement, deadline_id: str | None, clock: Clock
) -> tuple[Preview, ...]:
    """Say what an export would do, as a dry run: it leaves the evidence that people were counted.

    Raises ``RefusedError`` when no such deadline sends people's data.
    """
    with store.begin() as work:
        seen = previews(work, agreement, deadline_id, clock)
        record_preview(work, agreement, seen)
    return seen


def record_preview(work: ActingRegister, agreement: Agreement, seen: tuple[Preview, ...]) -> None:
    """Leave the evidence of a dry run: somebody counted people."""
    work.evidence.record(
        EventKind.EXPORT_PREVIEWED,
        Outcome.DONE,
        subject=agreement.id,
        transfers=[entry.transfer_id for entry in seen],
    )


def export(
    store: Store[ActingRegister],
    publisher: Publisher,
    agreement: Agreement,
    deadline_id: str | None,
    *,
    started: Callable[[Preview], Callable[[int], None]],
) -> Exported:
    """Publish everything that may leave now.

    With ``deadline_id`` an obstacle is a refusal, left in the evidence, as is a deadline that
    sends nobody's data; without it, what is not due yet is only reported. ``started`` is told
    of each transfer and gives back what wants to know its progress in lines.
    """
    publisher.sweep(agreement.id)
    departed = publisher.record_departed(agreement)
    just_ended = {transfer.transfer_id for transfer in departed}
    with refusals_recorded(store, agreement), store.begin() as work:
        seen = previews(work, agreement, deadline_id, publisher.clock)
    held_back = tuple(entry for entry in seen if entry.obstacles and not entry.is_settled)
    _record_refusals(store, held_back)
    if deadline_id is not None and held_back:
        obstacle = held_back[0].obstacles[0]
        sentence = f"{held_back[0].transfer_id} : {obstacle.sentence}"
        raise RefusedError(sentence, obstacle.hint)
    return Exported(
        published=(*departed, *_publish(store, publisher, seen, started)),
        settled=tuple(e for e in seen if e.is_settled and e.transfer_id not in just_ended),
        held_back=held_back,
    )


def _record_refusals(store: Store[ActingRegister], held_back: tuple[Preview, ...]) -> None:
    if not held_back:
        return
    with store.begin() as work:
        for entry in held_back:
            record_refusal(work, entry)


@contextmanager
def refusals_recorded(store: Store[Evidenced], agreement: Agreement) -> Iterator[None]:
    """Leave the evidence of what is refused inside."""
    try:
        yield
    except RefusedError as error:
        with store.begin() as work:
            work.evidence.record(
                EventKind.EXPORT_REFUSED, Outcome.REFUSED, subject=agreement.id, why=error.message
            )
        raise


def record_refusal(work: Evidenced, entry: Preview) -> None:
    """Leave the evidence that an obstacle forbade a transfer."""
    work.evidence.record(
        EventKind.EXPORT_REFUSED,
        Outcome.REFUSED,
        subject=entry.transfer_id,
        why=entry.obstacles[0].sentence,
    )


def _publish(
    store: Store[ActingRegister],
    publisher: Publisher,
    seen: tuple[Preview, ...],
    started: Callable[[Preview], Callable[[int], None]],
) -> Iterator[Transfer]:
    for entry in seen:
        if not entry.is_sendable:
            continue
        # What was published a moment ago may be all that this one had to carry.
        with store.read() as work:
            now = _again(work, entry, publisher.clock)
        if now.is_sendable:
            yield publisher.publish(now.dispatch, started(now))


def _again(work: ActingRegister, entry: Preview, clock: Clock) -> Preview:
    seen = previews(work, entry.dispatch.agreement, entry.deadline.id, clock)
    return next(one for one in seen if one.transfer_id == entry.transfer_id)


def _chosen(agreement: Agreement, deadline_id: str | None) -> list[Deadline]:
    chosen = [d for d in survey_deadlines(agreement) if deadline_id in {None, d.id}]
    if not chosen:
        known = ", ".join(d.id for d in survey_deadlines(agreement)) or "aucune"
        raise RefusedError(
            "cette échéance n'envoie pas de données de personnes ou n'existe pas",
            f"échéances d'envoi de la convention : {known}",
        )
    return chosen
