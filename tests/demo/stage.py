"""Where a story takes place: a Département and a ministry, each with its folder and keys."""

import csv
from dataclasses import dataclass
from pathlib import Path

AGREEMENT, DEADLINE = "spie-62", "enquete-1"
DGEFP, PROVIDER, ANALYST = "dgefp", "prestataire-enquete", "dares"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the story takes place."""

    folder: Path

    @property
    def home(self) -> Path:
        """The Département's home."""
        return self.folder / "departement/home"

    @property
    def master_key(self) -> Path:
        """The master key that the trial home chose."""
        return self.home / "outside/master.key"

    @property
    def agreement(self) -> Path:
        """The agreement both sides signed."""
        return self.folder / "departement/convention.toml"

    @property
    def approver(self) -> Path:
        """The data protection officer's own folder."""
        return self.folder / "dpo"

    @property
    def source(self) -> Path:
        """The local system's export."""
        return self.folder / "departement/export_local.csv"

    @property
    def report(self) -> Path:
        """The refusal report."""
        return self.folder / "departement/refus.csv"

    @property
    def seal(self) -> Path:
        """The seal's certificate, handed to the ministry by another channel."""
        return self.folder / "ministere/dept.pem"

    def keys(self, recipient_id: str) -> Path:
        """A recipient's private folder."""
        return self.folder / "ministere" / recipient_id

    def package(self, recipient_id: str) -> Path:
        """The package as the recipient received it."""
        return self.keys(recipient_id) / "paquet.asice"

    def header(self, account_id: str) -> Path:
        """The header with which a program calls the service, its token in it."""
        return self.folder / f"jetons/{account_id}.txt"


def reachable_by_mail(stage: Stage) -> dict[str, str]:
    """Find a person the DGEFP was sent whose address stands once in the source file."""
    opened = next((stage.keys(DGEFP) / "ouvert").glob("*.csv")).read_text("utf-8-sig")
    source = stage.source.read_text("cp1252")
    rows = csv.DictReader(opened.splitlines(), delimiter=";")
    return next(row for row in rows if row["courriel"] and source.count(row["courriel"]) == 1)
