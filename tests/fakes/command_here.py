"""The real command, run in the test's own process: many command lines in little time."""

import io
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from exchange.cli.main import main
from tests.fakes.answer import Answer
from tests.fakes.home_database import home_variables


@dataclass(frozen=True, slots=True)
class CommandHere:
    """Types command lines; a bug's traceback is raised to the test."""

    patch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]

    def run(self, home: Path, *words: str | Path, typed: str = "") -> Answer:
        """Run the command on a home, whatever comes of it; ``typed`` is its standard input."""
        self.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        for name, value in home_variables(home).items():
            self.patch.setenv(name, value)
        self.patch.setattr(sys, "argv", ["spie-exchange", *map(str, words)])
        exit_code: int | str | None = 0
        try:
            main()
        except SystemExit as leaving:
            exit_code = leaving.code
        return Answer(int(exit_code or 0), *self.capture.readouterr())
