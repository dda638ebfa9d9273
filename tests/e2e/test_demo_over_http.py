"""What the demonstration over HTTP claims, derived again from the files it left."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.demo.http_story import tell_http_story
from tests.demo.stage import DGEFP, Stage

# The whole story takes half a minute; ``make demo-http`` tells it.
pytestmark = pytest.mark.long


@pytest.fixture(name="stage", scope="module")
def _stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    folder = tmp_path_factory.mktemp("over-http") / "demo"
    tell_http_story(folder, people=300)
    return Stage(folder)


def test_who_was_pushed_twice_with_one_key_was_sent_once(stage: Stage) -> None:
    (pushed,) = json.loads((stage.folder / "departement/personne.json").read_text("utf-8"))

    sent = _rows(stage.keys(DGEFP) / "ouvert")

    assert [row["courriel"] for row in sent].count(pushed["courriel"]) == 1


def test_the_correction_is_one_line_with_the_new_address(stage: Stage) -> None:
    before = {row["courriel"] for row in _rows(stage.keys(DGEFP) / "ouvert")}

    (corrected,) = _rows(stage.keys(DGEFP) / "correction")

    assert corrected["courriel"].startswith("nouvelle.")
    assert corrected["courriel"].removeprefix("nouvelle.") in before
    assert corrected["courriel"] not in before


def test_every_fetch_is_in_the_evidence_with_its_account(stage: Stage) -> None:
    events = json.loads((stage.folder / "dpo/evenements.json").read_text("utf-8"))["items"]

    fetched = [(event["actor"], event["details"]["first_byte"]) for event in events]

    # Two tests of keys, the package until it was cut, its rest, the correction.
    assert len(fetched) == 5
    assert fetched[2:] == [("dgefp@api", 0), ("dgefp@api", 20_000), ("dgefp@api", 0)]


def _rows(folder: Path) -> Sequence[dict[str, str]]:
    text = next(folder.glob("*.csv")).read_text("utf-8-sig")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))
