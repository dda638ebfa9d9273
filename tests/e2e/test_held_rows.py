"""Rows that wait while other files are loaded: none overwrites newer data, none goes unsaid."""

import pytest

from tests.fakes.operator import Operator, telephones_of
from tests.fakes.people import Person, people

_OUT_OF_PERIOD = "ENTREE_HORS_PERIODE"
_COMPLETE = "liste-complete"
_EARLY = {"date_entree": "04/05/2020"}
_ELSEWHERE = {
    "adresse": "3 place du Marché",
    "code_postal": "62400",
    "courriel": "autre@exemple.fr",
    "telephone": "06 11 22 33 44",
}


@pytest.fixture(name="known")
def _known() -> Person:
    """Somebody with every contact."""
    return next(p for p in people(300, seed=7) if p["courriel"] and p["telephone"])


@pytest.fixture(name="neighbour")
def _neighbour() -> Person:
    """Somebody else."""
    return next(people(1, seed=8))


def test_a_held_row_does_not_overwrite_what_a_later_file_said(
    operator: Operator, known: Person
) -> None:
    operator.load(known)
    operator.load(known | _ELSEWHERE)
    operator.load(known | {"telephone": "06 99 88 77 66"})

    settled = operator.settle(2, "same")

    assert settled.exit_code == 3
    assert "plus récent" in settled.complaint
    assert "held discard 2" in settled.complaint
    assert [event["outcome"] for event in operator.events("person.settled")] == ["refused"]
    assert telephones_of(known, operator.send()) == ["+33699887766"]


def test_a_later_file_that_changes_nothing_is_later_all_the_same(
    operator: Operator, known: Person
) -> None:
    operator.load(known)
    operator.load(known | _ELSEWHERE)
    operator.load(known)

    settled = operator.settle(2, "same")

    assert settled.exit_code == 3


def test_the_order_of_loads_is_not_that_of_the_clock(operator: Operator, known: Person) -> None:
    operator.load(known)
    operator.load(known | _ELSEWHERE)
    operator.run("clock", "set", "2023-01-30T10:00")
    operator.load(known | {"telephone": "06 99 88 77 66"})

    settled = operator.settle(2, "same")

    assert settled.exit_code == 3


def test_a_held_row_of_another_person_is_taken_in_after_a_later_file(
    operator: Operator, known: Person
) -> None:
    operator.load(known)
    operator.load(known | _ELSEWHERE)
    operator.load(known | {"telephone": "06 99 88 77 66"})

    settled = operator.settle(2, "other")

    assert settled.exit_code == 0, settled
    assert telephones_of(known, operator.send()) == ["+33611223344", "+33699887766"]


@pytest.mark.parametrize("is_known", [True, False])
def test_a_row_held_before_a_complete_list_brings_nobody_back(
    operator: Operator,
    known: Person,
    neighbour: Person,
    is_known: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    operator.revise_agreement(2, max_absent="250")
    operator.load(known if is_known else neighbour)
    operator.load(known | _EARLY)
    operator.load(neighbour, mode=_COMPLETE)

    released = operator.run("held", "release", "2", "--reason", "instruction")

    assert released.exit_code == 3
    assert "liste complète plus récente" in released.complaint
    assert [event["outcome"] for event in operator.events("held.released")] == ["refused"]
    assert telephones_of(known, operator.send()) == []


def test_a_row_held_after_a_complete_list_brings_its_person_back(
    operator: Operator, known: Person, neighbour: Person
) -> None:
    operator.revise_agreement(2, max_absent="250")
    operator.load(known)
    operator.load(neighbour, mode=_COMPLETE)
    operator.load(known | _ELSEWHERE)

    settled = operator.settle(2, "same")

    assert settled.exit_code == 0, settled
    assert telephones_of(known, operator.send()) == ["+33611223344"]


def test_a_held_row_stays_when_a_later_one_may_be_of_another_person(
    operator: Operator, known: Person
) -> None:
    operator.load(known | _EARLY)

    loaded = operator.load(known | _ELSEWHERE)

    assert loaded["people"]["superseded"] == 0
    assert operator.held() == [(2, _OUT_OF_PERIOD)]


@pytest.mark.parametrize("later", [{}, _EARLY | {"courriel": ""}], ids=["taken in", "held again"])
def test_a_held_row_goes_for_a_later_one_of_its_person_and_is_counted(
    operator: Operator, known: Person, later: Person
) -> None:
    operator.load(known | _EARLY)

    foreseen = operator.load(known | later, dry_run=True)
    loaded = operator.load(known | later)

    assert foreseen["people"]["superseded"] == loaded["people"]["superseded"] == 1
    assert operator.held() == ([(2, _OUT_OF_PERIOD)] if later else [])
    assert [e["details"]["superseded"] for e in operator.events("import.done")][-1] == 1


def test_a_discarded_row_is_gone_and_the_evidence_says_so(
    operator: Operator, known: Person
) -> None:
    operator.load(known | _EARLY)

    discarded = operator.run("held", "discard", "2", "--reason", "ligne-erronee")
    again = operator.run("held", "discard", "2", "--reason", "ligne-erronee")

    assert discarded.exit_code == 0, discarded
    assert again.exit_code == 3
    assert operator.held() == []
    (event,) = operator.events("held.discarded")
    assert (event["why"], event["details"]["code"]) == ("ligne-erronee", _OUT_OF_PERIOD)


def test_the_row_of_who_objects_can_be_discarded(operator: Operator, known: Person) -> None:
    operator.load(known | _EARLY)
    operator.object(known)

    discarded = operator.run("held", "discard", "2", "--reason", "instruction")

    assert discarded.exit_code == 0, discarded
