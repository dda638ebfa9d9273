"""Which people a transfer carries, as conditions on the ``person`` table."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    func,
    literal,
    not_,
    or_,
    outerjoin,
    select,
    true,
)

from exchange.storage.objections import objecting
from exchange.storage.tables import person, rejected_line, sent_line, transfer
from exchange.transfers.dispatch import Selection
from exchange.transfers.lifecycle import NEVER_LEFT, TransferState
from exchange.transfers.reasons import RevisionReason
from schemas.manifest import TransferKind

# A sealed package will leave with the lines it has: whoever is in it counts as sent.
_NOT_SENT = NEVER_LEFT - {TransferState.SEALED}


def chosen(selection: Selection) -> tuple[ColumnElement[bool], ...]:
    """Say whom the transfer carries."""
    return (*eligible(selection), *_narrowed(selection))


def eligible(selection: Selection) -> tuple[ColumnElement[bool], ...]:
    """Say who could be carried: who entered until the cut-off, is present, and does not object."""
    return (
        *entered(selection),
        person.c.absent_since.is_(None),
        ~objecting(person, selection.agreement_id),
    )


def entered(selection: Selection) -> tuple[ColumnElement[bool], ...]:
    """Say who of the agreement entered until the cut-off, sent or not."""
    return (
        person.c.agreement_id == selection.agreement_id,
        person.c.entry_date <= selection.cut_off,
    )


def ineligible_query(selection: Selection) -> Select[int, int]:
    """Count who entered and is not eligible: the absent, and those who object, absent or not."""
    absent = person.c.absent_since.is_not(None)
    objects = objecting(person, selection.agreement_id)
    counts = (func.count().filter(absent), func.count().filter(objects))
    return select(*counts).select_from(person).where(*entered(selection), or_(absent, objects))


def count_query(selection: Selection, cut_off_over: datetime) -> Select[int, int, int, int, int]:
    """Count in one pass over who is eligible.

    Five numbers: carried; of them loaded late, and sent before; left out; changed since sent.
    """
    last = last_sent(selection).subquery()
    carried = and_(*_narrowed(selection)) if _narrowed(selection) else true()
    changed = person.c.updated_at > last.c.at
    if selection.corrects is not None:
        changed &= carried
    return (
        select(
            func.count().filter(carried),
            func.count().filter(carried, person.c.first_loaded_at >= cut_off_over),
            func.count().filter(carried, last.c.person_id.is_not(None)),
            func.count().filter(not_(carried)),
            func.count().filter(changed),
        )
        .select_from(outerjoin(person, last, last.c.person_id == person.c.person_id))
        .where(*eligible(selection))
    )


def sent_elsewhere(selection: Selection) -> Select[int]:
    """Find who is eligible and was sent to this recipient for another deadline."""
    return select(literal(1)).where(*eligible(selection), _elsewhere(selection).exists())


def not_sent_elsewhere(selection: Selection, loaded_before: datetime | None) -> Select[int]:
    """Find who is eligible and was not, among those first loaded before an instant, if given.

    Asked person by person, unlike in ``chosen``: where there is anybody, one of them is enough.
    """
    query = select(literal(1)).where(*eligible(selection), ~_elsewhere(selection).exists())
    return query if loaded_before is None else query.where(person.c.first_loaded_at < loaded_before)


def _elsewhere(selection: Selection) -> Select[Any]:
    other = transfer.c.deadline_id != selection.deadline_id
    transfers = select(transfer.c.transfer_id).where(*_still_there(selection), other)
    return select(sent_line.c.line).where(
        sent_line.c.person_id == person.c.person_id, sent_line.c.transfer_id.in_(transfers)
    )


def last_sent(selection: Selection) -> Select[bytes, datetime]:
    """Give who was sent to this recipient, in what was not taken back, and when last."""
    columns = (sent_line.c.person_id, func.max(transfer.c.prepared_at).label("at"))
    return _sent(selection, *columns).group_by(sent_line.c.person_id)


def _narrowed(selection: Selection) -> tuple[ColumnElement[bool], ...]:
    """Say which of those eligible the transfer carries, if not all of them."""
    if selection.corrects is not None:
        return (person.c.person_id.in_(_corrected(selection)),)
    if selection.not_yet_sent:
        elsewhere = _sent(selection, sent_line.c.person_id)
        other = elsewhere.where(transfer.c.deadline_id != selection.deadline_id)
        return (person.c.person_id.not_in(other),)
    return ()


def _sent(selection: Selection, *columns: ColumnElement[Any]) -> Select[Any]:
    """Give lines this recipient still has."""
    return (
        select(*columns)
        .join(transfer, transfer.c.transfer_id == sent_line.c.transfer_id)
        .where(*_still_there(selection))
    )


def _still_there(selection: Selection) -> tuple[ColumnElement[bool], ...]:
    """Say what this recipient still has: neither taken back, nor in a package since replaced."""
    replacement = transfer.alias()
    replaced = select(replacement.c.follows).where(
        replacement.c.agreement_id == selection.agreement_id,
        replacement.c.kind == TransferKind.REPLACEMENT,
        replacement.c.published_at.is_not(None),
        replacement.c.follows.is_not(None),
    )
    return (
        transfer.c.agreement_id == selection.agreement_id,
        transfer.c.recipient_id == selection.recipient_id,
        transfer.c.state.not_in(_NOT_SENT),
        transfer.c.withdrawn_at.is_(None),
        transfer.c.transfer_id.not_in(replaced),
    )


def _corrected(selection: Selection) -> Select[Any]:
    """Give whose line is rejected, or has changed, and was not corrected since."""
    own = person.alias()
    lines = (
        select(sent_line.c.person_id)
        .join(own, own.c.person_id == sent_line.c.person_id)
        .where(
            sent_line.c.transfer_id == selection.corrects,
            ~_corrected_already(selection, own).exists(),
        )
    )
    if selection.reason is RevisionReason.REJECTED_LINES:
        return lines.join(
            rejected_line,
            (rejected_line.c.transfer_id == sent_line.c.transfer_id)
            & (rejected_line.c.line == sent_line.c.line),
        )
    prepared_at = select(transfer.c.prepared_at).where(transfer.c.transfer_id == selection.corrects)
    return lines.where(own.c.updated_at > prepared_at.scalar_subquery())


def _corrected_already(selection: Selection, own: FromClause) -> Select[Any]:
    correction, line = transfer.alias(), sent_line.alias()
    return (
        select(line.c.line)
        .join(correction, correction.c.transfer_id == line.c.transfer_id)
        .where(
            line.c.person_id == own.c.person_id,
            correction.c.follows == selection.corrects,
            correction.c.kind == TransferKind.CORRECTION,
            correction.c.published_at.is_not(None),
            correction.c.withdrawn_at.is_(None),
            correction.c.prepared_at >= own.c.updated_at,
        )
        .correlate(own)
    )
