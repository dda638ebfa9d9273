"""Transfers in the database: the register, who was sent on which line, receipts."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    ScalarSelect,
    Select,
    and_,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)

from exchange.people.person import SealedPerson
from exchange.storage.selection import (
    chosen,
    count_query,
    ineligible_query,
    not_sent_elsewhere,
    sent_elsewhere,
)
from exchange.storage.streaming import streamed
from exchange.storage.tables import (
    held_row,
    person,
    readiness,
    receipt,
    rejected_line,
    sent_line,
    transfer,
)
from exchange.storage.upserts import put_row
from exchange.transfers.dispatch import Selection
from exchange.transfers.lifecycle import TransferState
from exchange.transfers.rejected import RejectedPerson
from exchange.transfers.transfer import KeptAnswer, Readiness, SelectionCounts, Transfer
from schemas.manifest import TransferKind
from schemas.receipt import ReceiptKind

_BATCH_ROWS = 1000


class TransferTable:
    """Satisfies ``exchange.transfers.transfer.TransferRows`` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def get(self, transfer_id: str) -> Transfer | None:
        """Give one transfer."""
        query = select(transfer).where(transfer.c.transfer_id == transfer_id)
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _transfer(dict(row))

    def all(self, agreement_id: str) -> Sequence[Transfer]:
        """Give the transfers of an agreement, in the order they were prepared."""
        query = (
            select(transfer)
            .where(transfer.c.agreement_id == agreement_id)
            .order_by(transfer.c.prepared_at, transfer.c.transfer_id)
        )
        return [_transfer(dict(row)) for row in self._connection.execute(query).mappings()]

    def add(self, added: Transfer) -> None:
        """Add a transfer. Its uniqueness is the database's business."""
        self._connection.execute(insert(transfer).values(asdict(added)))

    def replace(self, replaced: Transfer, expected_epoch: int) -> bool:
        """Write a transfer back if its epoch is still the expected one; tell whether it was."""
        mine = (
            transfer.c.transfer_id == replaced.transfer_id,
            transfer.c.epoch == expected_epoch,
        )
        written = update(transfer).where(*mine).values(asdict(replaced))
        return self._connection.execute(written).rowcount == 1

    def fix_lines(self, transfer_id: str, selection: Selection) -> int:
        """Give a line number to each person selected; give how many.

        The order is drawn anew for each transfer, so that two recipients cannot match their
        rows by their place; a correction keeps the order of the lines it corrects.
        """
        place = func.random() if selection.corrects is None else _former_line(selection)
        number = func.row_number().over(order_by=place)
        source = select(literal(transfer_id), number, person.c.person_id).where(*chosen(selection))
        columns = ["transfer_id", "line", "person_id"]
        self._connection.execute(insert(sent_line).from_select(columns, source))
        fixed = select(func.count()).where(sent_line.c.transfer_id == transfer_id)
        return self._connection.execute(fixed).scalar_one()

    def drop_lines(self, transfer_id: str) -> None:
        """Forget the numbering of a transfer that was never published."""
        self._connection.execute(delete(sent_line).where(sent_line.c.transfer_id == transfer_id))

    def people(self, transfer_id: str) -> Iterator[SealedPerson]:
        """Stream the people of a transfer in the order of its lines."""
        query = (
            select(*(person.c[name] for name in SealedPerson.__slots__))
            .join(sent_line, sent_line.c.person_id == person.c.person_id)
            .where(sent_line.c.transfer_id == transfer_id)
            .order_by(sent_line.c.line)
        )
        return (SealedPerson(*row) for row in streamed(self._connection, query))

    def person_ids(self, transfer_id: str) -> Iterator[tuple[int, bytes]]:
        """Stream (line, person id) of a transfer."""
        query = (
            select(sent_line.c.line, sent_line.c.person_id)
            .where(sent_line.c.transfer_id == transfer_id)
            .order_by(sent_line.c.line)
        )
        return ((row.line, row.person_id) for row in streamed(self._connection, query))

    def has_lines_outside(self, transfer_id: str, selection: Selection) -> bool:
        """Tell whether somebody on the lines of a transfer is not, or no longer, selected."""
        selected = select(person.c.person_id).where(*chosen(selection))
        query = select(sent_line.c.line).where(
            sent_line.c.transfer_id == transfer_id, sent_line.c.person_id.not_in(selected)
        )
        return self._connection.execute(query.limit(1)).first() is not None

    def selected_contents(self, selection: Selection) -> Iterator[tuple[bytes, bytes]]:
        """Stream (person id, tag of the record) of who is selected, in the order of ids."""
        query = select(person.c.person_id, person.c.content_tag).where(*chosen(selection))
        return self._contents(query)

    def line_contents(self, transfer_id: str) -> Iterator[tuple[bytes, bytes]]:
        """Stream the same of who is on the lines of a transfer."""
        query = (
            select(person.c.person_id, person.c.content_tag)
            .join(sent_line, sent_line.c.person_id == person.c.person_id)
            .where(sent_line.c.transfer_id == transfer_id)
        )
        return self._contents(query)

    def _contents(self, query: Select[bytes, bytes]) -> Iterator[tuple[bytes, bytes]]:
        rows = streamed(self._connection, query.order_by(person.c.person_id))
        return ((row.person_id, row.content_tag) for row in rows)

    def corrected_lines(self, transfer_id: str, corrected: str) -> Sequence[int]:
        """Give, line by line of a correction, the line it stands for in the one corrected."""
        former = sent_line.alias()
        query = (
            select(former.c.line)
            .join(sent_line, sent_line.c.person_id == former.c.person_id)
            .where(sent_line.c.transfer_id == transfer_id, former.c.transfer_id == corrected)
            .order_by(sent_line.c.line)
        )
        return self._connection.execute(query).scalars().all()

    def counts(self, selection: Selection, cut_off_over: datetime) -> SelectionCounts:
        """Count the lines that a transfer would have now."""
        query = count_query(selection, cut_off_over)
        total, late, already_sent, left_out, changed = self._connection.execute(query).one()
        absent, objecting = self._connection.execute(ineligible_query(selection)).one()
        return SelectionCounts(
            total=total,
            loaded_after_cut_off=late,
            already_sent=already_sent,
            left_out=left_out,
            changed=changed,
            absent=absent,
            objecting=objecting,
            held=self._connection.execute(
                select(func.count()).where(held_row.c.agreement_id == selection.agreement_id)
            ).scalar_one(),
        )

    def is_everybody_sent(self, selection: Selection, loaded_before: datetime | None) -> bool:
        """Tell whether all who could be carried were sent for another deadline, and somebody was.

        ``loaded_before`` leaves out who was first loaded from then on.
        """
        sent, unsent = (
            self._connection.execute(query.limit(1)).first() is not None
            for query in (sent_elsewhere(selection), not_sent_elsewhere(selection, loaded_before))
        )
        return sent and not unsent

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
        values = {"receipt_digest": digest, "kind": kind, "received_at": at, "signed": signed}
        row = insert(receipt).values(**values, transfer_id=transfer_id, document=document)
        self._connection.execute(row)

    def answers(self, transfer_id: str) -> Sequence[KeptAnswer]:
        """Give the answers kept of a transfer, in the order they came."""
        columns = receipt.c.kind, receipt.c.receipt_digest, receipt.c.received_at, receipt.c.signed
        query = (
            select(*columns)
            .where(receipt.c.transfer_id == transfer_id)
            .order_by(receipt.c.received_at, receipt.c.receipt_digest)
        )
        rows = self._connection.execute(query)
        return [KeptAnswer(ReceiptKind(kind), *others) for kind, *others in rows]

    def signed_receipts(self, transfer_id: str) -> Sequence[bytes]:
        """Give the signed receipts kept of a transfer."""
        kept = receipt.c.transfer_id == transfer_id, receipt.c.signed
        return self._connection.execute(select(receipt.c.document).where(*kept)).scalars().all()

    def add_rejections(self, transfer_id: str, rejections: Sequence[tuple[int, str]]) -> None:
        """Keep (line, code) pairs the recipient rejected."""
        for start in range(0, len(rejections), _BATCH_ROWS):
            batch = rejections[start : start + _BATCH_ROWS]
            known = delete(rejected_line).where(
                rejected_line.c.transfer_id == transfer_id,
                rejected_line.c.line.in_({line for line, _ in batch}),
            )
            self._connection.execute(known)
        rows = [{"transfer_id": transfer_id, "line": n, "code": code} for n, code in rejections]
        self._connection.execute(insert(rejected_line), rows)

    def rejections(self, transfer_id: str) -> Sequence[tuple[int, str]]:
        """Give the (line, code) pairs that the recipient rejected, in the order of lines."""
        query = (
            select(rejected_line.c.line, rejected_line.c.code)
            .where(rejected_line.c.transfer_id == transfer_id)
            .order_by(rejected_line.c.line, rejected_line.c.code)
        )
        return [(row.line, row.code) for row in self._connection.execute(query)]

    def rejected_people(self, transfer_id: str) -> Sequence[RejectedPerson]:
        """Give the rejected lines whose person is still in the base, in their order."""
        named = rejected_line.c.line, rejected_line.c.code
        sent = and_(
            sent_line.c.transfer_id == rejected_line.c.transfer_id,
            sent_line.c.line == rejected_line.c.line,
        )
        query = (
            select(*named, *(person.c[name] for name in SealedPerson.__slots__))
            .join(sent_line, sent)
            .join(person, person.c.person_id == sent_line.c.person_id)
            .where(rejected_line.c.transfer_id == transfer_id)
            .order_by(*named)
        )
        return [
            RejectedPerson(line, code, SealedPerson(*sealed))
            for line, code, *sealed in self._connection.execute(query)
        ]


