"""A document given whole or from where it was cut, with its digest (RFC 9110, 14; RFC 9530)."""

import base64
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Final

from flask import Response, send_file

IN_PART: Final = (HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,)
"""What a route that gives a document may answer besides its own problems."""
_GIVEN: Final = frozenset({HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT})


def answer_document(content: Path | bytes, name: str, media_type: str, digest: str) -> Response:
    """Answer a document, or the range of its bytes that was asked for.

    ``digest`` is its SHA-256 in hex. Raises ``FileNotFoundError``.
    """
    answer = send_file(
        BytesIO(content) if isinstance(content, bytes) else content,
        mimetype=media_type,
        as_attachment=True,
        download_name=name,
        conditional=True,
        etag=digest,
    )
    answer.headers["Repr-Digest"] = _digest_field(digest)
    return answer


def gives_bytes(answer: Response) -> bool:
    """Tell whether an answer holds bytes of the document, and not that it is unchanged."""
    return answer.status_code in _GIVEN


def _digest_field(digest: str) -> str:
    return f"sha-256=:{base64.b64encode(bytes.fromhex(digest)).decode()}:"
