"""Receipts as documents: made by a recipient, read by the sender; signed around their text."""

from collections.abc import Sequence
from datetime import date, datetime

from exchange.audit.checkpoints import Checkpoint
from exchange.audit.events import instant_text
from keys.seal import Certificate, SealKey, sign_enveloping, verify_enveloping
from schemas.receipt import Receipt, ReceiptKind, Rejection, parse_receipt


def make_receipt(
    kind: ReceiptKind,
    at: datetime,
    *,
    package_digest: str,
    checkpoint: str,
    rejections: Sequence[Rejection] = (),
    destroyed_on: date | None = None,
    opened_digest: str | None = None,
) -> Receipt:
    """Answer a verified package, named by its digest (SHA-256, hex).

    ``opened_digest`` is that of the rows, for a test alone: that of real people would let
    them be guessed.

    The head of the sender's log is repeated from ``checkpoint``, the note it carried.
    """
    head = Checkpoint.of_note(checkpoint)
    root = head.text().splitlines()[-1]
    return Receipt(
        kind=kind,
        package=package_digest,
        checkpoint_size=head.size,
        checkpoint_root=root,
        at=instant_text(at),
        rejections=tuple(rejections),
        destroyed_on=None if destroyed_on is None else destroyed_on.isoformat(),
        opened_digest=opened_digest,
    )


def sign_receipt(receipt: Receipt, key: SealKey, at: datetime) -> bytes:
    """Sign a receipt: CMS around its text, DER (``.p7m``)."""
    return sign_enveloping(receipt.json_bytes(), key, at)


def read_receipt(data: bytes, recipient: Certificate) -> Receipt:
    """Read a signed receipt.

    The signature is verified with the recipient's pinned certificate before the text is
    parsed. Raises ``InvalidSignatureError`` or ``ReceiptError``.
    """
    content, _ = verify_enveloping(data, recipient)
    return parse_receipt(content)
