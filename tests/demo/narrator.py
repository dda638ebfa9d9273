"""Telling the story: each step timed, each command shown as it is typed, with its answer."""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_COMMAND = Path(sys.executable).with_name("spie-exchange")
_SHOWN_LINES = 24
_SHOWN_COLUMNS = 240


class StepFailedError(Exception):
    """A command of the story did not end as the story says."""


@dataclass(slots=True)
class Narrator:
    """Runs the story's commands and prints them; ``folder`` is what paths are shown from."""

    folder: Path
    started_at: float = field(default_factory=time.monotonic)
    timings: list[tuple[str, float]] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    _chapter: str = ""
    _chapter_at: float = 0.0

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        self.end_chapter()
        self._chapter, self._chapter_at = title, time.monotonic()
        print(f"\n━━ {len(self.timings) + 1}. {title} ".ljust(96, "━"), flush=True)

    def end_chapter(self) -> None:
        """Note how long the chapter took."""
        if self._chapter:
            self.timings.append((self._chapter, time.monotonic() - self._chapter_at))
            self._chapter = ""

    def tell(self, text: str) -> None:
        """Say a sentence."""
        print(f"\n{text}", flush=True)

    def run(
        self, *words: str | Path, home: Path | None = None, exit_code: int = 0, quiet: bool = False
    ) -> str:
        """Run ``spie-exchange`` and show it; give its standard output.

        Raises ``StepFailedError`` when it does not end with ``exit_code``.
        """
        environment = {**os.environ, "TERM": "dumb", "COLUMNS": "110"}
        if home is not None:
            environment["SPIE_EXCHANGE_HOME"] = str(home)
        done = self._execute([str(_COMMAND), *map(str, words)], environment, self.folder)
        self.show(f"spie-exchange {self._typed(words)}", "" if quiet else done.stdout + done.stderr)
        if done.returncode != exit_code:
            raise StepFailedError(f"{words}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def run_shell(self, lines: str, folder: Path) -> str:
        """Run stock lines as they are printed in the README; give their standard output."""
        done = self._execute(["sh", "-c", lines], {**os.environ, **self.variables}, folder)
        self.show(lines.rstrip(), done.stdout + done.stderr)
        if done.returncode != 0:
            raise StepFailedError(f"{lines}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def close(self) -> None:
        """Print how long each chapter took."""
        self.end_chapter()
        print(f"\n━━ Durées {'━' * 86}")
        for title, seconds in self.timings:
            print(f"  {seconds:6.1f} s  {title}")
        print(f"  {time.monotonic() - self.started_at:6.1f} s  en tout")

    def shortened(self, word: str | Path) -> str:
        """Give a word, a path as it is seen from the folder."""
        return str(word).replace(f"{self.folder}/", "")

    def show(self, command: str, answer: str = "") -> None:
        """Print what is typed, and the beginning of what it answers."""
        print("\n" + "\n".join(f"  $ {line}" for line in command.splitlines()))
        lines = self.shortened(answer).rstrip().splitlines()
        for line in lines[:_SHOWN_LINES]:
            print(f"    {line if len(line) <= _SHOWN_COLUMNS else line[:_SHOWN_COLUMNS] + ' …'}")
        if len(lines) > _SHOWN_LINES:
            print(f"    … ({len(lines) - _SHOWN_LINES} lignes de plus)")
        sys.stdout.flush()

    def _execute(
        self, words: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )

    def _typed(self, words: Sequence[str | Path]) -> str:
        return " ".join(shlex.quote(self.shortened(word)) for word in words)
