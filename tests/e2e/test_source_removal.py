"""``import --destroy-source``: the file goes once its rows are in the base, and only then."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from exchange.audit.events import EventKind
from exchange.errors import AttentionError
from exchange.home_opening import open_service
from exchange.intake.source_removal import examine_removable, remove_source
from exchange.settings import settings_from
from tests.fakes.command_here import CommandHere
from tests.fakes.home_database import home_variables
from tests.fakes.local_exports import write_clean_export
from tests.fakes.private_mounts import read_only, run_with_mounts
from tests.fakes.situation import AGREEMENT, Situation

Damage = Callable[[Path], object]


def _outcomes(command: CommandHere, situation: Situation) -> list[str]:
    words = ("audit", "list", "--kind", EventKind.SOURCE_REMOVED, "--json")
    events = json.loads(command.run(situation.departement.home, *words).output)
    return [event["outcome"] for event in events]


def test_the_source_goes_once_its_rows_are_in_the_base(
    command: CommandHere, fresh: Situation
) -> None:
    answer = command.run(
        fresh.departement.home, "import", fresh.source, "--attest", "--destroy-source"
    )

    assert answer.exit_code == 0, answer
    assert not fresh.source.exists()
    assert "Ses blocs ne sont pas écrasés" in answer.complaint
    assert "toujours là" not in answer.complaint
    assert _outcomes(command, fresh) == ["begun", "done"]


@pytest.mark.parametrize("destroying", [True, False])
def test_a_machine_is_told_once_and_last_whether_the_source_is_gone(
    command: CommandHere, fresh: Situation, *, destroying: bool
) -> None:
    option = ("--destroy-source",) if destroying else ()

    answer = command.run(
        fresh.departement.home, "import", fresh.source, "--attest", "--json", *option
    )

    document = json.loads(answer.output)
    assert answer.exit_code == 0, answer
    assert (document["kept"], document["source_destroyed"]) == (True, destroying)
    assert fresh.source.exists() is not destroying


def test_a_machine_is_told_that_the_source_could_not_be_removed(fresh: Situation) -> None:
    words = ("import", fresh.source, "--attest", "--json", "--destroy-source")

    # A file that something is mounted on keeps its name.
    answer = run_with_mounts(fresh.departement, read_only(fresh.source), *words)

    document = json.loads(answer.output)
    assert answer.exit_code == 1, answer
    assert (document["kept"], document["source_destroyed"]) == (True, False)
    assert fresh.source.exists()


@pytest.mark.parametrize("option", ["--dry-run", "--json"])
def test_the_source_stays_when_nothing_was_taken_in(
    command: CommandHere, fresh: Situation, option: str
) -> None:
    words = ("import", fresh.source, "--destroy-source", option)

    answer = command.run(fresh.departement.home, *words)

    assert answer.exit_code == 3
    assert fresh.source.exists()
    assert _outcomes(command, fresh) == []


def test_the_source_of_a_refused_load_stays(command: CommandHere, fresh: Situation) -> None:
    fresh.source.write_bytes(fresh.source.read_bytes().replace(b"/", b"?"))

    answer = command.run(
        fresh.departement.home, "import", fresh.source, "--attest", "--destroy-source"
    )

    assert answer.exit_code == 3
    assert "toujours là" in answer.complaint
    assert fresh.source.exists()


def _link(source: Path) -> None:
    source.rename(source.with_name("real.csv"))
    source.symlink_to("real.csv")


def _make_folder(source: Path) -> None:
    source.unlink()
    source.mkdir()


_NOT_REMOVABLE: dict[str, Damage] = {
    "un lien": _link,
    "un autre nom": lambda source: os.link(source, source.with_name("other.csv")),
    "lien ou un dossier": _make_folder,
    "introuvable": Path.unlink,
}


@pytest.mark.parametrize(("said", "damage"), _NOT_REMOVABLE.items(), ids=list(_NOT_REMOVABLE))
def test_a_source_that_must_stay_is_refused_before_it_is_read(  # (1)
    command: CommandHere, fresh: Situation, said: str, damage: Damage
) -> None:
    home = fresh.departement.home
    damage(fresh.source)

    answer = command.run(home, "import", fresh.source, "--attest", "--destroy-source")

    loads = json.loads(
        command.run(home, "audit", "list", "--kind", "import.begun", "--json").output
    )
    assert answer.exit_code == 3
    assert said in answer.complaint
    assert len(loads) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_account_is_refused(
    command: CommandHere, fresh: Situation
) -> None:  # (1)
    os.chown(fresh.source, 65534, 65534)

    answer = command.run(
        fresh.departement.home, "import", fresh.source, "--attest", "--destroy-source"
    )

    assert "un autre compte" in answer.complaint
    assert fresh.source.exists()


def test_a_file_that_changed_since_stays(command: CommandHere, fresh: Situation) -> None:  # (3)
    home = fresh.departement.home
    source = examine_removable(fresh.source)
    write_clean_export(fresh.source, 3)

    with (
        open_service(settings_from(home_variables(home)), inspecting=False) as service,
        pytest.raises(AttentionError, match="a changé pendant ou après sa lecture"),
    ):
        remove_source(service.database, source, AGREEMENT, "load")

    assert fresh.source.exists()
    assert _outcomes(command, fresh) == ["begun", "failed"]  # (4)
