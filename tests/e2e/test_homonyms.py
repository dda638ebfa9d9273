"""Two people with one name and one birth date: held, settled, then told apart by every file."""

import json

import pytest

from tests.fakes.operator import Operator, telephones_of
from tests.fakes.people import Person, people

_CODE = "HOMONYME_POSSIBLE"
_ELSEWHERE = {
    "adresse": "3 place du Marché",
    "code_postal": "62400",
    "courriel": "autre@exemple.fr",
    "telephone": "06 11 22 33 44",
}
_THIRD = {
    "telephone": "06 55 44 33 22",
    "adresse": "",
    "code_postal": "",
    "courriel": "t@exemple.fr",
}
_UNCHANGED = {
    **dict.fromkeys(("created", "updated", "held", "objecting", "absent", "superseded"), 0),
}


@pytest.fixture(name="known")
def _known() -> Person:
    """Somebody with every contact."""
    return next(p for p in people(300, seed=7) if p["courriel"] and p["telephone"])


@pytest.fixture(name="other")
def _other(known: Person) -> Person:
    """Somebody else of the same name and birth date."""
    return known | _ELSEWHERE


def test_a_match_that_shares_no_contact_is_held_and_nothing_of_it_is_sent(
    operator: Operator, known: Person, other: Person
) -> None:
    operator.load(known)

    loaded = operator.load(other)

    assert loaded["counts"] == {_CODE: 1}
    assert loaded["people"]["held"] == 1
    assert operator.held() == [(2, _CODE)]
    assert "+33611223344" not in telephones_of(known, operator.send())


@pytest.mark.parametrize("columns", [("adresse", "code_postal"), ("courriel",), ("telephone",)])
def test_a_match_that_shares_one_contact_is_the_same_person(
    operator: Operator, known: Person, other: Person, columns: tuple[str, ...]
) -> None:
    operator.load(known)

    loaded = operator.load(other | {column: known[column] for column in columns})

    assert (loaded["people"]["updated"], loaded["people"]["held"]) == (1, 0)


def test_the_same_street_in_another_town_is_no_contact(
    operator: Operator, known: Person, other: Person
) -> None:
    operator.load(known | {"adresse": "1 rue de l'Église", "code_postal": "62000"})

    loaded = operator.load(other | {"adresse": "1 rue de l'Église", "code_postal": "62200"})

    assert loaded["people"]["held"] == 1


def test_a_line_of_two_loads_is_settled_only_where_it_is_said_which(
    operator: Operator, known: Person, other: Person
) -> None:
    operator.load(known)
    operator.load(other)
    operator.load(other | _THIRD)

    refused = operator.settle(2, "other")

    assert refused.exit_code == 3
    assert "désignez le chargement par --load" in refused.complaint
    assert operator.held() == [(2, _CODE), (2, _CODE)]


def test_a_load_that_stops_names_no_line_of_a_possible_homonym(
    operator: Operator, known: Person, other: Person
) -> None:
    operator.load(known)

    stopped = operator.load(other, known | {"telephone": "000", "prenom": "Autre"})

    assert _CODE not in {line["code"] for line in stopped["lines"]}
    assert operator.held() == []


def test_what_is_blank_is_shared_with_nobody(
    operator: Operator, known: Person, other: Person
) -> None:
    operator.load(known | {"courriel": ""})

    loaded = operator.load(other | {"courriel": ""})

    assert loaded["people"]["held"] == 1


def test_settled_as_another_person_both_are_sent_and_later_files_tell_them_apart(
    operator: Operator, known: Person, other: Person
) -> None:
    operator.load(known)
    operator.load(other)

    settled = operator.settle(2, "other")
    loaded = operator.load(known | {"adresse": "9 rue Neuve"}, other | {"adresse": "7 rue Basse"})

    assert settled.exit_code == 0, settled
    assert loaded["counts"] == {}
    assert loaded["people"] == _UNCHANGED | {"updated": 2, "unchanged": 0}
    assert len(telephones_of(known, operator.send())) == 2


