"""A file that lists everybody: who is missing leaves the next transfers, up to a limit."""

import json

import pytest

from tests.fakes.local_exports import PEOPLE_SEED
from tests.fakes.operator import Operator
from tests.fakes.people import Person, people
from tests.fakes.situation import DEADLINE

_COMPLETE = "liste-complete"


@pytest.fixture(name="everybody")
def _everybody() -> list[Person]:
    """The 200 people of the prepared home."""
    return list(people(200, PEOPLE_SEED))


@pytest.fixture(name="limited")
def _limited(operator: Operator) -> Operator:
    """An operator under an agreement that lets ten people be absent."""
    operator.revise_agreement(2, max_absent="10")
    return operator


def test_a_dry_run_counts_who_is_created_changed_unchanged_and_absent(
    limited: Operator, everybody: list[Person]
) -> None:
    newcomer = next(people(1, seed=8))
    changed = everybody[0] | {"date_entree": "04/05/2022"}

    judged = limited.load(newcomer, changed, *everybody[1:197], dry_run=True, mode=_COMPLETE)
    loaded = limited.load(newcomer, changed, *everybody[1:197], mode=_COMPLETE)

    assert judged["people"] == loaded["people"]
    assert loaded["people"] == {
        "created": 1,
        "updated": 1,
        "unchanged": 196,
        "held": 0,
        "objecting": 0,
        "absent": 3,
        "superseded": 0,
    }
    assert (judged["kept"], loaded["kept"]) == (False, True)


def test_absent_people_are_not_sent_and_come_back_by_appearing(
    limited: Operator, everybody: list[Person]
) -> None:
    limited.load(*everybody[:195], mode=_COMPLETE)
    without = limited.preview()
    limited.load(everybody[199])

    with_one = limited.preview()

    assert (without["rows"], without["absent"]) == (195, 5)
    assert (with_one["rows"], with_one["absent"]) == (196, 4)
    received = limited.send()
    assert len(received) == 196
    assert everybody[199]["courriel"].casefold() in {row["courriel"].casefold() for row in received}


def test_who_would_not_be_sent_is_counted_apart(limited: Operator, everybody: list[Person]) -> None:
    later = next(people(1, seed=8)) | {"date_entree": "15/01/2023"}
    limited.load(later, *everybody[:195], mode=_COMPLETE)
    limited.object(everybody[0])

    declared = limited.run("deadline", "ready", DEADLINE)
    (agreement,) = json.loads(limited.run("status", "--json").output)["agreements"]
    status = limited.run("status").output

    assert limited.preview()["rows"] == 194
    assert "194 personnes à envoyer" in declared.output
    labels = ("absentes de la liste complète", "écartées (opposition)", "entrées après l'arrêté")
    assert [_counted(declared.output, label) for label in labels] == [5, 1, 1]
    assert [agreement[name] for name in ("people", "absent", "objecting")] == [195, 5, 1]
    assert [_counted(status, label) for label in labels[:2]] == [5, 1]
    assert limited.events("deadline.declared_ready")[-1]["details"]["people"] == 194


def _counted(output: str, label: str) -> int:
    (line,) = (line for line in output.splitlines() if line.strip().startswith(label))
    return int(line.split()[-1])


def test_who_was_absent_before_does_not_count_again(
    limited: Operator, everybody: list[Person]
) -> None:
    limited.load(*everybody[:192], mode=_COMPLETE)

    loaded = limited.load(*everybody[:184], mode=_COMPLETE)

    assert (loaded["people"]["absent"], loaded["kept"]) == (8, True)


def test_more_absent_people_than_the_limit_stop_the_load(
    limited: Operator, everybody: list[Person]
) -> None:
    loaded = limited.load(next(people(1, seed=8)), *everybody[:189], mode=_COMPLETE)
    told = limited.run(
        *("import", limited.situation.folder / "rows.csv", "--attest", "--mode", _COMPLETE)
    )

    assert (loaded["people"]["absent"], loaded["kept"]) == (11, False)
    assert told.exit_code == 3
    assert "11 personnes connues ne sont pas dans ce fichier" in told.complaint
    assert "max_absent" in told.complaint
    assert limited.preview()["rows"] == 200
    assert [e["outcome"] for e in limited.events("import.refused")] == ["refused", "refused"]


@pytest.mark.parametrize(
    "fault",
    [{"courriel": "sans arobase"}, {"date_entree": "hier"}, {"date_entree": "04/05/2020"}],
    ids=["refused", "without an entry", "held"],
)
def test_a_row_that_says_whose_it_is_keeps_its_person_present(
    limited: Operator, everybody: list[Person], fault: Person
) -> None:
    loaded = limited.load(everybody[0] | fault, *everybody[1:], mode=_COMPLETE)

    assert loaded["people"]["absent"] == 0
    assert limited.preview()["rows"] == 200


def test_rows_that_do_not_say_whose_they_are_are_counted(
    limited: Operator, everybody: list[Person]
) -> None:
    loaded = limited.load(everybody[0] | {"nom": ""}, *everybody[1:], mode=_COMPLETE)
    told = limited.run(
        *("import", limited.situation.folder / "rows.csv", "--dry-run", "--mode", _COMPLETE)
    )

    assert (loaded["people"]["absent"], loaded["rows"]["unreadable"]) == (1, 1)
    assert "peut-être des absents" not in told.output


def test_contradictory_rows_and_an_objection_keep_their_people_present(
    limited: Operator, everybody: list[Person]
) -> None:
    limited.object(everybody[1])
    twice = everybody[0] | {"date_entree": "04/05/2022"}

    loaded = limited.load(*everybody, twice, mode=_COMPLETE)

    assert loaded["counts"] == {"DOUBLON_CONTRADICTOIRE": 2}
    assert (loaded["people"]["objecting"], loaded["people"]["absent"]) == (1, 0)


def test_without_a_limit_in_the_agreement_a_complete_list_is_refused(
    operator: Operator, everybody: list[Person]
) -> None:
    operator.load(*everybody)
    source = operator.situation.folder / "rows.csv"

    refused = operator.run("import", source, "--dry-run", "--mode", _COMPLETE)

    assert refused.exit_code == 3
    assert "inscrivez max_absent" in refused.complaint
    assert [e["outcome"] for e in operator.events("import.refused")] == ["refused"]


def test_the_agreement_names_the_mode_of_a_load_that_names_none(
    operator: Operator, everybody: list[Person]
) -> None:
    operator.revise_agreement(2, max_absent="10", import_mode=f'"{_COMPLETE}"')

    loaded = operator.load(*everybody[:199])
    (*_, event) = operator.events("import.done")

    assert (loaded["mode"], loaded["people"]["absent"]) == (_COMPLETE, 1)
    assert (event["details"]["mode"], event["details"]["absent"]) == (_COMPLETE, 1)


def test_a_complement_leaves_everybody_else_present(
    limited: Operator, everybody: list[Person]
) -> None:
    loaded = limited.load(everybody[0], mode="complement")

    assert loaded["people"]["absent"] == 0
    assert limited.preview()["rows"] == 200
