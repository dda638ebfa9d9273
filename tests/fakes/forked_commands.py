"""Real commands in processes of their own that cost no start: forked from one that waits.

``python -m tests.fakes.forked_commands`` is that one: it reads an order a line, forks, and
answers with a line.
"""

import atexit
import gc
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exchange.cli.main import main
from tests.fakes.answer import Answer
from tests.fakes.server_steps import cut_connections
from tests.fakes.steps import Stops, fail, install, lose_the_answer, send

if TYPE_CHECKING:
    from tests.fakes.departement import Departement

_NEVER = _FAIL = 0
_NO_STOPS = -3
_CUT = -1
_LOSE = -2
_STOPS = "stops"


@dataclass(frozen=True, slots=True)
class Forked:
    """A command that was forked: how it stands, and the stops it came to."""

    process: int
    answer: Answer | None
    stops: tuple[str, ...]

    @property
    def is_standing_still(self) -> bool:
        """Whether it stopped itself and waits to go on."""
        return self.answer is None


class ForkedCommands:
    """The process that waits, and how to speak to it, one order after another."""

    def __init__(self) -> None:
        """Start it."""
        self._turn = threading.Lock()
        self._owner = os.getpid()
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.forked_commands"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def end(self) -> None:
        """End it; a fork of who started it leaves it alone."""
        if os.getpid() == self._owner:
            self._server.communicate()

    def run(self, departement: "Departement", *words: str | Path) -> Answer:
        """Run a command to its end."""
        return _ended(self._fork(departement, words, _NEVER, _NO_STOPS))

    def stops_of(self, departement: "Departement", *words: str | Path) -> tuple[str, ...]:
        """Run a command to its end; name every stop it came to."""
        forked = self._fork(departement, words, _NEVER, _FAIL)
        assert _ended(forked).exit_code == 0, forked.answer
        return forked.stops

    def kill(self, departement: "Departement", at: int, *words: str | Path) -> Answer:
        """Run a command that kills itself at a stop, from 1."""
        return _ended(self._fork(departement, words, at, signal.SIGKILL))

    def fail(self, departement: "Departement", at: int, *words: str | Path) -> Answer:
        """Run a command whose disk fails at a stop, from 1."""
        return _ended(self._fork(departement, words, at, _FAIL))

    def cut(self, departement: "Departement", at: int, *words: str | Path) -> Answer:
        """Run a command whose connections the server ends at a stop, from 1."""
        return _ended(self._fork(departement, words, at, _CUT))

    def lose_the_answer(self, departement: "Departement", at: int, *words: str | Path) -> Answer:
        """Run a command that the answer of the server does not reach at a stop, from 1."""
        return _ended(self._fork(departement, words, at, _LOSE))

    def stand_still(self, departement: "Departement", at: int, *words: str | Path) -> Forked:
        """Run a command that stands still at a stop, from 1."""
        forked = self._fork(departement, words, at, signal.SIGSTOP)
        assert forked.is_standing_still, forked
        return forked

    def wake(self, forked: Forked) -> Answer:
        """Let a command that stands still go on to its end."""
        return _ended(self._ordered({"wake": forked.process}))

    def _fork(
        self, departement: "Departement", words: tuple[str | Path, ...], at: int, by: int
    ) -> Forked:
        order = {
            "environment": departement.environment(),
            "words": [str(word) for word in words],
            "at": at,
            "signal": by,
        }
        return self._ordered(order)

    def _ordered(self, order: dict[str, Any]) -> Forked:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        with self._turn:
            print(json.dumps(order), file=self._server.stdin, flush=True)
            document = json.loads(self._server.stdout.readline())
        answer = Answer(*document["answer"]) if document["answer"] else None
        return Forked(document["process"], answer, tuple(document["stops"]))


@cache
def shared_commands() -> ForkedCommands:
    """Give the one that everybody in this process speaks to, until the process ends."""
    commands = ForkedCommands()
    atexit.register(commands.end)
    return commands


def stop_named(pattern: str, stops: Sequence[str]) -> int:
    """Number the first stop whose name has a form, or another, as a shell would match it."""
    forms = pattern.split(" | ")
    return next(
        number for number, name in enumerate(stops, 1) if any(fnmatch(name, form) for form in forms)
    )


def _ended(forked: Forked) -> Answer:
    assert forked.answer is not None
    return forked.answer


def serve() -> None:
    """Obey until there are no more orders."""
    # What was imported is never looked through again: no fork copies it to find it in use.
    gc.collect()
    gc.freeze()
    folders: dict[int, Path] = {}
    for line in sys.stdin:
        order = json.loads(line)
        process = order.get("wake") or _forked(order, folders)
        if "wake" in order:
            os.kill(process, signal.SIGCONT)
        _, status = os.waitpid(process, os.WUNTRACED)
        sys.stdout.write(json.dumps(_document(process, status, folders[process])) + "\n")
        sys.stdout.flush()
        if not os.WIFSTOPPED(status):
            shutil.rmtree(folders.pop(process))


def _forked(order: dict[str, Any], folders: dict[int, Path]) -> int:
    folder = Path(tempfile.mkdtemp(prefix="forked-"))
    process = os.fork()
    if process == 0:
        # Not os._exit: what happens as a command ends is the command's too.
        sys.exit(_become(order, folder))
    folders[process] = folder
    return process


def _become(order: dict[str, Any], folder: Path) -> int:
    os.environ.clear()
    os.environ.update(order["environment"])
    tempfile.tempdir = order["environment"]["TMPDIR"]
    sys.argv = ["spie-exchange", *order["words"]]
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for descriptor in (1, 2):
        os.dup2(os.open(folder / str(descriptor), os.O_WRONLY | os.O_CREAT), descriptor)
    stops = _stops(order)
    exit_code = _exit_code_of_main()
    (folder / _STOPS).write_text("\n".join(stops), "utf-8")
    return exit_code


def _stops(order: dict[str, Any]) -> list[str]:
    how = order["signal"]
    if how == _NO_STOPS:
        return []
    faults = {_FAIL: fail, _CUT: cut_connections, _LOSE: lose_the_answer}
    stops = Stops(order["at"], faults.get(how, partial(send, how)))
    install(stops)
    return stops.names


def _exit_code_of_main() -> int:
    try:
        main()
    except SystemExit as leaving:
        return int(leaving.code or 0)
    except BaseException:  # noqa: BLE001 - a bug's traceback is for the test to see
        traceback.print_exc()
        return 1
    return 0


def _document(process: int, status: int, folder: Path) -> dict[str, Any]:
    if os.WIFSTOPPED(status):
        return {"process": process, "answer": None, "stops": []}
    output, complaint = ((folder / name).read_text("utf-8") for name in ("1", "2"))
    stops = folder / _STOPS
    return {
        "process": process,
        "answer": [os.waitstatus_to_exitcode(status), output, complaint],
        "stops": stops.read_text("utf-8").splitlines() if stops.exists() else [],
    }


if __name__ == "__main__":
    serve()