def test_settled_as_the_same_the_row_replaces_what_was_known(
    operator: Operator, known: Person, other: Person
) -> None:
    operator.load(known)
    operator.load(other)

    settled = operator.settle(2, "same")

    assert settled.exit_code == 0, settled
    assert operator.held() == []
    assert telephones_of(known, operator.send()) == ["+33611223344"]


def test_two_strangers_of_one_file_are_both_held_and_both_settled(
    operator: Operator, known: Person, other: Person
) -> None:
    loaded = operator.load(known, other)

    too_early = operator.settle(3, "same")
    operator.settle(2, "other")
    operator.settle(3, "other")

    assert loaded["counts"] == {_CODE: 2}
    assert "personne n'est encore connu" in too_early.complaint
    assert operator.load(known, other)["people"] == _UNCHANGED | {"unchanged": 2}
    assert len(telephones_of(known, operator.send())) == 2


def test_two_rows_that_share_a_contact_still_contradict_each_other(
    operator: Operator, known: Person, other: Person
) -> None:
    loaded = operator.load(known, other | {"telephone": known["telephone"]})

    assert loaded["counts"] == {"DOUBLON_CONTRADICTOIRE": 2, "FICHIER_SEUIL_REFUS": 1}


def test_a_row_that_may_be_of_a_homonym_is_settled_and_not_released(
    operator: Operator, known: Person, other: Person
) -> None:
    operator.load(known)
    operator.load(other | {"date_entree": "04/05/2020"})
    released = operator.run("held", "release", "2", "--reason", "entree-anterieure")

    settled = operator.settle(2, "other")

    assert released.exit_code == 3
    assert "person settle 2" in released.complaint
    assert [event["outcome"] for event in operator.events("held.released")] == ["refused"]
    assert settled.exit_code == 0, settled


def test_a_row_held_for_another_reason_is_released_and_not_settled(
    operator: Operator, known: Person
) -> None:
    operator.load(known | {"date_entree": "04/05/2020"})

    settled = operator.settle(2, "other")

    assert settled.exit_code == 3
    assert "held release 2" in settled.complaint


def test_of_two_known_homonyms_the_operator_says_which(
    operator: Operator, known: Person, other: Person
) -> None:
    third = other | _THIRD
    operator.load(known)
    operator.load(other)
    operator.settle(2, "other")
    operator.load(third)

    unsaid, beyond = operator.settle(2, "same"), operator.settle(2, "same", "--rank", "3")
    second = operator.settle(2, "same", "--rank", "2")

    assert "--rank 1 à 2" in unsaid.complaint
    assert "rang 3" in beyond.complaint
    assert second.exit_code == 0, second
    assert operator.load(known, third)["people"] == _UNCHANGED | {"unchanged": 2}


def test_a_later_row_does_not_push_out_an_earlier_one_that_waits(
    operator: Operator, known: Person, other: Person
) -> None:
    operator.load(known)
    operator.load(other)

    operator.load(other | _THIRD)
    operator.load(known)

    assert operator.held() == [(2, _CODE), (2, _CODE)]


def test_a_dry_run_tells_the_number_of_possible_homonyms_and_no_line(
    operator: Operator, known: Person, other: Person
) -> None:
    operator.load(known)

    judged = operator.load(other, dry_run=True)

    assert (judged["lines"], judged["counts"]) == ([], {})
    assert judged["people"]["held"] == 1


def test_a_dry_run_names_contradictory_lines_whoever_is_known(
    operator: Operator, known: Person, other: Person
) -> None:
    rows = (known, other | {"telephone": known["telephone"]})
    unknown = operator.load(*rows, dry_run=True)
    operator.load(known)
    operator.load(other)
    operator.settle(2, "other")

    judged = operator.load(*rows, dry_run=True)

    assert judged["lines"] == unknown["lines"]


def test_the_settling_is_in_the_evidence_under_a_pseudonym(
    operator: Operator, known: Person, other: Person
) -> None:
    operator.load(known)
    operator.load(other)
    operator.settle(2, "other")

    (event,) = operator.events("person.settled")

    assert event["why"] == "dossier-verifie"
    assert known["nom"].casefold() not in json.dumps(event).casefold()
