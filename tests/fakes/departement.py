"""A Département with a home of its own, driven by the real command in real processes."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.fakes.answer import Answer
from tests.fakes.forked_commands import shared_commands
from tests.fakes.home_database import SQLITE_FILE, copy_database, home_variables

COMMAND = Path(sys.executable).with_name("spie-exchange")


@dataclass(frozen=True, slots=True)
class Departement:
    """One home; ``folder`` holds it and what lies around it."""

    folder: Path

    @property
    def home(self) -> Path:
        """The home itself."""
        return self.folder / "home"

    @property
    def database(self) -> Path:
        """The SQLite file, where there is one."""
        return self.home / SQLITE_FILE

    @property
    def seal_certificate(self) -> Path:
        """The seal's certificate."""
        return self.home / "seal.crt"

    @property
    def master_key(self) -> Path:
        """The master key a trial home chose."""
        return self.home / "outside/master.key"

    def run(self, *words: str | Path) -> Answer:
        """Run the command on this home, in a process of its own, whatever comes of it."""
        return shared_commands().run(self, *words)

    def do(self, *words: str | Path) -> str:
        """Run the command and give its output; a failure fails the test."""
        answer = self.run(*words)
        assert answer.exit_code == 0, (words, answer)
        return answer.output

    def start(
        self,
        *words: str | Path,
        typed: IO[bytes] | None = None,
        complaint: IO[str] | None = None,
    ) -> "subprocess.Popen[str]":
        """Start the command without waiting for it; ``typed`` is its standard input.

        ``complaint`` is the file for its standard error: a pipe that nobody reads stops it.
        """
        return subprocess.Popen(
            [str(COMMAND), *map(str, words)],
            env=self.environment(),
            stdin=typed,
            stdout=subprocess.PIPE,
            stderr=complaint or subprocess.PIPE,
            text=True,
        )

    def environment(self) -> dict[str, str]:
        """Give the environment of this home's commands, with a TMPDIR of its own."""
        temporary = self.folder / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        return {
            **os.environ,
            **home_variables(self.home),
            "TMPDIR": str(temporary),
            "TERM": "dumb",
            "COLUMNS": "200",
        }

    def rebase(self, old_home: Path) -> None:
        """Make a copied home speak of itself instead of the home it was copied from."""
        document = self.home / "home.json"
        text = document.read_text("utf-8")
        document.write_text(text.replace(str(old_home), str(self.home)), "utf-8")
        copy_database(old_home, self.home)

    def package(self, transfer_id: str) -> Path:
        """Find a published package of this trial home."""
        recipient = transfer_id.rsplit("_", 2)[1]
        return self.home / "outbox" / recipient / f"{transfer_id}.ESSAI.asice"
