"""A recipient answers a package it holds; the sender reads who answers what."""

from datetime import date
from pathlib import Path

import pytest

from exchange.packages.errors import UnacceptablePackageError
from exchange.receipts.documents import read_receipt
from keys.errors import InvalidSignatureError
from schemas.annex_e import RuleCode
from schemas.receipt import ReceiptKind, Rejection
from tests.unit.exchange.packages.specimen import (
    DGEFP,
    HEAD,
    PROVIDER,
    REFERENCES,
    Correspondence,
    digest_of,
)


@pytest.fixture
def correspondence(tmp_path: Path) -> Correspondence:
    return Correspondence(tmp_path)


def _received(correspondence: Correspondence, recipient_id: str) -> Path:
    path = correspondence.folder / f"{recipient_id}.asice"
    path.write_bytes(correspondence.package(recipient_id))
    return path


def test_an_acknowledgement_is_bound_to_the_container_and_the_log(
    correspondence: Correspondence,
) -> None:
    package, ministry = _received(correspondence, PROVIDER), correspondence.provider

    receipt = read_receipt(ministry.acknowledge(package), ministry.receipt_key.certificate)

    assert receipt.kind is ReceiptKind.ACKNOWLEDGEMENT
    assert receipt.package == digest_of(package.read_bytes()).hex()
    assert (receipt.checkpoint_size, receipt.checkpoint_root) == (
        HEAD.size,
        HEAD.text().splitlines()[-1],
    )


def test_lines_are_rejected_by_number_or_by_reference(correspondence: Correspondence) -> None:
    package, ministry = _received(correspondence, DGEFP), correspondence.dgefp
    rejections = (
        Rejection(RuleCode.TELEPHONE_FORMAT, line=2),
        Rejection(RuleCode.CONTACT_ABSENT, reference=REFERENCES[0]),
    )

    answer = ministry.reject(package, rejections)

    assert read_receipt(answer, ministry.receipt_key.certificate).rejections == rejections


def test_a_destruction_is_declared_for_a_day(correspondence: Correspondence) -> None:
    package, ministry = _received(correspondence, PROVIDER), correspondence.provider

    answer = ministry.declare_destruction(package, date(2023, 9, 30))

    receipt = read_receipt(answer, ministry.receipt_key.certificate)
    assert receipt.destroyed_on == "2023-09-30"


def test_one_recipient_does_not_answer_for_another(correspondence: Correspondence) -> None:
    answer = correspondence.provider.acknowledge(_received(correspondence, DGEFP))

    with pytest.raises(InvalidSignatureError):
        read_receipt(answer, correspondence.dgefp.receipt_key.certificate)


def test_an_altered_package_is_not_answered(correspondence: Correspondence) -> None:
    package = _received(correspondence, PROVIDER)
    package.write_bytes(package.read_bytes()[:-1])

    with pytest.raises(UnacceptablePackageError, match="intact"):
        correspondence.provider.acknowledge(package)
