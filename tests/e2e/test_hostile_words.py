"""Every command, with a word that means nothing in the place of each of its words."""

import io
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeAlias

import click
import pytest

from exchange.cli.main import cli
from tests.fakes.answer import Answer
from tests.fakes.command_here import CommandHere
from tests.fakes.situation import Situation

Line: TypeAlias = Sequence[str | Path]
Run: TypeAlias = Callable[..., Answer]

# These make a home, or a key, whatever the words are.
_SPARED = {("init",), ("identity", "new"), ("approver", "new")}
_ENGLISH = re.compile(r"Traceback|Exception|Error|No such|Invalid|Usage:|\bnot\b")


def _commands(
    group: click.Group, names: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, (*names, name))
        else:
            yield (*names, name), command


_COMMANDS = {
    " ".join(names): (names, command)
    for names, command in _commands(cli)
    if names not in _SPARED and command.params
}


@pytest.fixture(name="home", scope="module")
def _home(published: Situation, tmp_path_factory: pytest.TempPathFactory) -> Situation:
    return published.copied_to(tmp_path_factory.mktemp("words"))


@pytest.fixture(name="run")
def _run(
    home: Situation,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    return partial(CommandHere(monkeypatch, capfd).run, home.departement.home)


@pytest.mark.parametrize(
    "word",
    [
        pytest.param(os.fsdecode(b"\xff"), id="no text"),
        pytest.param("\x1b[31m\nerreur : non", id="orders", marks=pytest.mark.long),
        pytest.param("9" * 5000, id="too long", marks=pytest.mark.long),
    ],
)
@pytest.mark.parametrize(("names", "command"), _COMMANDS.values(), ids=_COMMANDS)
def test_a_word_that_means_nothing_is_never_a_bug(
    run: Run, tmp_path: Path, names: tuple[str, ...], command: click.Command, word: str
) -> None:
    for line in _lines(command, word, tmp_path):
        _require_french(run(*names, *line))


def _lines(command: click.Command, word: str, folder: Path) -> Iterator[Line]:
    """Give command lines with the word in one place each, and what is required elsewhere."""
    taking = [p for p in command.params if not (isinstance(p, click.Option) and p.is_flag)]
    for strange in taking:
        line: list[str | Path] = []
        for parameter in sorted(taking, key=lambda p: isinstance(p, click.Argument)):
            if parameter is strange or parameter.required:
                value = word if parameter is strange else _plain_value(parameter, folder)
                name = parameter.opts[:1] if isinstance(parameter, click.Option) else []
                line += [*name, value]
        yield line


def _plain_value(parameter: click.Parameter, folder: Path) -> str | Path:
    match parameter.type:
        case click.Path(exists=True):
            (folder / "given").touch()
            return folder / "given"
        case click.Path():
            return folder / "made"
        case click.Choice(choices=choices):
            return str(choices[0])
        case click.DateTime():
            return "2023-02-01"
        case _:
            return "1"


def _require_french(answer: Answer) -> None:
    said = answer.output + answer.complaint
    assert answer.exit_code == 0 or "erreur : " in answer.complaint
    assert _ENGLISH.search(said) is None, said
    assert "\x1b" not in said
    assert re.search("^erreur : non", answer.complaint, re.MULTILINE) is None
