"""What the sender itself signed still has to agree with itself."""

import io
from pathlib import Path

import pytest

from exchange.packages.container import verify_container
from exchange.packages.errors import UnacceptablePackageError
from exchange.packages.naming import MANIFEST, NOTICE, UNLISTED
from keys.seal import self_signed
from tests.unit.exchange.packages.hostile import pack, signed_again, unpack
from tests.unit.exchange.packages.specimen import PROVIDER, Correspondence, digest_of


@pytest.fixture
def correspondence(tmp_path: Path) -> Correspondence:
    return Correspondence(tmp_path)


def test_a_verified_container_gives_what_was_signed(correspondence: Correspondence) -> None:
    package, built = correspondence.build(PROVIDER)
    members = unpack(package)

    container = verify_container(io.BytesIO(package), correspondence.seal.certificate)

    assert container.manifest == built.manifest
    assert container.digest == digest_of(package).hex()
    assert container.documents == {
        name: content for name, content in members.items() if name != container.ciphertext.name
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b'"format":2', b'"format":3', id="a format of the future"),
        pytest.param(b'"revision":1', b'"revision":2', id="another revision than the name"),
        pytest.param(b'"deadline":"enquete-1"', b'"deadline":"enquete-2"', id="another deadline"),
        pytest.param(b'"trial":false', b'"essai":true,"trial":false', id="an unknown key"),
        pytest.param(b'"trial":false', b'"trial":0', id="a number for a truth"),
        pytest.param(b'"trial":false', b'"trial": false', id="a space"),
        pytest.param(b'"size":', b'"size":1', id="another size"),
        pytest.param(b'"sha256":"', b'"sha256":"0', id="no digest"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused_though_its_sender_signed_it(
    correspondence: Correspondence, old: bytes, new: bytes
) -> None:
    """(5)."""
    members = unpack(correspondence.package())
    assert old in members[MANIFEST]
    altered = {**members, MANIFEST: members[MANIFEST].replace(old, new)}
    package = pack(signed_again(altered, correspondence.seal))

    with pytest.raises(UnacceptablePackageError, match="altéré"):
        verify_container(io.BytesIO(package), correspondence.seal.certificate)


def test_a_manifest_that_names_another_sender_is_refused(correspondence: Correspondence) -> None:
    """(5)."""
    other = self_signed("Département d'essai")
    package = pack(signed_again(unpack(correspondence.package()), other))

    with pytest.raises(UnacceptablePackageError, match="altéré"):
        verify_container(io.BytesIO(package), other.certificate)


def test_a_document_too_large_for_memory_is_refused(correspondence: Correspondence) -> None:
    members = {**unpack(correspondence.package()), NOTICE: bytes(1_000_001)}
    package = pack(signed_again(members, correspondence.seal))

    with pytest.raises(UnacceptablePackageError, match="altéré"):
        verify_container(io.BytesIO(package), correspondence.seal.certificate)


def test_every_member_but_the_list_itself_is_listed_in_bytewise_order(
    correspondence: Correspondence,
) -> None:
    """(3): the stock lines compare with ``sort`` in the C locale."""
    members = unpack(correspondence.package())
    listed = members["META-INF/ASiCManifest.xml"].decode("ascii").splitlines()

    names = [line.split('"')[1] for line in listed if "DataObjectReference URI" in line]

    assert names == sorted(set(members) - set(UNLISTED))
