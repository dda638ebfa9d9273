"""Who objects is not taken in, not changed, not sent; and nothing says who it is."""

import json

import pytest

from tests.fakes.home_database import stored_bytes
from tests.fakes.operator import Operator, telephones_of
from tests.fakes.people import Person, people

_CASE = "DPO-2023-17"


@pytest.fixture(name="objector")
def _objector() -> Person:
    """Somebody with every contact."""
    return next(p for p in people(300, seed=7) if p["courriel"] and p["telephone"])


@pytest.fixture(name="neighbour")
def _neighbour() -> Person:
    """Somebody else."""
    return next(people(1, seed=8))


def test_who_is_known_and_objects_is_no_longer_sent(operator: Operator, objector: Person) -> None:
    operator.load(objector)
    before = operator.preview()

    added = operator.object(objector)
    after = operator.preview()

    assert added.exit_code == 0, added
    assert (before["rows"], before["objecting"]) == (201, 0)
    assert (after["rows"], after["objecting"]) == (200, 1)
    received = operator.send()
    assert len(received) == 200
    assert telephones_of(objector, received) == []


def test_who_is_not_known_yet_is_not_taken_in(
    operator: Operator, objector: Person, neighbour: Person
) -> None:
    operator.object(objector)

    judged = operator.load(objector, neighbour, dry_run=True)
    loaded = operator.load(objector, neighbour)

    assert judged["lines"] == loaded["lines"] == []
    assert judged["people"] == loaded["people"]
    assert (loaded["people"]["created"], loaded["people"]["objecting"]) == (1, 1)
    assert telephones_of(objector, operator.send()) == []


def test_who_is_known_and_objects_is_not_updated_either(
    operator: Operator, objector: Person
) -> None:
    operator.load(objector)
    operator.object(objector)

    loaded = operator.load(objector | {"telephone": "06 11 22 33 44"})
    (listed,) = json.loads(operator.run("objection", "list", "--json").output)
    operator.run("objection", "lift", listed["objection_id"], "--reason", "erreur-de-personne")

    assert loaded["people"]["updated"] == 0
    assert "+33611223344" not in telephones_of(objector, operator.send())


def test_however_the_name_is_written_it_is_the_same_person(
    operator: Operator, objector: Person
) -> None:
    operator.load(objector)

    operator.object(
        objector | {"nom": objector["nom"].lower(), "prenom": objector["prenom"].lower()}
    )

    assert operator.preview()["objecting"] == 1


def test_a_held_row_of_who_objects_is_neither_released_nor_settled(
    operator: Operator, objector: Person
) -> None:
    operator.load(objector | {"date_entree": "04/05/2020"})
    operator.object(objector)

    released = operator.run("held", "release", "2", "--reason", "entree-anterieure")

    assert released.exit_code == 3
    assert f"s'oppose (dossier {_CASE})" in released.complaint
    assert operator.held() == [(2, "ENTREE_HORS_PERIODE")]


def test_a_lifted_objection_holds_no_longer(operator: Operator, objector: Person) -> None:
    operator.object(objector)
    (listed,) = json.loads(operator.run("objection", "list", "--json").output)

    lift = ("objection", "lift", listed["objection_id"], "--reason", "retrait-par-la-personne")
    lifted, again = operator.run(*lift), operator.run(*lift)

    assert lifted.exit_code == 0, lifted
    assert again.exit_code == 3
    assert operator.load(objector)["people"]["created"] == 1


def test_the_list_and_the_evidence_hold_case_numbers_and_no_identity(
    operator: Operator, objector: Person
) -> None:
    answer = operator.object(objector)
    listed = operator.run("objection", "list")
    database = stored_bytes(operator.situation.departement.home)

    (event,) = operator.events("objection.added")

    assert event["details"]["case_number"] == _CASE
    assert _CASE in listed.output
    for said in (answer.output, answer.complaint, listed.output, json.dumps(event)):
        assert objector["nom"].casefold() not in said.casefold()
    assert objector["nom"].encode() not in database


def test_a_second_objection_of_one_person_is_refused_and_leaves_its_trace(
    operator: Operator, objector: Person
) -> None:
    operator.object(objector)

    again = operator.object(objector, "DPO-2023-18")

    assert again.exit_code == 3
    assert f"dossier {_CASE}" in again.complaint
    outcomes = [event["outcome"] for event in operator.events("objection.added")]
    assert sorted(outcomes) == ["done", "refused"]


@pytest.mark.parametrize(
    "case_number",
    ["DUPONT", "dpo-1", "Martin 12", "1" * 41, "", "É1", "DUPONT-MARIE-12.03.1971", "DURAND.A1"],
)
def test_a_case_number_that_could_be_a_name_is_refused(
    operator: Operator, objector: Person, case_number: str
) -> None:
    refused = operator.object(objector, case_number)

    assert refused.exit_code == 3
    assert "numéro de dossier" in refused.complaint
    assert operator.events("objection.added") == []


def test_a_purge_takes_the_list_with_the_records(operator: Operator, objector: Person) -> None:
    operator.object(objector)
    operator.run("clock", "set", "2023-09-30T10:00")

    operator.run("purge", "--for-real")

    assert json.loads(operator.run("objection", "list", "--json").output) == []
    assert operator.object(objector).exit_code == 3
