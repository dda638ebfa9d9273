"""A local key designates one person: found by it or by name, never doubled, never taken over."""

import pytest

from tests.fakes.operator import LOCAL_KEY, Operator, telephones_of
from tests.fakes.people import Person, people

_DOUBTFUL = "CLE_LOCALE_DOUTEUSE"
_ELSEWHERE = {
    "adresse": "3 place du Marché",
    "code_postal": "62400",
    "courriel": "autre@exemple.fr",
    "telephone": "06 11 22 33 44",
}
_RENAMED = {"nom": "NOUVEAU"}
_KEY, _OTHER_KEY, _NO_KEY = ({LOCAL_KEY: key} for key in ("A1", "A2", ""))


@pytest.fixture(name="known")
def _known() -> Person:
    """Somebody with every contact."""
    return next(p for p in people(300, seed=7) if p["courriel"] and p["telephone"])


@pytest.fixture(name="keyed")
def _keyed(operator: Operator) -> Operator:
    """An operator under an agreement that names a local key."""
    operator.revise_agreement(2, local_key=f'"{LOCAL_KEY}"', max_absent="250")
    return operator


def test_two_rows_of_one_key_contradict_each_other_whatever_they_share(
    keyed: Operator, known: Person
) -> None:
    judged = keyed.load(known | _KEY, known | _ELSEWHERE | _RENAMED | _KEY, dry_run=True)

    assert judged["counts"]["DOUBLON_CONTRADICTOIRE"] == 2


@pytest.mark.parametrize("changed", [_ELSEWHERE, _RENAMED], ids=["moved", "renamed"])
def test_the_key_and_the_names_or_a_contact_make_the_same_person(
    keyed: Operator, known: Person, changed: Person
) -> None:
    keyed.load(known | _KEY)

    loaded = keyed.load(known | changed | _KEY)

    assert (loaded["people"]["updated"], loaded["counts"]) == (1, {})


def test_a_key_given_again_to_somebody_else_replaces_nobody(keyed: Operator, known: Person) -> None:
    keyed.load(known | _KEY)
    stranger = known | _ELSEWHERE | _RENAMED | _KEY
    judged = keyed.load(stranger, dry_run=True)

    loaded = keyed.load(stranger)
    as_other = keyed.settle(2, "other")

    assert (judged["lines"], judged["people"]["held"]) == ([], 1)
    assert loaded["counts"] == {_DOUBTFUL: 1}
    assert as_other.exit_code == 3
    assert "held discard 2" in as_other.complaint
    assert [event["outcome"] for event in keyed.events("person.settled")] == ["refused"]
    assert len(telephones_of(known, keyed.send())) == 1


def test_a_doubtful_key_is_the_known_persons_when_an_operator_says_so(
    keyed: Operator, known: Person
) -> None:
    keyed.load(known | _KEY)
    keyed.load(known | _ELSEWHERE | _RENAMED | _KEY)
    released = keyed.run("held", "release", "2", "--reason", "instruction")

    settled = keyed.settle(2, "same")

    assert "person settle 2" in released.complaint
    assert settled.exit_code == 0, settled
    received = keyed.send()
    assert telephones_of(known, received) == []
    assert telephones_of(known | _RENAMED, received) == ["+33611223344"]


def test_who_was_known_by_name_is_given_the_key_and_stays_one_person(
    keyed: Operator, known: Person
) -> None:
    keyed.load(known | _NO_KEY)

    given = keyed.load(known | _KEY, mode="complement")
    renamed = keyed.load(known | _RENAMED | _KEY)

    assert (given["people"]["unchanged"], given["people"]["created"]) == (1, 0)
    assert (renamed["people"]["updated"], renamed["people"]["created"]) == (1, 0)


def test_who_was_known_by_name_and_shares_nothing_is_given_the_key_by_an_operator(
    keyed: Operator, known: Person
) -> None:
    keyed.load(known | _NO_KEY)

    held = keyed.load(known | _ELSEWHERE | _KEY)
    settled = keyed.settle(2, "same")
    again = keyed.load(known | _KEY)

    assert held["counts"] == {"HOMONYME_POSSIBLE": 1}
    assert settled.exit_code == 0, settled
    assert again["people"]["updated"] == 1


def test_a_row_without_its_key_finds_its_person_who_keeps_it(
    keyed: Operator, known: Person
) -> None:
    keyed.load(known | _KEY)

    without = keyed.load(known | {"adresse": "9 rue Neuve"} | _NO_KEY)
    stranger = keyed.load(known | _ELSEWHERE | _NO_KEY)
    settled = keyed.settle(2, "same")
    renamed = keyed.load(known | _ELSEWHERE | _RENAMED | _KEY)

    assert without["people"]["updated"] == 1
    assert stranger["counts"] == {"HOMONYME_POSSIBLE": 1}
    assert settled.exit_code == 0, settled
    assert renamed["people"]["updated"] == 1


def test_two_keys_do_not_share_one_known_person(keyed: Operator, known: Person) -> None:
    keyed.load(known | _NO_KEY)

    loaded = keyed.load(known | _KEY, known | _OTHER_KEY)
    first, second = keyed.settle(2, "same"), keyed.settle(3, "other")

    assert loaded["counts"] == {_DOUBTFUL: 2}
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert keyed.load(known | _KEY, known | _OTHER_KEY)["people"]["unchanged"] == 2


def test_a_renamed_person_and_a_row_of_the_former_name_are_both_held(
    keyed: Operator, known: Person
) -> None:
    keyed.load(known | _KEY)

    loaded = keyed.load(known | _RENAMED | _KEY, known | {"adresse": "9 rue Neuve"} | _NO_KEY)

    assert loaded["counts"] == {_DOUBTFUL: 2}


@pytest.mark.parametrize("fault", [{}, {"courriel": "sans arobase"}, {"date_entree": "04/05/2020"}])
def test_who_was_known_by_name_is_not_absent_from_a_list_with_keys(
    keyed: Operator, known: Person, fault: Person
) -> None:
    others = list(people(20, seed=8))
    keyed.load(*(person | _NO_KEY for person in (known, *others)))

    rows = [known | fault | _KEY, *(p | {LOCAL_KEY: f"B{n}"} for n, p in enumerate(others))]
    loaded = keyed.load(*rows, mode="liste-complete")

    # The two hundred of the prepared home.
    assert loaded["people"]["absent"] == 200
    assert loaded["people"]["created"] == 0
