"""An operator at one home: loads rows, settles them, sends; and what the ministry then reads."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fakes.command_here import CommandHere
from tests.fakes.departement import Answer
from tests.fakes.people import Person, write_local_export
from tests.fakes.situation import DGEFP, Situation


@dataclass(frozen=True, slots=True)
class Operator:
    """Types commands on the home of a situation, in the test's own process."""

    command: CommandHere
    situation: Situation

    def run(self, *words: str | Path) -> Answer:
        """Run a command, whatever comes of it."""
        return self.command.run(self.situation.departement.home, *words)

    def load(self, *rows: Person, dry_run: bool = False, mode: str = "") -> dict[str, Any]:
        """Load rows and give the answer in JSON, that of a refused load included."""
        source = self.situation.folder / "rows.csv"
        write_local_export(source, rows)
        how = "--dry-run" if dry_run else "--attest"
        answer = self.run("import", source, how, "--json", *(("--mode", mode) if mode else ()))
        assert answer.exit_code in {0, 3}, answer
        document: dict[str, Any] = json.loads(answer.output)
        return document

    def held(self) -> list[tuple[int, str]]:
        """List (line, code) of the held rows."""
        rows = json.loads(self.run("held", "list", "--json").output)
        return [(row["line"], row["code"]) for row in rows]

    def settle(self, line: int, settled_as: str, *more: str) -> Answer:
        """Say whose a held row is."""
        words = ("--as", settled_as, "--reason", "dossier-verifie", *more)
        return self.run("person", "settle", str(line), *words)

    def events(self, kind: str) -> list[dict[str, Any]]:
        """Give the evidence of one kind."""
        events: list[dict[str, Any]] = json.loads(
            self.run("audit", "list", "--kind", kind, "--json").output
        )
        return events

    def send(self) -> list[Person]:
        """Send what is due, and give the people whom the ministry finds in its package."""
        sent = self.run("export", "--for-real")
        assert sent.exit_code == 0, sent
        folder = self.situation.folder / "opened"
        opened = self.run(
            *("open", self.situation.package(DGEFP), "--accept-trial", "--out", folder),
            *("--identity", self.situation.keys(DGEFP) / "identity.txt"),
            *("--sender-cert", self.situation.departement.seal_certificate),
        )
        assert opened.exit_code == 0, opened
        (table,) = folder.glob("*.csv")
        with table.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file, delimiter=";"))


def telephones_of(person: Person, received: list[Person]) -> list[str]:
    """Give the telephones of everybody of that name and first name."""
    return sorted(row["telephone"] for row in received if _name(row) == _name(person))


def _name(person: Person) -> tuple[str, str]:
    return person["nom"].casefold(), person["prenom"].casefold()
