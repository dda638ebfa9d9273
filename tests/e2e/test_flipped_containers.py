"""The smallest real container of each kind of key, bit by bit: every flip is refused.

Each kind of encryption key and each kind of seal is there once. Nothing is released: the folder
to open into is never made.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from exchange.packages.archive import read_archive
from exchange.packages.errors import UnacceptablePackageError
from exchange.packages.naming import ASIC_MANIFEST, SIGNATURE
from exchange.packages.opening import inspect, open_package
from keys.age import Identity
from keys.errors import InvalidSignatureError
from keys.seal import SealKey, verify_detached
from tests.fakes.corrected_checksums import flipped_and_corrected
from tests.fakes.flipped_bits import EXTENTS, flipped, let_pass
from tests.unit.exchange.packages.hostile import pack, unpack
from tests.unit.exchange.packages.specimen import DGEFP, PROVIDER, Correspondence, rows_for
from tests.unit.keys.seal.authority import certified_seal

_KINDS: dict[str, tuple[str, Callable[[], ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey]]] = {
    "X25519, seal P-256": (PROVIDER, lambda: ec.generate_private_key(ec.SECP256R1())),
    "X25519, seal P-521": (PROVIDER, lambda: ec.generate_private_key(ec.SECP521R1())),
    "hybrid, seal P-384": (DGEFP, lambda: ec.generate_private_key(ec.SECP384R1())),
    "hybrid, seal RSA": (DGEFP, lambda: rsa.generate_private_key(65537, 3072)),
}
_ONE = pytest.mark.parametrize("target", ["X25519, seal P-256"], indirect=True)


@dataclass(frozen=True)
class Target:
    """A container of one person, its reader's keys, and the seal that the reader pins."""

    package: bytes
    identities: tuple[Identity, ...]
    seal: SealKey
    out: Path

    def open(self, package: bytes) -> None:
        """Open a container as its reader does."""
        sender = self.seal.certificate
        open_package(io.BytesIO(package), self.identities, sender, self.out, accept_trial=False)


@pytest.fixture(scope="module", params=_KINDS)
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Target:
    recipient_id, draw = _KINDS[request.param]
    folder = tmp_path_factory.mktemp("correspondence")
    correspondence, seal = Correspondence(folder), certified_seal(draw())
    package, _ = correspondence.build(recipient_id, rows_for(recipient_id)[:1], seal=seal)
    reader = correspondence.dgefp if recipient_id == DGEFP else correspondence.provider
    return Target(package, reader.identities, seal, folder / "out")


@pytest.mark.parametrize("whole", EXTENTS)
def test_no_flipped_bit_of_a_container_passes(target: Target, *, whole: bool) -> None:
    passed = let_pass(flipped(target.package, whole=whole), target.open, UnacceptablePackageError)

    assert passed == []
    assert not target.out.exists()


@pytest.mark.parametrize("whole", EXTENTS)
def test_no_flipped_bit_passes_with_its_checksum_corrected(target: Target, *, whole: bool) -> None:
    passed = let_pass(
        flipped_and_corrected(target.package, whole=whole), target.open, UnacceptablePackageError
    )

    assert passed == []
    assert not target.out.exists()


def test_the_container_itself_opens(target: Target, tmp_path: Path) -> None:
    replace(target, out=tmp_path).open(target.package)

    assert list(tmp_path.glob("*.csv"))


@_ONE
def test_the_flips_find_a_reader_that_compares_no_header(target: Target) -> None:
    found = read_archive(io.BytesIO(target.package)).members

    def read(package: bytes) -> None:
        members = {member.name: package[member.data_offset : member.end] for member in found}
        inspect(io.BytesIO(pack(members)), target.seal.certificate)

    passed = let_pass(flipped(target.package, whole=False), read, UnacceptablePackageError)

    assert len(passed) > 100


@_ONE
def test_the_flips_find_a_reader_that_trusts_checksums(target: Target) -> None:
    def read(package: bytes) -> None:
        members = unpack(package)
        verify_detached(members[SIGNATURE], members[ASIC_MANIFEST], target.seal.certificate)

    refusals = (UnacceptablePackageError, InvalidSignatureError)
    as_it_is = let_pass(flipped(target.package, whole=False), read, refusals)
    corrected = let_pass(flipped_and_corrected(target.package, whole=False), read, refusals)

    assert as_it_is == []
    assert len(corrected) > 1000
