"""The README's lines, verbatim, in a real shell with the real commands."""

import hashlib
from pathlib import Path

import pytest

from exchange.packages.csv_rows import csv_chunks
from exchange.receipts.documents import read_receipt
from schemas.annex_e import COLUMNS, RuleCode
from schemas.receipt import ReceiptKind, Rejection
from tests.demo.stock_lines import missing_stock_commands
from tests.fakes.ministry import Ministry
from tests.prerequisites import skip_or_fail
from tests.unit.exchange.packages.hostile import HOSTILE, loot
from tests.unit.exchange.packages.specimen import HEAD, PROVIDER, ROWS, Correspondence

pytestmark = pytest.mark.stock


@pytest.fixture(autouse=True)
def _commands() -> None:
    if missing := missing_stock_commands():
        skip_or_fail(f"missing commands: {', '.join(missing)}")


@pytest.fixture
def correspondence(tmp_path: Path) -> Correspondence:
    return Correspondence(tmp_path)


@pytest.fixture
def reader(correspondence: Correspondence) -> Ministry:
    reader = correspondence.provider
    (reader.folder / "paquet.asice").write_bytes(correspondence.package(PROVIDER))
    return reader


def test_the_lines_open_a_good_package(reader: Ministry) -> None:
    typed = reader.type_stock_lines("open")

    expected = b"".join(chunk for chunk, _ in csv_chunks(COLUMNS, ROWS))
    assert typed.returncode == 0, typed.stderr
    assert (reader.folder / "out.csv").read_bytes() == expected


@pytest.mark.parametrize("name", HOSTILE)
def test_the_lines_never_reach_age_for_an_altered_package(
    correspondence: Correspondence, name: str, tmp_path: Path
) -> None:
    reader = correspondence.provider
    (reader.folder / "paquet.asice").write_bytes(HOSTILE[name](loot(correspondence)))
    witness = _age_that_only_tells_it_was_reached(tmp_path)

    typed = reader.type_stock_lines("open", path=witness.parent)

    assert typed.returncode != 0
    assert not witness.with_name("reached").exists()
    assert not (reader.folder / "out.csv").exists()


def test_the_witness_in_place_of_age_is_reached_by_a_good_package(
    reader: Ministry, tmp_path: Path
) -> None:
    witness = _age_that_only_tells_it_was_reached(tmp_path)

    typed = reader.type_stock_lines("open", path=witness.parent)

    assert typed.returncode == 0, typed.stderr
    assert witness.with_name("reached").exists()


@pytest.mark.parametrize(
    ("name", "answer", "kind"),
    [
        ("acknowledge", "accuse.p7m", ReceiptKind.ACKNOWLEDGEMENT),
        ("reject", "rejet.p7m", ReceiptKind.REJECTION),
        ("declare-destruction", "destruction.p7m", ReceiptKind.DESTRUCTION),
    ],
)
def test_the_lines_make_an_answer_that_is_read(
    reader: Ministry, name: str, answer: str, kind: ReceiptKind
) -> None:
    reader.type_stock_lines("open")

    typed = reader.type_stock_lines(name)
    assert typed.returncode == 0, typed.stderr
    receipt = read_receipt((reader.folder / answer).read_bytes(), reader.receipt_key.certificate)

    assert receipt.kind is kind
    assert receipt.package == _sha256(reader.folder / "paquet.asice")
    assert receipt.checkpoint_size == HEAD.size
    assert receipt.checkpoint_root == HEAD.text().splitlines()[-1]
    expected = (Rejection(RuleCode.COURRIEL_FORMAT, line=3),)
    assert receipt.rejections == (expected if kind is ReceiptKind.REJECTION else ())


def _age_that_only_tells_it_was_reached(folder: Path) -> Path:
    command = folder / "commands" / "age"
    command.parent.mkdir()
    command.write_text('#!/bin/sh\n: > "$(dirname "$0")/reached"\n')
    command.chmod(0o700)
    return command


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
