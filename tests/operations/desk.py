"""The operator's desk: a home in the state a procedure begins from, and a folder beside it."""

import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final

from exchange.packages.naming import waiting_path
from tests.fakes.answer import Answer
from tests.fakes.departement import COMMAND
from tests.fakes.home_database import ask
from tests.fakes.second_account import SecondAccount
from tests.fakes.situation import DEADLINE, DGEFP, Situation
from tests.operations.arrivals import arrive


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the lines of the document are typed."""

    situation: Situation
    folder: Path

    def receive(self, name: str) -> None:
        """Put a file into the folder, as it would come in."""
        arrive(self.situation, name, self.folder)

    def type(self, line: str) -> Answer:
        """Type a line in a plain shell, with the command on its path."""
        environment = self.situation.departement.environment()
        done = subprocess.run(
            ["sh", "-c", line],
            cwd=self.folder,
            env=environment | {"PATH": f"{COMMAND.parent}:{environment['PATH']}"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True, slots=True)
class Origins:
    """The homes that desks are copied from."""

    prepared: Situation
    published: Situation

    def desk(self, start: str, folder: Path) -> Desk:
        """Set up a desk whose home is in the state of that name."""
        origin, change = _STARTS[start]
        situation = origin(self).copied_to(folder)
        change(situation)
        (folder / "bureau").mkdir()
        return Desk(situation, folder / "bureau")


def _nothing(_: Situation) -> None:
    """Leave the home as it was copied."""


def _fetch(situation: Situation) -> None:
    """Have the recipient fetch its package."""
    shutil.copy(situation.package(DGEFP), situation.keys(DGEFP) / "paquet.asice")


def _interrupt(situation: Situation) -> None:
    """Leave one package as a command killed between sealing and publishing it does."""
    package = situation.package(DGEFP)
    package.replace(waiting_path(package, 1))
    sealed = "UPDATE transfer SET state = 'sealed', published_at = NULL WHERE transfer_id = :it"
    ask(situation.departement.home, sealed, it=situation.transfer_id(DGEFP))


def _damage_package(situation: Situation) -> None:
    package = situation.package(DGEFP)
    data = bytearray(package.read_bytes())
    data[len(data) // 2] ^= 1
    package.write_bytes(data)


def _tamper(situation: Situation) -> None:
    ask(situation.departement.home, "DELETE FROM evidence_event WHERE leaf_index = 3")


def _set_clock_back(situation: Situation) -> None:
    """Date the last act of the log two hours from now, as the clock of the machine tells it."""
    last_act = (datetime.now(UTC) + timedelta(hours=2)).isoformat(timespec="microseconds")
    ask(situation.departement.home, "UPDATE evidence_head SET last_wall_at = :at", at=last_act)


def _allow_absences(situation: Situation) -> None:
    """Bring a version into force that says how many people a whole list may lack."""
    text = situation.agreement.read_text("utf-8")
    text = text.replace("version = 1\n", "version = 2\n", 1)
    situation.agreement.write_text(text.replace("# max_absent = 50", "max_absent = 10"), "utf-8")
    situation.departement.do(*situation.loading())


def _ask_for_approval(situation: Situation) -> None:
    """Bring a version into force that asks for two accounts; have a colleague prepare."""
    text = situation.agreement.read_text("utf-8")
    text = text.replace("version = 1\n", "version = 2\n", 1)
    situation.agreement.write_text(text.replace("# four_eyes = true", "four_eyes = true"), "utf-8")
    situation.departement.do(*situation.loading())
    SecondAccount(situation.departement).prepare(DEADLINE)


_STARTS: Final[Mapping[str, tuple[Callable[[Origins], Situation], Callable[[Situation], None]]]] = (
    MappingProxyType(
        {
            "prêt": (lambda origins: origins.prepared, _nothing),
            "envoyé": (lambda origins: origins.published, _fetch),
            "interrompu": (lambda origins: origins.published, _interrupt),
            "paquet altéré": (lambda origins: origins.published, _damage_package),
            "journal altéré": (lambda origins: origins.published, _tamper),
            "horloge en retard": (lambda origins: origins.published, _set_clock_back),
            "à approuver": (lambda origins: origins.prepared, _ask_for_approval),
            "liste complète": (lambda origins: origins.prepared, _allow_absences),
        }
    )
)
