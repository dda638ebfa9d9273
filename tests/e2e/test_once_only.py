"""One package a deadline and recipient, however many processes run."""

import hashlib

from tests.fakes.situation import DEADLINE, RECIPIENTS, Situation


def test_two_exports_started_together_make_one_package(fresh: Situation) -> None:
    command = ("export", "--deadline", DEADLINE, "--for-real")

    both = [fresh.departement.start(*command) for _ in range(2)]
    outputs = [process.communicate()[0] for process in both]

    assert [process.returncode for process in both] == [0, 0]
    for recipient_id in RECIPIENTS:
        outbox = fresh.package(recipient_id).parent
        assert [path.name for path in outbox.iterdir()] == [fresh.package(recipient_id).name]
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


def _digest(situation: Situation, recipient_id: str) -> str:
    return hashlib.sha256(situation.package(recipient_id).read_bytes()).hexdigest()
