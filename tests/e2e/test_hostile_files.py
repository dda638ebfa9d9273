"""Files made to harm, through the real command: a French refusal, and nothing kept of them."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.fakes.answer import Answer
from tests.fakes.command_here import CommandHere
from tests.fakes.situation import Situation
from tests.hostile.commands import Role, words_for
from tests.hostile.hostile_files import EVERYWHERE, HOSTILE_FILES, HostileFile, Make
from tests.hostile.kept import kept
from tests.hostile.soundness import CANARY

Run = Callable[..., Answer]

_ENGLISH = re.compile(
    r"Traceback|Exception|Error|Warning|No such|denied|Invalid|\bnot\b|Is a |may "
)


@pytest.fixture(name="home", scope="module")
def _home(published: Situation, tmp_path_factory: pytest.TempPathFactory) -> Situation:
    """A home that has sent, for refusals only: they leave nothing but evidence."""
    return published.copied_to(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(name="run")
def _run(
    home: Situation, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Run:
    return partial(CommandHere(monkeypatch, capfd).run, home.departement.home)


@pytest.mark.parametrize("hostile", HOSTILE_FILES, ids=lambda hostile: hostile.name)
def test_a_hostile_file_is_refused_in_french_and_leaves_nothing(
    home: Situation, run: Run, tmp_path: Path, hostile: HostileFile
) -> None:
    file, out = tmp_path / "file", tmp_path / "out"
    hostile.make(file, home)
    before = kept(home)

    answer = run(*words_for(hostile.role, file, home, out))

    _require_clean(answer, home)
    assert answer.exit_code == hostile.exit_code
    assert kept(home) == before
    assert not out.exists()


@pytest.mark.parametrize("role", Role, ids=str)
@pytest.mark.parametrize("make", EVERYWHERE.values(), ids=EVERYWHERE)
def test_what_no_document_is_is_refused_as_any_document(
    home: Situation, run: Run, tmp_path: Path, role: Role, make: Make
) -> None:
    file, out = tmp_path / "file", tmp_path / "out"
    make(file, home)
    before = kept(home)

    answer = run(*words_for(role, file, home, out))

    _require_clean(answer, home)
    assert kept(home) == before
    assert not out.exists()


def _require_clean(answer: Answer, home: Situation) -> None:
    said = answer.output + answer.complaint
    assert answer.exit_code not in {0, 2, -9}, said
    assert "erreur : " in answer.complaint
    assert "conseil : " in answer.complaint, said
    assert _ENGLISH.search(said) is None, said
    assert CANARY not in said
    assert re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", said) is None
    assert not any(CANARY.encode() in content for content in _contents(home.departement.folder))


def _contents(folder: Path) -> Iterator[bytes]:
    return (path.read_bytes() for path in folder.rglob("*") if path.is_file())
