"""What was prepared and sent; a recipient sees what is addressed to it, and that only."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, NoReturn

from flask import abort
from marshmallow import Schema, fields

from exchange.accounts import Account, Right, Role
from exchange.accounts.authentication import Denial
from exchange.transfers.lifecycle import NEVER_LEFT, TransferState
from exchange.transfers.register import Register
from exchange.transfers.transfer import Transfer
from exchange.web.callers.access import acting_service, caller, record_denial
from exchange.web.conventions.links import links_to
from exchange.web.conventions.pages import Cursor, PageQuerySchema, page_of
from exchange.web.conventions.resource import Resource

ROUTES_OF_ONE: Final = (
    "show_transfer",
    "send_again",
    "call_off",
    "take_back",
    "show_approval",
    "approve_transfer",
    "fetch_package",
    "fetch_notice",
    "answer_transfer",
    "list_answers",
    "list_rejections",
)
"""What can be asked of one transfer: the views, by their names."""

transfers = Resource("transfers", "/transfers", "Ce qui part, et ce qui est parti.")


class TransferSchema(Schema):
    """A transfer: what one recipient gets for one deadline, in one revision."""

    transfer_id = fields.String(required=True)
    agreement_id = fields.String(required=True)
    deadline_id = fields.String(required=True)
    recipient_id = fields.String(required=True)
    revision = fields.Integer(required=True)
    kind = fields.String(required=True)
    state = fields.String(
        required=True, metadata={"enum": sorted(state.value for state in TransferState)}
    )
    instruction_id = fields.String(required=True)
    undeclared = fields.Boolean(required=True)
    reason = fields.String(required=True, allow_none=True)
    follows = fields.String(required=True, allow_none=True)
    prepared_at = fields.AwareDateTime(required=True)
    published_at = fields.AwareDateTime(required=True, allow_none=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)
    withdrawn_at = fields.AwareDateTime(required=True, allow_none=True)
    row_count = fields.Integer(required=True, allow_none=True)
    package_digest = fields.String(
        required=True, allow_none=True, metadata={"description": "SHA-256 du paquet, hexadécimal."}
    )
    package_size = fields.Integer(
        required=True, allow_none=True, metadata={"description": "En octets."}
    )


class TransferPageSchema(Schema):
    """A page of transfers, oldest first."""

    items = fields.List(fields.Nested(TransferSchema), required=True)
    next = Cursor(required=True, allow_none=True, metadata={"type": ["string", "null"]})


@transfers.get(
    "",
    Right.READ_TRANSFERS,
    TransferPageSchema,
    query=PageQuerySchema,
    links=links_to(ROUTES_OF_ONE, transfer_id="$response.body#/items/0/transfer_id"),
)
def list_transfers(page: Mapping[str, Any]) -> dict[str, Any]:
    """Les transferts, du plus ancien au plus récent."""
    with acting_service().database.read() as work:
        seen = _seen_by(caller().account, work)
    keys = [_key(transfer) for transfer in seen]
    items, after = page_of(seen, keys, page["limit"], page["after"])
    return {"items": items, "next": after}


@transfers.get(
    "/<id:transfer_id>",
    Right.READ_TRANSFERS,
    TransferSchema,
    problems=[HTTPStatus.NOT_FOUND],
    tagged=True,
    links=links_to(ROUTES_OF_ONE, transfer_id="$response.body#/transfer_id"),
)
def show_transfer(transfer_id: str) -> Transfer:
    """Un transfert."""
    return transfer_seen(transfer_id)


def transfer_seen(transfer_id: str) -> Transfer:
    """Give a transfer that the caller may see; another's is as if there were none (404).

    A recipient is denied either way: neither the time that takes nor the limit of denials says
    which of the two it asked for.
    """
    with acting_service().database.read() as work:
        transfer = work.transfers.get(transfer_id)
    account = caller().account
    if transfer is None or not _is_seen_by(account, transfer):
        if account.role is Role.RECIPIENT:
            deny_as_absent()
        abort(HTTPStatus.NOT_FOUND)
    return transfer


def deny_as_absent() -> NoReturn:
    """Deny what is another's: the log knows, and the answer is that there is none (404)."""
    record_denial(caller().denied(Denial.NOT_THEIRS))
    abort(HTTPStatus.NOT_FOUND)


def _seen_by(account: Account, work: Register) -> list[Transfer]:
    agreement_ids = [account.agreement_id] if account.agreement_id else work.agreements.ids()
    found = (
        transfer
        for agreement_id in agreement_ids
        for transfer in work.transfers.all(agreement_id)
        if _is_seen_by(account, transfer)
    )
    return sorted(found, key=_key)


def _is_seen_by(account: Account, transfer: Transfer) -> bool:
    if account.role is not Role.RECIPIENT:
        return True
    theirs = (account.agreement_id, account.recipient_id)
    # What has not left is nobody's to know of outside.
    return (transfer.agreement_id, transfer.recipient_id) == theirs and (
        transfer.state not in NEVER_LEFT
    )


def _key(transfer: Transfer) -> str:
    return f"{transfer.prepared_at.isoformat()} {transfer.transfer_id}"
