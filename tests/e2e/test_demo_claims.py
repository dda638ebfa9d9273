"""Every claim of the demonstration, derived again from the files it left."""

import csv
import io
import json
import re
from collections import Counter
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import phonenumbers
import pytest

from schemas.annex_e import COLUMNS, Level, RuleCode
from tests.demo.stage import DGEFP, PROVIDER, Stage
from tests.fakes.local_exports import FaultyExport, faulty_export
from tests.fakes.people import Person

# The whole story takes a minute; ``make demo`` tells it.
pytestmark = pytest.mark.long

_PEOPLE = 1000
_REGIONS = ("FR", "GP", "RE", "MQ", "GF", "YT", "PM")
_STAYS_OUT = {Level.ROW_REFUSED, Level.ROW_HELD}


@pytest.fixture(name="export", scope="module")
def _export() -> FaultyExport:
    return faulty_export(_PEOPLE)


def _opened(stage: Stage, recipient_id: str) -> bytes:
    folder = stage.keys(recipient_id)
    by_stock_lines = folder / "out.csv"
    if by_stock_lines.exists():
        return by_stock_lines.read_bytes()
    return next((folder / "ouvert").glob("*.csv")).read_bytes()


def _rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def _expected(export: FaultyExport) -> Counter[tuple[str, ...]]:
    """The input minus what is refused or held, in its normal forms, by other means than ours."""
    twins = [row.cells for row in export.planted if row.code is None]
    warned = [
        row.cells
        for row in export.planted
        if row.code is not None
        and row.code.level not in _STAYS_OUT
        and row.code is not RuleCode.AVERTISSEMENT_DOUBLON_IDENTIQUE
    ]
    return Counter(_normal(person) for person in (*export.sound, *warned, *twins))


def _normal(person: Person) -> tuple[str, ...]:
    cells = {name: re.sub(" +", " ", person[name]).strip() for name in COLUMNS}
    for name in ("date_naissance", "date_entree"):
        cells[name] = f"{datetime.strptime(cells[name], '%d/%m/%Y'):%Y-%m-%d}"  # noqa: DTZ007
    if cells["courriel"]:
        box, _, domain = cells["courriel"].rpartition("@")
        cells["courriel"] = f"{box}@{domain.lower()}"
    if cells["telephone"]:
        cells["telephone"] = _e164(cells["telephone"])
    return tuple(cells[name] for name in COLUMNS)


def _e164(text: str) -> str:
    for region in _REGIONS:
        number = phonenumbers.parse(text, region)
        if phonenumbers.is_valid_number(number):
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    raise AssertionError("a synthetic number is not valid")


@pytest.mark.parametrize("recipient_id", [DGEFP, PROVIDER])
def test_the_opened_file_is_the_input_minus_what_was_refused(
    demo: Stage, export: FaultyExport, recipient_id: str
) -> None:
    rows = _rows(_opened(demo, recipient_id))

    assert Counter(tuple(row[name] for name in COLUMNS) for row in rows) == _expected(export)


def test_the_opened_file_is_written_as_the_contract_says(demo: Stage) -> None:
    data = _opened(demo, PROVIDER)

    lines = data.decode("utf-8-sig").split("\r\n")
    assert data.startswith(b"\xef\xbb\xbf")
    assert lines[0] == ";".join(f'"{name}"' for name in COLUMNS)
    assert lines[-1] == ""
    assert all(re.fullmatch(r'"[^"]*"(;"[^"]*"){7}', line) for line in lines[:-1])
    assert data.count(b"\n") == data.count(b"\r\n")


def test_only_the_recipient_that_was_instructed_so_has_references(demo: Stage) -> None:
    with_references = _rows(_opened(demo, DGEFP))

    references = {row["reference"] for row in with_references}
    assert len(references) == len(with_references)
    assert "reference" not in _rows(_opened(demo, PROVIDER))[0]


def test_the_lines_do_not_follow_the_order_of_intake(demo: Stage, export: FaultyExport) -> None:
    sent = [row["nom"] + row["prenom"] for row in _rows(_opened(demo, PROVIDER))]

    order = [sent.index(name) for p in export.sound if (name := p["nom"] + p["prenom"]) in sent]
    ascending = sum(first < second for first, second in pairwise(order))
    assert 0.4 < ascending / len(order) < 0.6


def test_each_planted_fault_is_reported_with_its_code_and_column(
    demo: Stage, export: FaultyExport
) -> None:
    with demo.report.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, delimiter=";")
        found = {(int(row["ligne"]), row["colonne"], row["code"]) for row in rows}

    planted = {
        (export.planted_line(index), row.column, str(row.code))
        for index, row in enumerate(export.planted)
        if row.code is not None
    }
    assert planted <= found
    assert {line for line, _, _ in found} == {line for line, _, _ in planted}


def test_every_row_code_of_the_contract_was_planted(export: FaultyExport) -> None:
    rows = {code for code in RuleCode if code.level is not Level.FILE_REFUSED}
    # No row has these by itself: they are of whom the base knows already.
    of_known_people = {RuleCode.HOMONYME_POSSIBLE, RuleCode.CLE_LOCALE_DOUTEUSE}

    assert {row.code for row in export.planted if row.code} == rows - of_known_people


def test_the_certificate_counts_what_was_loaded(demo: Stage, export: FaultyExport) -> None:
    path = next((demo.home / "certificates").glob("*.json"))
    certificate = json.loads(path.read_text("utf-8"))

    held = sum(row.code is not None and row.code.level is Level.ROW_HELD for row in export.planted)
    assert certificate["people"] == sum(_expected(export).values())
    assert certificate["held_rows"] == held
    assert certificate["packages"] == len((DGEFP, PROVIDER)) * 2 + len(("the correction",))
    assert certificate["trial"] is True


def test_nothing_of_the_people_is_left_at_the_departement_but_its_source(demo: Stage) -> None:
    names = {row["nom"].encode() for row in _rows(_opened(demo, PROVIDER)) if len(row["nom"]) > 9}
    left = [path for path in demo.home.rglob("*") if path.is_file()]

    assert names
    assert [path.name for path in left for name in names if name in path.read_bytes()] == []


def test_what_the_demonstration_left_can_be_looked_at(demo: Stage) -> None:
    expected: tuple[Path, ...] = (demo.agreement, demo.source, demo.report, demo.seal)

    assert all(path.stat().st_size for path in expected)
    assert list((demo.home / "certificates").glob("*.txt"))


def test_the_correction_carries_the_rejected_line_with_its_new_address(demo: Stage) -> None:
    folder = demo.keys(DGEFP) / "correction"
    manifest = json.loads((folder / "manifest.json").read_bytes())
    first = _rows(_opened(demo, DGEFP))

    (corrected,) = _rows(next(folder.glob("*.csv")).read_bytes())

    (line,) = manifest["corrected_lines"]
    wrong = first[line - 1]
    assert corrected == wrong | {"courriel": f"nouvelle.{wrong['courriel']}"}
