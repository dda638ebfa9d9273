"""``docs/security.md`` answers each requirement of the standard once, and shows what it says."""

import ast
import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.prerequisites import skip_or_fail

_ROOT: Final = Path(__file__).parents[2]
_STANDARD: Final = _ROOT.parent / "shared/reference/standards/asvs-5.0.0-en.csv"
_TEXT: Final = (_ROOT / "docs/security.md").read_text("utf-8")
_CHAPTERS: Final = (
    "V1",
    "V2",
    "V4",
    "V5",
    "V6",
    "V7",
    "V8",
    "V9",
    "V11",
    "V12",
    "V13",
    "V14",
    "V16",
)
_ROW: Final = re.compile(r"^\| (V[\d.]+) \| (\d) \| (.+?) \| (.+?) \| (.+) \|$", re.MULTILINE)
_COUNT: Final = re.compile(r"^\| (V\d+) [^|]*\| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)
_QUOTED: Final = re.compile(r"`([^`]+)`")
_FILE: Final = re.compile(r"[\w./-]+\.(?:conf|md|py|toml|txt)(?:::\w+)?")
_YES, _NO, _NOT_APPLICABLE = "oui", "non", "sans objet"
_SHORTEST_REASON_WORDS: Final = 4


@dataclass(frozen=True, slots=True)
class _Answer:
    requirement: str
    level: str
    answer: str
    grounds: str

    def files(self) -> list[str]:
        return [one for one in _QUOTED.findall(self.grounds) if _FILE.fullmatch(one)]


_ANSWERS: Final = [_Answer(row[0], row[1], row[3], row[4]) for row in _ROW.findall(_TEXT)]


@pytest.fixture(name="standard", scope="module")
def _standard() -> dict[str, str]:
    """The requirements of levels 1 and 2 of the chapters, each with its level."""
    if not _STANDARD.is_file():
        skip_or_fail(f"the standard is not there: {_STANDARD}")
    with _STANDARD.open(encoding="utf-8-sig", newline="") as file:
        return {
            row["req_id"]: row["L"]
            for row in csv.DictReader(file)
            if row["chapter_id"] in _CHAPTERS and row["L"] in {"1", "2"}
        }


def test_each_requirement_is_answered_once_at_its_level(standard: dict[str, str]) -> None:
    answered = Counter(one.requirement for one in _ANSWERS)

    assert [name for name, times in answered.items() if times > 1] == []
    assert {one.requirement: one.level for one in _ANSWERS} == standard


def test_each_answer_is_one_of_three() -> None:
    assert {one.answer for one in _ANSWERS} == {_YES, _NO, _NOT_APPLICABLE}


def test_each_yes_names_what_shows_it() -> None:
    assert [one.requirement for one in _ANSWERS if one.answer == _YES and not one.files()] == []


def test_each_no_has_its_reason() -> None:
    short = [
        one.requirement
        for one in _ANSWERS
        if one.answer != _YES and len(one.grounds.split()) < _SHORTEST_REASON_WORDS
    ]

    assert short == []


def test_each_file_and_test_that_is_named_exists() -> None:
    named = {name for name in _QUOTED.findall(_TEXT) if _FILE.fullmatch(name) and "/" in name}

    assert named
    assert sorted(name for name in named if not _exists(name)) == []


def test_the_counts_are_those_of_the_lines() -> None:
    found = Counter((one.requirement.partition(".")[0], one.answer) for one in _ANSWERS)

    counted = {row[0]: tuple(map(int, row[1:])) for row in _COUNT.findall(_TEXT)}

    assert counted == {
        chapter: tuple(found[chapter, answer] for answer in (_YES, _NO, _NOT_APPLICABLE))
        for chapter in _CHAPTERS
    }


def _exists(name: str) -> bool:
    path, _, test = name.partition("::")
    file = _ROOT / path
    return file.is_file() and (not test or test in _functions(file))


def _functions(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield node.name
