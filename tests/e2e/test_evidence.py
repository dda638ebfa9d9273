"""The evidence, from the command line: tampering is named, proofs hold offline."""

import pytest

from tests.fakes.home_database import ask
from tests.fakes.situation import DGEFP, Situation


def _tamper(situation: Situation, *statements: str) -> None:
    ask(situation.departement.home, *statements)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM evidence_event WHERE leaf_index = 3",
        "UPDATE evidence_event SET event = replace(event, 'done', 'gone') WHERE leaf_index = 3",
    ],
)
def test_a_tampered_event_is_named_against_the_package_s_checkpoint(
    sent: Situation, statement: str
) -> None:
    _tamper(sent, statement)

    answer = sent.departement.run("audit", "verify", "--package", sent.package(DGEFP))

    assert answer.exit_code == 4
    assert "l'événement 3" in answer.complaint
    assert "prévenez le DPO" in answer.complaint


def test_a_failed_verification_is_seen_in_the_status(sent: Situation) -> None:
    _tamper(sent, "DELETE FROM evidence_event WHERE leaf_index = 3")
    sent.departement.run("audit", "verify")

    assert "DÉSACCORD" in sent.departement.do("status")


def test_a_truncated_log_is_found_and_signs_nothing_more(sent: Situation) -> None:
    _tamper(
        sent,
        "DELETE FROM evidence_event WHERE leaf_index > 5",
        "DELETE FROM evidence_node",
        "DELETE FROM evidence_head",
    )

    answer = sent.departement.run("audit", "verify", "--package", sent.package(DGEFP))

    assert answer.exit_code == 4


def test_every_act_of_the_thread_left_its_leaf(sent: Situation) -> None:
    listed = sent.departement.do("audit", "list", "--from", "0", "--json")

    for kind in (
        "home.created",
        "seal.installed",
        "agreement.loaded",
        "clock.set",
        "import.begun",
        "import.done",
        "deadline.declared_ready",
        "transfer.publishing",
        "transfer.published",
    ):
        assert f'"{kind}"' in listed


def test_a_refused_export_leaves_its_leaf(fresh: Situation) -> None:
    fresh.departement.run("export", "--deadline", "enquete-2", "--for-real")

    assert '"export.refused"' in fresh.departement.do("audit", "list", "--json")
