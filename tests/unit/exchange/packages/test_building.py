"""Building, and reading again from disk before anything leaves."""

import io
from dataclasses import replace
from pathlib import Path

import pytest

from exchange.packages.building import build, verify_built
from exchange.packages.errors import UnfaithfulPackageError
from exchange.packages.naming import MANIFEST
from keys.age import FileKey
from keys.seal import self_signed
from schemas.annex_e import COLUMNS
from tests.unit.exchange.packages.hostile import pack, signed_again, unpack
from tests.unit.exchange.packages.specimen import (
    DGEFP,
    PROVIDER,
    ROWS,
    Correspondence,
    digest_of,
)


@pytest.fixture
def correspondence(tmp_path: Path) -> Correspondence:
    return Correspondence(tmp_path)


def test_a_built_container_reads_back_and_gives_its_digest(correspondence: Correspondence) -> None:
    package, built = correspondence.build(PROVIDER)

    digest = verify_built(io.BytesIO(package), built, correspondence.seal.certificate)

    assert digest == digest_of(package).hex()


def test_a_container_without_rows_reads_back(correspondence: Correspondence) -> None:
    package, built = correspondence.build(PROVIDER, ())

    verify_built(io.BytesIO(package), built, correspondence.seal.certificate)

    assert built.row_count == 0


def test_progress_is_told_in_rows(correspondence: Correspondence) -> None:
    told: list[int] = []
    rows = ROWS * 1500

    build(io.BytesIO(), rows, correspondence.plan(PROVIDER), correspondence.seal, told.append)

    assert told == [0, 1000, 2000, 3000]


def test_only_who_has_the_instruction_gets_the_column_of_references(
    correspondence: Correspondence,
) -> None:
    assert correspondence.plan(PROVIDER).columns == COLUMNS
    assert correspondence.plan(DGEFP).columns == (*COLUMNS, "reference")


def test_two_packages_of_the_same_rows_share_no_ciphertext(correspondence: Correspondence) -> None:
    first, second = (unpack(correspondence.package()) for _ in range(2))

    assert _ciphertext(first) != _ciphertext(second)


def _ciphertext(members: dict[str, bytes]) -> bytes:
    return next(content for name, content in members.items() if name.endswith(".csv.age"))


def test_no_member_but_the_ciphertext_knows_a_person(correspondence: Correspondence) -> None:
    members = unpack(correspondence.package())

    for cell in {cell for row in ROWS for cell in row if len(cell) > 5}:
        assert not any(cell.encode() in content for content in members.values()), cell


@pytest.mark.parametrize("position", [0, 100, -400, -1])
def test_a_container_that_rotted_on_disk_is_not_sent(
    correspondence: Correspondence, position: int
) -> None:
    """(1)."""
    package, built = correspondence.build(PROVIDER)
    rotten = bytearray(package)
    rotten[position] ^= 1

    with pytest.raises(UnfaithfulPackageError, match="ne se relit pas"):
        verify_built(io.BytesIO(rotten), built, correspondence.seal.certificate)


def test_a_container_under_another_seal_is_not_sent(correspondence: Correspondence) -> None:
    """(1)."""
    package, built = correspondence.build(PROVIDER)

    with pytest.raises(UnfaithfulPackageError, match="ne se relit pas"):
        verify_built(io.BytesIO(package), built, self_signed("Un autre cachet").certificate)


def test_a_container_with_another_manifest_is_not_sent(correspondence: Correspondence) -> None:
    """(2)."""
    package, built = correspondence.build(PROVIDER)
    members = unpack(package)
    manifest = members[MANIFEST].replace(b'"undeclared":false', b'"undeclared":true')
    other = pack(signed_again({**members, MANIFEST: manifest}, correspondence.seal))

    with pytest.raises(UnfaithfulPackageError, match="pas celui qui a été écrit"):
        verify_built(io.BytesIO(other), built, correspondence.seal.certificate)


def test_a_container_that_its_file_key_does_not_open_is_not_sent(
    correspondence: Correspondence,
) -> None:
    """(3)."""
    package, built = correspondence.build(PROVIDER)
    other = replace(built, file_key=FileKey.generate())

    with pytest.raises(UnfaithfulPackageError, match="ne se relit pas"):
        verify_built(io.BytesIO(package), other, correspondence.seal.certificate)


def test_a_container_with_fewer_rows_than_were_written_is_not_sent(
    correspondence: Correspondence,
) -> None:
    """(4)."""
    package, built = correspondence.build(PROVIDER)
    other = replace(built, row_count=built.row_count + 1)

    with pytest.raises(UnfaithfulPackageError, match="toutes ses lignes"):
        verify_built(io.BytesIO(package), other, correspondence.seal.certificate)
