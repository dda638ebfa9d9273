"""``docs/api.md`` is typed, line by line, against the real service."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange.accounts.authentication import Denial
from tests.fakes.http_service import HttpService, http_service
from tests.fakes.situation import Situation
from tests.operations.desk import Desk
from tests.operations.document import Procedure, missing_answer, procedures

_DOCUMENT = Path(__file__).parents[2] / "docs/api.md"
_TEXT = _DOCUMENT.read_text("utf-8")


@pytest.fixture(name="serving")
def _serving(sent: Situation) -> Iterator[HttpService]:
    with http_service(sent.departement) as service:
        yield service


@pytest.mark.long
def test_the_document_goes_as_it_is_written(
    sent: Situation, serving: HttpService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPIE", serving.at(""))
    folder = tmp_path / "bureau"
    folder.mkdir()
    desk = Desk(sent, folder)
    evidence: set[str] = set()
    for procedure in procedures(_TEXT):
        _go_through(procedure, desk)
        evidence |= procedure.evidence

    listed = desk.type("spie-exchange audit list --from 0 --json").output
    assert [kind for kind in evidence if f'"{kind}"' not in listed] == []


def test_every_problem_of_the_document_is_one_of_ours() -> None:
    sources = (_DOCUMENT.parents[1] / "exchange/web").rglob("*.py")
    said = "\n".join(path.read_text("utf-8") for path in sources)
    named = re.findall(r"^\| (`[^|]+`) \| \d{3} \|", _TEXT, re.MULTILINE)
    codes = [code for cell in named for code in re.findall(r"`([a-z-]+)`", cell)]

    written = {f"refuse-{denial}": denial for denial in Denial}
    assert codes
    assert [code for code in codes if f'"{code}"' not in said and code not in written] == []


def _go_through(procedure: Procedure, desk: Desk) -> None:
    for block in procedure.blocks:
        for name in block.arrivals:
            desk.receive(name)
        for typed in block.lines:
            answer = desk.type(typed.line)
            output = answer.output + answer.complaint
            assert answer.exit_code == typed.exit_code, (typed.line, output)
            assert missing_answer(typed.answers, output) is None, (typed.line, output)
