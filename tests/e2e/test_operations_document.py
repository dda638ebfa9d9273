"""``docs/operations.md`` is typed, line by line: it answers, and leaves behind, what it says."""

import ast
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.answer import Answer
from tests.fakes.command_here import CommandHere
from tests.fakes.situation import Situation
from tests.operations.desk import Desk, Origins
from tests.operations.document import DOCUMENT, Procedure, missing_answer, procedures

_TEXT = DOCUMENT.read_text("utf-8")
_PROCEDURES = procedures(_TEXT)
_COMMAND = "spie-exchange"
_SHELL_SYNTAX = set("|<>;&$*`\"'")
_QUOTED_MESSAGE = re.compile(r"(?<!\*)\*([^*\n]+)\*(?!\*)")


@dataclass(frozen=True, slots=True)
class Operator:
    """Types at a desk: in a shell, or in the test's own process, which costs no start."""

    command: CommandHere
    in_shell: bool

    def type(self, desk: Desk, line: str) -> Answer:
        """Type a line; what only a shell understands goes to one in any case."""
        if self.in_shell or _SHELL_SYNTAX & set(line) or not line.startswith(_COMMAND):
            return desk.type(line)
        self.command.patch.chdir(desk.folder)
        return self.command.run(desk.situation.departement.home, *shlex.split(line)[1:])

    def evidence(self, desk: Desk) -> set[str]:
        """Name the kinds of events in the home's log."""
        # A log that was tampered with on purpose is read no more: it names nothing.
        answer = self.type(desk, f"{_COMMAND} audit list --from 0 --json")
        return {event["kind"] for event in json.loads(answer.output or "[]")}


@pytest.fixture(
    name="operator", params=[pytest.param(True, id="shell", marks=pytest.mark.long), False]
)
def _operator(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Operator:
    return Operator(CommandHere(monkeypatch, capfd), in_shell=request.param)


@pytest.mark.parametrize(
    "procedure",
    [
        pytest.param(one, id=one.title, marks=[] if number % 4 == 0 else [pytest.mark.long])
        for number, one in enumerate(_PROCEDURES)
    ],
)
def test_a_procedure_goes_as_it_is_written(
    operator: Operator,
    procedure: Procedure,
    prepared: Situation,
    published: Situation,
    tmp_path: Path,
) -> None:
    desk: Desk | None = None

    for block in procedure.blocks:
        if block.start:
            desk = Origins(prepared, published).desk(block.start, tmp_path)
        assert desk is not None, "nothing says from where the procedure begins"
        for name in block.arrivals:
            desk.receive(name)
        for typed in block.lines:
            answer = operator.type(desk, typed.line)
            output = answer.output + answer.complaint
            assert answer.exit_code == typed.exit_code, (typed.line, output)
            assert missing_answer(typed.answers, output) is None, (typed.line, output)

    assert desk is not None
    assert procedure.evidence <= operator.evidence(desk)


def test_every_command_line_of_the_document_is_in_a_block_that_is_run() -> None:
    outside = re.sub(r"^```console\n.*?^```$", "", _TEXT, flags=re.MULTILINE | re.DOTALL)

    assert f"{_COMMAND} " not in outside
    assert sum(len(b.lines) for p in _PROCEDURES for b in p.blocks) == _TEXT.count("\n$ ")


def test_every_message_that_the_document_quotes_is_one_of_ours() -> None:
    said = "\n".join(_sentences())

    unknown = [quoted for quoted in _QUOTED_MESSAGE.findall(_TEXT) if quoted not in said]

    assert unknown == []


def test_every_link_of_the_document_leads_to_a_heading() -> None:
    anchors = {_anchor(title) for title in re.findall(r"^#{2,3} (.+)$", _TEXT, re.MULTILINE)}

    broken = [link for link in re.findall(r"\]\(#([^)]+)\)", _TEXT) if link not in anchors]

    assert broken == []


def test_an_answer_that_does_not_come_is_found() -> None:
    output = "premier  1\nsecond   2\ntroisième 3\n"

    assert missing_answer(("premier 1", "second …"), output) is None
    assert missing_answer(("second 2", "premier 1"), output) == "premier 1"
    assert missing_answer(("second",), output) == "second"


def _sentences() -> Iterator[str]:
    for package in ("exchange", "keys", "schemas"):
        for path in (DOCUMENT.parents[1] / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def _anchor(title: str) -> str:
    """Name a heading as the forge does."""
    kept = re.sub(r"[^\w\s-]", "", title.lower())
    return kept.replace(" ", "-")
