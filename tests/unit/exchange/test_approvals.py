"""An agreement comes into force signed by whoever approves it, byte for byte."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat import asn1

from exchange.approvals import UnapprovedError, approver_of, require_approved
from keys.seal import SealKey, self_signed, sign_detached
from keys.seal.attributes import SIGNING_TIME
from schemas.agreement import Agreement, read_agreement
from tests.unit.keys.seal.forgery import Forgery
from tests.unit.schemas.agreement.plain_agreement import PLAIN

_AT = datetime(2022, 12, 6, 9, tzinfo=UTC)
_FILE = b"version = 1\n"


@pytest.fixture(name="approver", scope="module")
def _approver() -> SealKey:
    return self_signed("DPO")


@pytest.fixture(name="other", scope="module")
def _other() -> SealKey:
    return self_signed("DPO")


def test_where_somebody_approves_nothing_comes_into_force_unsigned(approver: SealKey) -> None:
    """Property 1."""
    with pytest.raises(UnapprovedError, match="doit être approuvée"):
        require_approved(_FILE, None, approver.certificate)


def test_the_approver_of_the_version_in_force_is_asked_not_the_one_a_file_appoints(
    approver: SealKey, other: SealKey
) -> None:
    """Property 1."""
    in_force, appointing = _approved_by(approver), _approved_by(other)
    removing = replace(appointing, approver_certificate=None)

    assert approver_of(appointing, in_force) == approver.certificate
    assert approver_of(removing, in_force) == approver.certificate
    assert approver_of(appointing, None) == other.certificate
    assert approver_of(appointing, removing) == other.certificate
    assert approver_of(removing, removing) is None


def test_an_approval_holds_for_the_exact_bytes_alone(approver: SealKey) -> None:
    """Property 2."""
    approval = sign_detached(_FILE, approver, _AT)

    approved = require_approved(_FILE, approval, approver.certificate)

    assert approved is not None
    assert (approved.certificate, approved.signing_time) == (approver.certificate, _AT)
    for altered in (b"version = 2\n", b"version = 1\r\n", _FILE + b"\n"):
        with pytest.raises(UnapprovedError, match="sur ce fichier exact"):
            require_approved(altered, approval, approver.certificate)


def test_another_signer_of_the_same_name_approves_nothing(
    approver: SealKey, other: SealKey
) -> None:
    """Property 3."""
    approval = sign_detached(_FILE, other, _AT)

    with pytest.raises(UnapprovedError, match="n'est pas celle de CN=DPO"):
        require_approved(_FILE, approval, approver.certificate)


def test_an_approval_made_once_its_certificate_had_expired_is_refused(approver: SealKey) -> None:
    """Property 3."""
    late = Forgery.of(sign_detached(_FILE, approver, _AT))
    late.set_value(SIGNING_TIME, asn1.UTCTime(_AT.replace(year=2041)))

    with pytest.raises(UnapprovedError, match="n'est pas celle de CN=DPO"):
        require_approved(_FILE, late.sign(approver), approver.certificate)


def test_a_signature_nobody_asked_for_is_not_kept_unverified(approver: SealKey) -> None:
    """Property 4."""
    approval = sign_detached(_FILE, approver, _AT)

    with pytest.raises(UnapprovedError, match="ne nomme personne"):
        require_approved(_FILE, approval, None)
    assert require_approved(_FILE, None, None) is None


def _approved_by(approver: SealKey) -> Agreement:
    agreement = read_agreement(PLAIN.encode())
    return replace(agreement, approver_certificate=approver.certificate.pem.decode())
