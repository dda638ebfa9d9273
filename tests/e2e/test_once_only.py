"""One package a deadline and recipient, however many processes run."""

import hashlib
import json
import signal
import subprocess
import sys

import pytest

from exchange.packages.naming import waiting_path
from tests.fakes.command_here import CommandHere
from tests.fakes.situation import DEADLINE, DGEFP, RECIPIENTS, Situation

# The real command, killed right after the first call of one of publishing's functions.
_KILLED_AFTER = """
import functools, os, signal, sys

from exchange.cli.main import main
from exchange.transfers import publishing

*owners, name = sys.argv.pop(1).split(".")
owner = functools.reduce(getattr, owners, publishing)
real = getattr(owner, name)

def killed(*arguments):
    real(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(owner, name, killed)
main()
"""


def test_two_exports_started_together_make_one_package(fresh: Situation) -> None:
    command = ("export", "--deadline", DEADLINE, "--for-real")

    both = [fresh.departement.start(*command) for _ in range(2)]
    outputs = [process.communicate()[0] for process in both]

    assert [process.returncode for process in both] == [0, 0]
    assert fresh.outbox_names() == {fresh.package(name).name for name in RECIPIENTS}
    published = sum(output.count("publié :") for output in outputs)
    assert published == len(RECIPIENTS)


def test_a_second_export_changes_nothing(sent: Situation) -> None:
    before = {name: _digest(sent, name) for name in RECIPIENTS}

    output = sent.departement.do("export", "--deadline", DEADLINE, "--for-real")

    assert output.count("déjà envoyé") == len(RECIPIENTS)
    assert {name: _digest(sent, name) for name in RECIPIENTS} == before


def test_a_dry_run_sends_nothing(fresh: Situation) -> None:
    fresh.departement.do("export", "--deadline", DEADLINE)

    assert not any(fresh.package(name).exists() for name in RECIPIENTS)


def test_nothing_leaves_before_its_day(fresh: Situation) -> None:
    fresh.departement.do("clock", "set", "2023-01-16T05:59")

    answer = fresh.departement.run("export", "--deadline", DEADLINE, "--for-real")

    assert answer.exit_code == 3
    assert "16/01/2023 à 6 h" in answer.complaint
    assert not fresh.package("dgefp").exists()


def test_nothing_leaves_undeclared_when_the_agreement_holds(fresh: Situation) -> None:
    fresh.departement.do("clock", "set", "2023-07-28T10:00")

    answer = fresh.departement.run("export", "--deadline", "enquete-2", "--for-real")

    assert answer.exit_code == 3
    assert "déclarées prêtes" in answer.complaint


@pytest.mark.parametrize(
    ("function", "state", "lying"),
    [
        pytest.param("Publisher._take_up", "prepared", "nothing", id="1-lines-fixed"),
        pytest.param("build", "prepared", "waiting", id="1-written"),
        pytest.param("Publisher._write_and_verify", "prepared", "waiting", id="2-verified"),
        pytest.param("Publisher._seal_container", "sealed", "waiting", id="3-sealed"),
        pytest.param("Publisher._require_sealed_bytes", "sealed", "final", id="4-renamed"),
        pytest.param("Publisher._finish", "published", "final", id="5-published"),
    ],
)
def test_an_export_killed_after_a_numbered_step_is_finished_once(
    command: CommandHere, fresh: Situation, function: str, state: str, lying: str
) -> None:
    killed = _export_killed_after(fresh, function)
    between = _shown(command, fresh, DGEFP)
    lay = _lying(fresh, DGEFP)

    command.run(fresh.departement.home, "export", "--deadline", DEADLINE, "--for-real")

    assert killed == -signal.SIGKILL
    assert (between["state"], lay) == (state, lying)
    assert between["package_digest"] in {None, _digest(fresh, DGEFP)}
    for name in RECIPIENTS:
        assert _lying(fresh, name) == "final"
        assert _shown(command, fresh, name)["package_digest"] == _digest(fresh, name)
    assert command.run(fresh.departement.home, "audit", "verify").exit_code == 0


def _export_killed_after(situation: Situation, function: str) -> int:
    words = ("export", "--deadline", DEADLINE, "--for-real")
    return subprocess.run(
        [sys.executable, "-c", _KILLED_AFTER, function, *words],
        env=situation.departement.environment(),
        capture_output=True,
        check=False,
    ).returncode


def _shown(command: CommandHere, situation: Situation, recipient_id: str) -> dict[str, object]:
    transfer_id = situation.transfer_id(recipient_id)
    answer = command.run(situation.departement.home, "transfer", "show", transfer_id, "--json")
    shown: dict[str, object] = json.loads(answer.output)
    return shown


def _lying(situation: Situation, recipient_id: str) -> str:
    """Say under which name a package lies: its final one, or the one it waits under."""
    final = situation.package(recipient_id)
    names = {final.name: "final", waiting_path(final, 1).name: "waiting"}
    found = [names.get(path.name, path.name) for path in final.parent.glob(f"*_{DEADLINE}_*")]
    return " ".join(found) or "nothing"


def _digest(situation: Situation, recipient_id: str) -> str:
    return hashlib.sha256(situation.package(recipient_id).read_bytes()).hexdigest()
