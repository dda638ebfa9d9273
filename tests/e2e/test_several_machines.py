"""Several machines, each with a home of its own, on one server and one shared folder."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange.actors import machine_name
from tests.fakes.departement import Departement
from tests.fakes.home_database import SERVER_VARIABLE, ask
from tests.fakes.postgresql_server import PostgresqlServer
from tests.fakes.situation import DGEFP, PROVIDER, RECIPIENTS, Situation, prepare
from tests.unattended.absence import Absence
from tests.unattended.nodes import Node, join

# A server, and homes on it, take a minute; what one machine does there is in the short run.
pytestmark = pytest.mark.long

_PEOPLE, _SEED = 30, 62


@pytest.fixture(autouse=True, scope="module")
def _on_server(server: PostgresqlServer) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SERVER_VARIABLE, str(server.folder))
        yield


@pytest.fixture(name="first", scope="module")
def _first(_on_server: None, tmp_path_factory: pytest.TempPathFactory) -> Situation:
    return prepare(tmp_path_factory.mktemp("first"), _PEOPLE)


@pytest.fixture(name="situation")
def _situation(first: Situation, tmp_path: Path) -> Situation:
    return first.copied_to(tmp_path / "first")


@pytest.fixture(name="node")
def _node(situation: Situation, tmp_path: Path) -> Node:
    return join(situation.departement, tmp_path / "second")


def test_what_one_machine_publishes_the_other_answers_for(situation: Situation, node: Node) -> None:
    node.do("export", "--for-real")
    receipt = situation.folder / "accuse.p7m"
    receipt.write_bytes(situation.ministry(DGEFP).acknowledge(situation.package(DGEFP)))

    situation.departement.do("receipt", receipt)

    shown = node.do("transfer", "show", situation.transfer_id(DGEFP), "--json")
    assert json.loads(shown)["state"] == "acknowledged"
    assert situation.package(PROVIDER).exists()
    node.do("audit", "verify")


def test_which_machine_joined_is_in_the_evidence(node: Node) -> None:
    (joined,) = json.loads(node.do("audit", "list", "--kind", "home.joined", "--json"))

    assert joined["details"]["machine"] == machine_name()


def test_two_machines_that_export_together_make_one_package(
    situation: Situation, node: Node
) -> None:
    both = [home.start("export", "--for-real") for home in (situation.departement, node)]
    for process in both:
        process.communicate()

    assert [process.returncode for process in both] == [0, 0]
    assert situation.outbox_names() == {situation.package(name).name for name in RECIPIENTS}


def test_a_destruction_on_one_machine_is_one_on_all(situation: Situation, node: Node) -> None:
    node.do("export", "--for-real")
    situation.departement.do("clock", "set", "2023-09-30T10:00")

    node.do("purge", "--for-real")

    assert ask(situation.departement.home, "SELECT count(*) FROM person") == [(0,)]
    keys = situation.departement.do("keys", "list", "--json")
    assert "records" not in {key["purpose"] for key in json.loads(keys)["keys"]}
    assert situation.outbox_names() == set()
    situation.departement.do("audit", "verify")


def test_the_home_of_a_machine_holds_nothing_but_where_the_rest_lies(node: Node) -> None:
    node.do("export", "--for-real")

    files = sorted(path.name for path in node.home.rglob("*") if path.is_file())

    assert files == ["home.json"]


def test_a_machine_with_another_master_key_does_not_join(
    situation: Situation, tmp_path: Path
) -> None:
    node = Node(tmp_path / "second", situation.departement)
    stranger = tmp_path / "master.key"
    stranger.write_bytes(os.urandom(32))

    answer = node.run(
        *("init", "--join", "--shared", situation.departement.home),
        *("--master-key", stranger),
        *("--checkpoints", situation.departement.home / "outside/checkpoints"),
    )

    assert answer.exit_code != 0
    assert "Traceback" not in answer.complaint
    assert not node.home.exists()


def test_a_folder_that_belongs_to_another_home_is_not_joined(
    situation: Situation, first: Situation, tmp_path: Path
) -> None:
    shutil.copytree(first.folder, tmp_path / "other")
    other = Departement(tmp_path / "other/departement")
    shutil.rmtree(other.home / "outside")
    shutil.rmtree(other.home)
    other.do("init", "--trial")
    node = Node(tmp_path / "second", situation.departement)

    answer = node.run(
        *("init", "--join", "--shared", other.home),
        *("--master-key", other.master_key),
        *("--checkpoints", other.home / "outside/checkpoints"),
    )

    assert answer.exit_code != 0
    assert not node.home.exists()


def test_a_shared_folder_asks_for_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SERVER_VARIABLE)

    answer = Departement(tmp_path / "alone").run("init", "--trial", "--shared", tmp_path / "common")

    assert answer.exit_code == 3
    assert "PostgreSQL" in answer.complaint


@pytest.mark.parametrize(
    ("machines", "periods", "seconds"),
    [
        pytest.param(2, 4, 4, id="short"),
        pytest.param(3, 12, 12, id="long", marks=pytest.mark.long),
    ],
)
def test_every_period_is_served_once_whichever_machine_falls(
    situation: Situation, tmp_path: Path, machines: int, periods: int, seconds: float
) -> None:
    first = situation.departement
    homes = [first, *(join(first, tmp_path / f"node-{n}") for n in range(1, machines))]

    endured = Absence(situation, homes, periods, seconds, _SEED, _PEOPLE, lambda _: None).endure()

    assert endured.problems == ()
