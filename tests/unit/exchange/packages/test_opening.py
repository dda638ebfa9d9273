"""Opening: each property has its test; a refusal leaves nothing behind."""

from pathlib import Path

import pytest

from tests.unit.exchange.packages.specimen import PROVIDER, ROWS, Correspondence


@pytest.fixture
def correspondence(tmp_path: Path) -> Correspondence:
    return Correspondence(tmp_path)


def test_a_good_package_gives_the_rows_as_they_were(correspondence: Correspondence) -> None:
    package = correspondence.folder / "p.asice"
    package.write_bytes(correspondence.package(PROVIDER))

    opened = correspondence.provider.open(package)

    print(opened.csv_path.read_text("utf-8-sig"))
    assert opened.manifest.row_count == len(ROWS)
