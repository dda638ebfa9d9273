"""An operator at one home: loads rows, settles them, sends; and what the ministry then reads."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fakes.answer import Answer
from tests.fakes.command_here import CommandHere
from tests.fakes.opened_rows import opened_rows
from tests.fakes.people import LOCAL_COLUMNS, Person, write_local_export
from tests.fakes.situation import AGREEMENT, DEADLINE, DGEFP, Situation

LOCAL_KEY = "ID_PARCOURS"
"""The local system's own key of a person, for rows that have one."""


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
        keyed = {LOCAL_KEY: LOCAL_KEY} if LOCAL_KEY in rows[0] else {}
        write_local_export(source, rows, columns={**LOCAL_COLUMNS, **keyed})
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
            self.run("audit", "list", "--from", "0", "--kind", kind, "--json").output
        )
        return events

    def object(self, person: Person, case_number: str = "DPO-2023-17") -> Answer:
        """Enter the objection of somebody, as a script does: three lines."""
        lines = "\n".join(person[name] for name in ("nom", "prenom", "date_naissance"))
        return self.object_as(lines, case_number)

    def object_as(self, typed: str, case_number: str = "DPO-2023-17") -> Answer:
        """Enter the objection of whoever is designated on standard input."""
        words = ("objection", "add", "--case", case_number, "--reason", "article-21")
        return self.command.run(self.situation.departement.home, *words, typed=typed)

    def revise_agreement(self, version: int, **values: str) -> None:
        """Load a version of the agreement with values, in TOML, of its first table."""
        text = self.situation.agreement.read_text("utf-8")
        for name, value in {"version": str(version), **values}.items():
            text, found = re.subn(rf"(?m)^(# )?{name} = .*$", f"{name} = {value}", text, count=1)
            assert found, name
        self.situation.agreement.write_text(text, "utf-8")
        loaded = self.run(*self.situation.loading())
        assert loaded.exit_code == 0, loaded

    def preview(self) -> dict[str, Any]:
        """Give the first dry run of an export."""
        previews = json.loads(self.run("export", "--json").output)
        return next(entry for entry in previews if entry["recipient"] == DGEFP)

    def send(self, deadline: str = DEADLINE) -> list[Person]:
        """Send what a deadline asks for; give the people whom the ministry then finds."""
        sent = self.run("export", "--deadline", deadline, "--for-real")
        assert sent.exit_code == 0, sent
        package = self.situation.departement.package(f"{AGREEMENT}_{deadline}_{DGEFP}_r1")
        folder = self.situation.folder / f"opened-{deadline}"
        opened = self.run("open", package, *self.situation.opening(DGEFP, folder))
        assert opened.exit_code == 0, opened
        return opened_rows(folder)


def telephones_of(person: Person, received: list[Person]) -> list[str]:
    """Give the telephones of everybody of that name and first name."""
    return sorted(row["telephone"] for row in received if _name(row) == _name(person))


def _name(person: Person) -> tuple[str, str]:
    return person["nom"].casefold(), person["prenom"].casefold()
