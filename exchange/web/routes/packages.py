"""The package a recipient fetches: whole or from where it was cut, with its digest.

Each answer that holds a byte of a package is preceded by a leaf in the log; if that cannot be
written, nothing is given.
"""

import hashlib
from contextlib import ExitStack
from http import HTTPStatus

from flask import Response, abort, request

from exchange.accounts import Right
from exchange.audit.events import EventKind, Outcome
from exchange.transfers.transfer import Transfer
from exchange.web.callers.access import acting_service
from exchange.web.conventions.bodies import Bytes
from exchange.web.conventions.downloads import IN_PART, answer_document, gives_bytes
from exchange.web.conventions.resource import Resource
from exchange.web.routes.transfers import transfer_seen

_MEDIA_TYPE = "application/vnd.etsi.asic-e+zip"
_NOTICE_TYPE = "application/pkcs7-mime"

packages = Resource("packages", "/transfers", "Les paquets, signés et chiffrés.")


@packages.get(
    "/<id:transfer_id>/package",
    Right.FETCH,
    Bytes(_MEDIA_TYPE, "Le paquet, ou la plage demandée de ses octets."),
    problems=[HTTPStatus.NOT_FOUND, HTTPStatus.GONE, *IN_PART],
    in_part=True,
)
def fetch_package(transfer_id: str) -> Response:
    """Le paquet d'un transfert, ou la plage d'octets demandée (RFC 9110, 14)."""
    transfer = transfer_seen(transfer_id)
    if transfer.package_digest is None or transfer.withdrawn_at or transfer.package_removed_at:
        # Taken back, whether or not its file is gone yet.
        abort(HTTPStatus.GONE)
    answer = _file_of(transfer, transfer.package_digest)
    with ExitStack() as unless_recorded:
        unless_recorded.callback(answer.close)
        if gives_bytes(answer):
            _record_fetch(transfer, answer)
        unless_recorded.pop_all()
    return answer


@packages.get(
    "/<id:transfer_id>/withdrawal",
    Right.FETCH,
    Bytes(_NOTICE_TYPE, "L'avis de retrait signé (CAdES), ou la plage demandée de ses octets."),
    problems=[HTTPStatus.NOT_FOUND, *IN_PART],
    in_part=True,
)
def fetch_notice(transfer_id: str) -> Response:
    """L'avis signé qui a pris la place d'un paquet retiré : il dit qu'en faire."""
    transfer = transfer_seen(transfer_id)
    if transfer.withdrawn_at is None:
        abort(HTTPStatus.NOT_FOUND)
    with acting_service().database.read() as work:
        notice = work.withdrawals.notice(transfer_id)
    name = acting_service().outbox.notice(transfer).name
    return answer_document(notice, name, _NOTICE_TYPE, hashlib.sha256(notice).hexdigest())


def _file_of(transfer: Transfer, digest: str) -> Response:
    path = acting_service().outbox.package(transfer)
    try:
        return answer_document(path, path.name, _MEDIA_TYPE, digest)
    except FileNotFoundError:
        abort(HTTPStatus.GONE)


def _record_fetch(transfer: Transfer, answer: Response) -> None:
    if request.method == "HEAD":
        return
    content_range = answer.content_range
    first = content_range.start or 0 if content_range else 0
    with acting_service().database.begin() as work:
        work.evidence.record(
            EventKind.PACKAGE_FETCHED,
            Outcome.BEGUN,
            subject=transfer.transfer_id,
            recipient=transfer.recipient_id,
            package=transfer.package_digest or "",
            first_byte=first,
            size=answer.content_length or 0,
        )
