"""What the demonstration over HTTP claims, derived again from the files it left."""

import csv
import json
from pathlib import Path

import pytest

from tests.demo.http_story import tell_http_story
from tests.demo.stage import DGEFP, Stage


# The whole story takes half a minute; ``make demo-http`` tells it.
@pytest.mark.long
def test_the_story_over_http_is_true(tmp_path: Path) -> None:
    """Told once, for its setting takes longest."""
    tell_http_story(tmp_path / "demo", people=300)
    stage = Stage(tmp_path / "demo")

    _require_sent_once(stage)
    _require_one_line_corrected(stage)
    _require_every_fetch_in_the_evidence(stage)


def _require_sent_once(stage: Stage) -> None:
    """Who was pushed twice with one key was sent once."""
    (pushed,) = json.loads((stage.folder / "departement/personne.json").read_text("utf-8"))
    sent = _rows(stage.keys(DGEFP) / "ouvert")
    assert [row["courriel"] for row in sent].count(pushed["courriel"]) == 1


def _require_one_line_corrected(stage: Stage) -> None:
    """The correction is one line, with the new address."""
    before = {row["courriel"] for row in _rows(stage.keys(DGEFP) / "ouvert")}
    (corrected,) = _rows(stage.keys(DGEFP) / "correction")
    assert corrected["courriel"].startswith("nouvelle.")
    assert corrected["courriel"].removeprefix("nouvelle.") in before
    assert corrected["courriel"] not in before


def _require_every_fetch_in_the_evidence(stage: Stage) -> None:
    """Two tests of keys, the package until it was cut, its rest, the correction."""
    events = json.loads((stage.folder / "dpo/evenements.json").read_text("utf-8"))["items"]
    fetched = [(event["actor"], event["details"]["first_byte"]) for event in events]
    assert len(fetched) == 5
    assert fetched[2:] == [("dgefp@api", 0), ("dgefp@api", 20_000), ("dgefp@api", 0)]


def _rows(folder: Path) -> list[dict[str, str]]:
    text = next(folder.glob("*.csv")).read_text("utf-8-sig")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))
