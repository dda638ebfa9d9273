"""Opening: each property has its test; a refusal leaves nothing behind."""

import io
from dataclasses import replace
from pathlib import Path

import pytest

from exchange.packages.building import build
from exchange.packages.csv_rows import csv_chunks
from exchange.packages.errors import UnacceptablePackageError
from exchange.packages.naming import MANIFEST, NOTICE, TABLE_SCHEMA
from exchange.packages.opening import Inspected, inspect, open_package
from keys.seal import self_signed
from schemas.annex_e import COLUMNS
from schemas.manifest import read_manifest
from tests.fakes.ministry import Ministry
from tests.unit.exchange.packages.hostile import (
    HOSTILE,
    Members,
    loot,
    pack,
    signed_again,
    unpack,
)
from tests.unit.exchange.packages.specimen import (
    DGEFP,
    PROVIDER,
    REFERENCES,
    ROWS,
    Correspondence,
    digest_of,
)


@pytest.fixture
def correspondence(tmp_path: Path) -> Correspondence:
    return Correspondence(tmp_path)


@pytest.fixture
def reader(correspondence: Correspondence) -> Ministry:
    return correspondence.provider


def _received(reader: Ministry, package: bytes) -> Path:
    path = reader.folder / "paquet.asice"
    path.write_bytes(package)
    return path


def _nothing_was_released(reader: Ministry) -> bool:
    return not list(reader.folder.glob("ouvert/*")) and not list(reader.folder.glob("ouvert/.*"))


def test_a_good_package_gives_its_rows_and_documents(
    correspondence: Correspondence, reader: Ministry
) -> None:
    package = correspondence.package(PROVIDER)

    opened = reader.open(_received(reader, package))

    members = unpack(package)
    assert opened.csv_path.read_bytes() == b"".join(c for c, _ in csv_chunks(COLUMNS, ROWS))
    assert opened.manifest == read_manifest(members[MANIFEST])
    for name in (MANIFEST, TABLE_SCHEMA, NOTICE):
        assert (opened.csv_path.parent / name).read_bytes() == members[name]


def test_a_post_quantum_reader_gets_references_under_its_instruction(
    correspondence: Correspondence,
) -> None:
    reader = correspondence.dgefp

    opened = reader.open(_received(reader, correspondence.package(DGEFP)))

    lines = opened.csv_path.read_text("utf-8-sig").splitlines()
    assert [line.split(";")[-1] for line in lines] == [f'"{w}"' for w in ("reference", *REFERENCES)]


def test_what_is_opened_is_for_the_eyes_of_its_owner(
    correspondence: Correspondence, reader: Ministry
) -> None:
    opened = reader.open(_received(reader, correspondence.package()))

    assert opened.csv_path.stat().st_mode & 0o077 == 0
    assert opened.csv_path.parent.stat().st_mode & 0o077 == 0


def test_a_package_is_inspected_without_a_key(correspondence: Correspondence) -> None:
    package, built = correspondence.build(PROVIDER)

    inspected = inspect(io.BytesIO(package), correspondence.seal.certificate)

    assert inspected == Inspected(built.manifest, digest_of(package).hex())


@pytest.mark.parametrize("name", HOSTILE)
def test_an_altered_package_is_refused(
    correspondence: Correspondence, reader: Ministry, name: str
) -> None:
    """(1)."""
    package = _received(reader, HOSTILE[name](loot(correspondence)))

    with pytest.raises(UnacceptablePackageError, match=r"altéré|intact"):
        reader.open(package)

    assert _nothing_was_released(reader)


def test_no_shortened_package_passes(correspondence: Correspondence, tmp_path: Path) -> None:
    """(1)."""
    good = correspondence.package()

    for size in range(0, len(good), 97):
        _refuse(correspondence, good[:size], tmp_path / "out")

    assert not (tmp_path / "out").exists()


def _refuse(correspondence: Correspondence, package: bytes, out: Path) -> None:
    identities, sender = correspondence.provider_identities, correspondence.seal.certificate
    with pytest.raises(UnacceptablePackageError):
        open_package(io.BytesIO(package), identities, sender, out, accept_trial=False)


def test_a_package_of_another_sender_is_refused(
    correspondence: Correspondence, reader: Ministry
) -> None:
    """(1)."""
    reader.pin(self_signed("Un autre département").certificate)

    with pytest.raises(UnacceptablePackageError, match="expéditeur attendu"):
        reader.open(_received(reader, correspondence.package()))

    assert _nothing_was_released(reader)


def test_a_package_for_another_reader_is_refused(
    correspondence: Correspondence, reader: Ministry
) -> None:
    """(2)."""
    with pytest.raises(UnacceptablePackageError, match="autre destinataire"):
        reader.open(_received(reader, correspondence.package(DGEFP)))

    assert _nothing_was_released(reader)


