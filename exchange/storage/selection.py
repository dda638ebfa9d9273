"""Which people a transfer carries, as conditions on the ``person`` table."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from exchange.storage.objections import objecting
from exchange.storage.tables import person, rejected_line, sent_line, transfer
from exchange.transfers.dispatch import Selection
from exchange.transfers.lifecycle import NEVER_LEFT, TransferState
from exchange.transfers.reasons import RevisionReason

_NOT_HAD = NEVER_LEFT | {TransferState.WITHDRAWN}


def chosen(selection: Selection) -> tuple[ColumnElement[bool], ...]:
    """Say whom the transfer carries."""
    conditions = eligible(selection)
    if selection.corrects is not None:
        return (*conditions, person.c.person_id.in_(_corrected(selection)))
    if selection.not_yet_sent:
        elsewhere = had_before(selection).where(transfer.c.deadline_id != selection.deadline_id)
        return (*conditions, person.c.person_id.not_in(elsewhere))
    return conditions


def eligible(selection: Selection) -> tuple[ColumnElement[bool], ...]:
    """Say who could be carried: who entered until the cut-off, is present, and does not object."""
    return (
        person.c.agreement_id == selection.agreement_id,
        person.c.entry_date <= selection.cut_off,
        person.c.absent_since.is_(None),
        ~objecting(person, selection.agreement_id),
    )


def had_before(selection: Selection) -> Select[Any]:
    """Give who was sent to this recipient, in what was not taken back."""
    return _sent(selection, sent_line.c.person_id)


def changed_since_sent(selection: Selection) -> ColumnElement[bool]:
    """Say whose record is another than when it was last sent to this recipient."""
    last = (
        _sent(selection, sent_line.c.person_id, func.max(transfer.c.prepared_at).label("at"))
        .group_by(sent_line.c.person_id)
        .subquery()
    )
    changed = select(last.c.person_id).join(person, person.c.person_id == last.c.person_id)
    return person.c.person_id.in_(changed.where(person.c.updated_at > last.c.at).correlate(None))


def _sent(selection: Selection, *columns: ColumnElement[Any]) -> Select[Any]:
    return (
        select(*columns)
        .join(transfer, transfer.c.transfer_id == sent_line.c.transfer_id)
        .where(
            transfer.c.agreement_id == selection.agreement_id,
            transfer.c.recipient_id == selection.recipient_id,
            transfer.c.state.not_in(_NOT_HAD),
        )
    )


def _corrected(selection: Selection) -> Select[Any]:
    lines = select(sent_line.c.person_id).where(sent_line.c.transfer_id == selection.corrects)
    if selection.reason is RevisionReason.REJECTED_LINES:
        return lines.join(
            rejected_line,
            (rejected_line.c.transfer_id == sent_line.c.transfer_id)
            & (rejected_line.c.line == sent_line.c.line),
        )
    prepared_at = select(transfer.c.prepared_at).where(transfer.c.transfer_id == selection.corrects)
    changed = select(person.c.person_id).where(person.c.updated_at > prepared_at.scalar_subquery())
    return lines.where(sent_line.c.person_id.in_(changed))
