"""A recipient's own keys."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from exchange.errors import RefusedError
from exchange.receipts.identities import create_identity
from keys.age import parse_identities
from keys.seal import SealKey

_NOW = datetime(2023, 1, 2, tzinfo=UTC)


def _receipt_key(folder: Path) -> SealKey:
    key, certificate = (folder / name for name in ("receipt-key.pem", "receipt-cert.pem"))
    return SealKey.load(key.read_bytes(), certificate.read_bytes())


@pytest.mark.parametrize(("classical", "prefix"), [(True, "age1"), (False, "age1pq1")])
def test_the_public_key_is_that_of_the_private_one(
    tmp_path: Path, prefix: str, *, classical: bool
) -> None:
    created = create_identity(tmp_path, "dgefp", _NOW, classical=classical, trial=False)

    (identity,) = parse_identities((tmp_path / "identity.txt").read_text("ascii"))

    assert str(identity.recipient) == created.recipient
    assert (tmp_path / "recipient.txt").read_text("ascii").strip() == created.recipient
    assert created.recipient.startswith(prefix)


def test_the_receipt_certificate_goes_with_its_key_and_names_its_holder(tmp_path: Path) -> None:
    create_identity(tmp_path, "DGEFP", _NOW, classical=True, trial=False)

    certificate = _receipt_key(tmp_path).certificate

    assert certificate.subject == "CN=DGEFP"
    assert certificate.is_valid_at(_NOW)
    assert not certificate.is_valid_at(_NOW.replace(year=2029))


def test_a_trial_certificate_is_valid_whatever_the_trial_clock_says(tmp_path: Path) -> None:
    create_identity(tmp_path, "DGEFP", _NOW, classical=True, trial=True)

    certificate = _receipt_key(tmp_path).certificate

    assert (certificate.not_before.year, certificate.not_after.year) == (2020, 2040)


def test_only_the_owner_reads_what_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "keys"

    create_identity(folder, "DGEFP", _NOW, classical=True, trial=False)

    assert [path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir())] == [0] * 5


def test_keys_that_are_there_are_never_replaced(tmp_path: Path) -> None:
    create_identity(tmp_path, "DGEFP", _NOW, classical=True, trial=False)
    before = (tmp_path / "identity.txt").read_bytes()

    with pytest.raises(RefusedError, match="déjà des clés"):
        create_identity(tmp_path, "DGEFP", _NOW, classical=True, trial=False)

    assert (tmp_path / "identity.txt").read_bytes() == before
