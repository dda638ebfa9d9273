"""Each command that a mail gives is typed: nobody is told to do what cannot be done so."""

import re
import shlex
from pathlib import Path

import pytest

from tests.fakes.command_here import CommandHere
from tests.fakes.situation import Situation

_TEXTS = Path(__file__).parents[1] / "vectors/notices"
_COMMAND = re.compile(r"^ +→ (?:.*[ :(])?spie-exchange ([a-z].*)$", re.MULTILINE)
_USAGE = 2
# What whoever reads the mail puts in their place.
_FILES = ("FICHIER.p7m", "CONVENTION.toml", "SIGNATURE.p7s", "CERTIFICAT.pem", "notices.toml")


def _commands() -> list[str]:
    texts = [path.read_text("utf-8") for path in sorted(_TEXTS.glob("*.txt"))]
    return sorted({command for text in texts for command in _COMMAND.findall(text)})


def test_the_ways_out_of_all_mails_are_found() -> None:
    said = "\n".join(path.read_text("utf-8") for path in _TEXTS.glob("*.txt"))
    ways = [line for line in said.splitlines() if line.lstrip().startswith("→ ")]

    named = [way for way in ways if re.search(r"(?<!stop )spie-exchange ", way)]

    assert len({*named}) >= len(_commands()) > 10
    assert [way for way in named if not _COMMAND.search(way)] == []


@pytest.mark.parametrize("command_line", _commands())
def test_a_way_out_is_a_command_as_it_is_typed(
    fresh: Situation,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    command_line: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in _FILES:
        (tmp_path / name).write_text("", "utf-8")

    answer = CommandHere(monkeypatch, capfd).run(fresh.departement.home, *shlex.split(command_line))

    assert answer.exit_code != _USAGE, answer
    assert "Traceback" not in answer.complaint