def test_a_package_of_another_agreement_than_the_one_expected_is_refused(
    correspondence: Correspondence, reader: Ministry
) -> None:
    """(2)."""
    package = _received(reader, correspondence.package())

    with pytest.raises(UnacceptablePackageError, match="convention spie-62, pas de spie-59"):
        reader.open(package, agreement_id="spie-59")

    assert _nothing_was_released(reader)
    assert reader.open(package, agreement_id="spie-62").manifest.agreement == "spie-62"


def test_a_trial_package_is_opened_only_when_that_is_asked_for(
    correspondence: Correspondence, reader: Ministry
) -> None:
    """(3)."""
    package = _received(reader, correspondence.package(trial=True))

    with pytest.raises(UnacceptablePackageError, match="ESSAI"):
        reader.open(package)

    assert _nothing_was_released(reader)
    assert reader.open(package, accept_trial=True).manifest.trial


@pytest.mark.parametrize("taken", [MANIFEST, "spie-62_enquete-1_prestataire-enquete_r1.csv"])
def test_nothing_that_is_there_is_replaced(
    correspondence: Correspondence, reader: Ministry, taken: str
) -> None:
    """(4)."""
    folder = reader.folder / "ouvert"
    folder.mkdir()
    (folder / taken).write_text("mes notes")

    with pytest.raises(UnacceptablePackageError, match="existe déjà"):
        reader.open(_received(reader, correspondence.package()))

    assert [path.name for path in folder.iterdir()] == [taken]
    assert (folder / taken).read_text() == "mes notes"


def test_a_package_that_opens_twice_says_that_it_was_opened(
    correspondence: Correspondence, reader: Ministry
) -> None:
    """(4)."""
    package = _received(reader, correspondence.package())
    reader.open(package)

    with pytest.raises(UnacceptablePackageError, match="déjà été ouvert"):
        reader.open(package)


def _resealed(correspondence: Correspondence, old: str, new: str) -> bytes:
    """Let the sender itself sign a manifest that says something else."""
    members: Members = unpack(correspondence.package())
    manifest = members[MANIFEST].replace(old.encode(), new.encode())
    assert manifest != members[MANIFEST]
    return pack(signed_again({**members, MANIFEST: manifest}, correspondence.seal))


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ('"row_count":2', '"row_count":3', "nombre de lignes"),
        ('"date_entree"]', '"date_entree","reference"]', "colonnes"),
    ],
)
def test_rows_that_are_not_what_the_manifest_says_are_refused(
    correspondence: Correspondence, reader: Ministry, old: str, new: str, match: str
) -> None:
    """(5)."""
    package = _received(reader, _resealed(correspondence, old, new))

    with pytest.raises(UnacceptablePackageError, match=match):
        reader.open(package)

    assert _nothing_was_released(reader)


def test_a_ciphertext_for_another_key_is_refused(
    correspondence: Correspondence, reader: Ministry
) -> None:
    """(5): the manifest names the reader's key, the age file does not."""
    stranger = Ministry.create(correspondence.folder / "other", "autre", classical=True)
    plan = correspondence.plan(PROVIDER)
    other = replace(plan.recipient, encryption_key=stranger.public_keys.encryption_key)
    file = io.BytesIO()
    build(file, ROWS, replace(plan, recipient=other), correspondence.seal, lambda _: None)

    with pytest.raises(UnacceptablePackageError, match="ne se déchiffre pas"):
        reader.open(_received(reader, file.getvalue()))

    assert _nothing_was_released(reader)


class _Changing(io.BytesIO):
    """A container whose ciphertext is exchanged once it has been verified."""

    def __init__(self, package: bytes, other: bytes) -> None:
        super().__init__(package)
        self._other = other
        self._times_read = 0

    def seek(self, offset: int, whence: int = 0, /) -> int:
        at = super().seek(offset, whence)
        if (offset, whence) == (self._start, 0):
            self._times_read += 1
            if self._times_read > 1:
                self.write(self._other)
                super().seek(at)
        return at

    @property
    def _start(self) -> int:
        return self.getvalue().index(b"age-encryption.org/v1")


def test_a_ciphertext_exchanged_after_it_was_verified_is_refused(
    correspondence: Correspondence, tmp_path: Path
) -> None:
    """(5): anybody can encrypt to the reader, with the same columns and as many rows."""
    package = correspondence.package()
    others = unpack(correspondence.build(PROVIDER, [ROWS[1], ROWS[0]])[0])
    other = next(content for name, content in others.items() if name.endswith(".age"))
    identities, sender = correspondence.provider_identities, correspondence.seal.certificate

    with pytest.raises(UnacceptablePackageError, match="changé pendant sa lecture"):
        open_package(
            _Changing(package, other), identities, sender, tmp_path / "out", accept_trial=False
        )

    assert not list((tmp_path / "out").iterdir())