def _former_line(selection: Selection) -> ScalarSelect[int]:
    return (
        select(sent_line.c.line)
        .where(
            sent_line.c.transfer_id == selection.corrects,
            sent_line.c.person_id == person.c.person_id,
        )
        .correlate(person)
        .scalar_subquery()
    )


class ReadinessTable:
    """Satisfies ``exchange.transfers.transfer.ReadinessRows`` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection

    def get(self, agreement_id: str, deadline_id: str) -> Readiness | None:
        """Give the declaration for a deadline."""
        columns = [readiness.c[name] for name in Readiness.__slots__]
        query = select(*columns).where(*_of_deadline(agreement_id, deadline_id))
        row = self._connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        names = tuple(json.loads(row["nothing_new_for"]))
        return Readiness(**{**row, "nothing_new_for": names})

    def declare(self, agreement_id: str, deadline_id: str, declared: Readiness) -> None:
        """Keep a declaration, replacing an earlier one."""
        names = {"agreement_id": agreement_id, "deadline_id": deadline_id}
        kept = {"nothing_new_for": json.dumps(declared.nothing_new_for)}
        put_row(self._connection, readiness, {**names, **asdict(declared), **kept})


def _of_deadline(agreement_id: str, deadline_id: str) -> tuple[Any, Any]:
    return readiness.c.agreement_id == agreement_id, readiness.c.deadline_id == deadline_id


def _transfer(values: dict[str, Any]) -> Transfer:
    states = {"state": TransferState(values["state"]), "kind": TransferKind(values["kind"])}
    return Transfer(**{**values, **states})
