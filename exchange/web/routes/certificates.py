"""The certificates of what was destroyed: what each counts, and the signed document itself.

They hold nothing of anybody; the document is that of the database, whatever became of its file.
"""

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, abort
from marshmallow import Schema, fields

from exchange.accounts import Right
from exchange.retention.certificate_text import certificate_text
from exchange.retention.certificates import certificate_path, kept_certificate
from exchange.retention.ended import CertifiedPurge
from exchange.web.callers.access import acting_service
from exchange.web.conventions.bodies import Bytes
from exchange.web.conventions.downloads import IN_PART, answer_document
from exchange.web.conventions.links import links_to
from exchange.web.conventions.pages import Cursor, PageQuerySchema, page_of
from exchange.web.conventions.resource import Resource

_MEDIA_TYPE = "application/pkcs7-mime"
_TEXT_TYPE = "text/plain"

certificates = Resource("certificates", "/certificates", "Les certificats de destruction.")


class CertificateSchema(Schema):
    """A destruction that is over, and the digest of its signed certificate."""

    certificate_id = fields.String(required=True)
    agreement_id = fields.String(required=True)
    ended_at = fields.AwareDateTime(required=True)
    destroyed_records = fields.Boolean(
        required=True, metadata={"description": "Les personnes, et non les seuls paquets."}
    )
    people = fields.Integer(required=True)
    held_rows = fields.Integer(required=True)
    packages = fields.Integer(required=True)
    document_digest = fields.String(
        required=True, metadata={"description": "SHA-256 du document signé, hexadécimal."}
    )


class CertificatePageSchema(Schema):
    """A page of certificates, oldest first."""

    items = fields.List(fields.Nested(CertificateSchema), required=True)
    next = Cursor(required=True, allow_none=True, metadata={"type": ["string", "null"]})


@certificates.get(
    "",
    Right.READ_CERTIFICATES,
    CertificatePageSchema,
    query=PageQuerySchema,
    links=links_to(
        ("show_certificate", "fetch_certificate"),
        certificate_id="$response.body#/items/0/certificate_id",
    ),
)
def list_certificates(page: Mapping[str, Any]) -> dict[str, Any]:
    """Les certificats de destruction, du plus ancien au plus récent."""
    with acting_service().database.read() as work:
        issued = [one for name in work.agreements.ids() for one in work.purges.certified(name)]
    issued.sort(key=_key)
    keys = [_key(one) for one in issued]
    items, after = page_of(issued, keys, page["limit"], page["after"])
    return {"items": [_described(one) for one in items], "next": after}


@certificates.get(
    "/<id:certificate_id>",
    Right.READ_CERTIFICATES,
    CertificateSchema,
    problems=[HTTPStatus.NOT_FOUND],
)
def show_certificate(certificate_id: str) -> dict[str, Any]:
    """Un certificat de destruction : ce qu'il compte."""
    return _described(_certificate_named(certificate_id))


@certificates.get(
    "/<id:certificate_id>/document",
    Right.READ_CERTIFICATES,
    Bytes(_MEDIA_TYPE, "Le certificat signé (CAdES), ou la plage demandée de ses octets."),
    problems=[HTTPStatus.NOT_FOUND, *IN_PART],
    in_part=True,
)
def fetch_certificate(certificate_id: str) -> Response:
    """Le document signé, qui se vérifie hors ligne (`spie-exchange certificate verify`)."""
    certified, home = _certificate_named(certificate_id), acting_service().home
    path = certificate_path(
        home.certificates, certified.agreement_id, certificate_id, trial=home.trial
    )
    return answer_document(certified.document, path.name, _MEDIA_TYPE, _digest_of(certified))


@certificates.get(
    "/<id:certificate_id>/text",
    Right.READ_CERTIFICATES,
    Bytes(_TEXT_TYPE, "Le certificat, à lire."),
    problems=[HTTPStatus.NOT_FOUND],
)
def show_certificate_text(certificate_id: str) -> Response:
    """Ce que dit le certificat, à lire : quoi, comment, et ce que le service n'atteint pas."""
    text = certificate_text(kept_certificate(_certificate_named(certificate_id).document))
    return Response(text, content_type=f"{_TEXT_TYPE}; charset=utf-8")


def _certificate_named(certificate_id: str) -> CertifiedPurge:
    with acting_service().database.read() as work:
        certified = work.purges.certified_as(certificate_id)
    if certified is None:
        abort(HTTPStatus.NOT_FOUND)
    return certified


def _described(certified: CertifiedPurge) -> dict[str, Any]:
    purge = certified.purge
    return {
        "certificate_id": purge.purge_id,
        "agreement_id": certified.agreement_id,
        "ended_at": purge.ended_at,
        "destroyed_records": purge.destroyed_records,
        "people": purge.people,
        "held_rows": purge.held_rows,
        "packages": purge.packages,
        "document_digest": _digest_of(certified),
    }


def _digest_of(certified: CertifiedPurge) -> str:
    return hashlib.sha256(certified.document).hexdigest()


def _key(certified: CertifiedPurge) -> str:
    return f"{certified.purge.ended_at.isoformat()} {certified.purge.purge_id}"
