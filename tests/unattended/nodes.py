"""More machines on one database and one folder, each with a home of its own."""

from dataclasses import dataclass
from pathlib import Path

from exchange.settings import HOME_VARIABLE
from tests.fakes.departement import Departement
from tests.fakes.home_database import home_variables


@dataclass(frozen=True, slots=True)
class Node(Departement):
    """One more machine: it sees the folder of the ``first``, and works on its database."""

    first: Departement

    def environment(self) -> dict[str, str]:
        """Give the environment of this machine's commands, with a TMPDIR of its own."""
        first = self.first.environment()
        temporary = self.folder / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        of_database = home_variables(self.first.home)
        return {**first, **of_database, HOME_VARIABLE: str(self.home), "TMPDIR": str(temporary)}


def join(first: Departement, folder: Path) -> Node:
    """Make the home of one more machine."""
    node = Node(folder, first)
    node.do(
        *("init", "--join", "--shared", first.home),
        *("--master-key", first.master_key),
        *("--checkpoints", first.home / "outside/checkpoints"),
    )
    return node
