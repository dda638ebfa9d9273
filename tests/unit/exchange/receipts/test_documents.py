"""Receipts as signed documents: made by a recipient, read by the sender."""

from datetime import UTC, date, datetime

import pytest

from exchange.receipts.documents import make_receipt, read_receipt, sign_receipt
from keys.errors import InvalidSignatureError
from keys.seal import SealKey, self_signed, sign_enveloping
from schemas.annex_e import RuleCode
from schemas.receipt import Receipt, ReceiptError, ReceiptKind, Rejection

_AT = datetime(2023, 2, 1, 9, tzinfo=UTC)
_ROOT = "4OHi4+Tl5ufo6err7O3u7/Dx8vP09fb3+Pn6+/z9/v8="
_NOTE = f"exemple.fr/journal\n7\n{_ROOT}\n\n— exemple.fr/journal AAAA\n"


@pytest.fixture
def key() -> SealKey:
    return self_signed("Réponses d'essai")


def _acknowledgement() -> Receipt:
    return make_receipt(ReceiptKind.ACKNOWLEDGEMENT, _AT, package_digest="a" * 64, checkpoint=_NOTE)


def test_a_receipt_repeats_the_head_that_the_package_carried() -> None:
    receipt = _acknowledgement()

    assert (receipt.checkpoint_size, receipt.checkpoint_root) == (7, _ROOT)


def test_a_signed_receipt_reads_back(key: SealKey) -> None:
    rejected = make_receipt(
        ReceiptKind.REJECTION,
        _AT,
        package_digest="a" * 64,
        checkpoint=_NOTE,
        rejections=[Rejection(RuleCode.NIR, line=1)],
    )

    assert read_receipt(sign_receipt(rejected, key, _AT), key.certificate) == rejected


def test_a_declared_destruction_reads_back(key: SealKey) -> None:
    declared = make_receipt(
        ReceiptKind.DESTRUCTION,
        _AT,
        package_digest="a" * 64,
        checkpoint=_NOTE,
        destroyed_on=date(2023, 9, 30),
    )

    found = read_receipt(sign_receipt(declared, key, _AT), key.certificate)

    assert found.destroyed_on == "2023-09-30"


def test_a_receipt_of_another_signer_is_refused(key: SealKey) -> None:
    data = sign_receipt(_acknowledgement(), self_signed("Réponses d'essai"), _AT)

    with pytest.raises(InvalidSignatureError):
        read_receipt(data, key.certificate)


def test_an_altered_receipt_is_refused(key: SealKey) -> None:
    data = sign_receipt(_acknowledgement(), key, _AT)

    for position in range(len(data)):
        altered = bytearray(data)
        altered[position] ^= 1 << position % 8
        with pytest.raises(InvalidSignatureError):
            read_receipt(bytes(altered), key.certificate)


def test_another_signed_text_is_no_receipt(key: SealKey) -> None:
    data = sign_enveloping(b"Bien recu.", key, _AT)

    with pytest.raises(ReceiptError, match="forme attendue"):
        read_receipt(data, key.certificate)
