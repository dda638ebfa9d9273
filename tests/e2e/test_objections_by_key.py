"""Objections where rows have the local system's key: by key or by name, it is one person."""

import json

import pytest

from tests.fakes.operator import LOCAL_KEY, Operator, telephones_of
from tests.fakes.people import Person, people

_OBJECTOR = next(p for p in people(300, seed=7) if p["courriel"] and p["telephone"])
_NEIGHBOUR = next(people(1, seed=8))
_BY_KEY = {"local_key": "A1"}
_BY_NAME = {name: _OBJECTOR[name] for name in ("nom", "prenom", "date_naissance")}
_KEYED = _OBJECTOR | {LOCAL_KEY: "A1"}
_WITHOUT_KEY = _OBJECTOR | {LOCAL_KEY: ""}


@pytest.fixture(name="keyed", autouse=True)
def _keyed(operator: Operator) -> None:
    operator.revise_agreement(2, local_key=f'"{LOCAL_KEY}"')


def _names(rows: list[Person]) -> set[tuple[str, str]]:
    return {(row["nom"], row["prenom"]) for row in rows}


def _object(operator: Operator, *designations: dict[str, str]) -> None:
    for number, designation in enumerate(designations, 1):
        added = operator.object_as(json.dumps(designation), f"DPO-{number}")
        assert added.exit_code == 0, added


@pytest.mark.parametrize("again", [_WITHOUT_KEY, _KEYED | {LOCAL_KEY: "a1"}], ids=["no", "typo"])
def test_by_key_it_finds_who_is_known_and_comes_without_that_key(
    operator: Operator, again: Person
) -> None:
    operator.load(_KEYED)
    _object(operator, _BY_KEY)

    loaded = operator.load(again)

    assert (loaded["people"]["created"], loaded["people"]["objecting"]) == (0, 1)
    assert _names(operator.send()).isdisjoint(_names([_OBJECTOR]))


@pytest.mark.parametrize(
    "designations",
    [[_BY_NAME | _BY_KEY], [_BY_KEY, _BY_NAME], [_BY_NAME, _BY_NAME | _BY_KEY]],
    ids=["both", "key then name", "name then both"],
)
def test_by_key_and_name_it_finds_who_was_not_known_by_either(
    operator: Operator, designations: list[dict[str, str]]
) -> None:
    _object(operator, *designations)

    loaded = operator.load(_KEYED | {"nom": "NOUVEAU"}, _WITHOUT_KEY, _NEIGHBOUR | {LOCAL_KEY: ""})

    assert (loaded["people"]["created"], loaded["people"]["objecting"]) == (1, 2)


def test_by_key_it_finds_who_is_known_by_name_once_a_row_has_both(operator: Operator) -> None:
    operator.load(_WITHOUT_KEY)
    operator.load(_KEYED)

    _object(operator, _BY_KEY)

    assert _names(operator.send()).isdisjoint(_names([_OBJECTOR]))


def test_by_key_alone_says_whom_it_cannot_find(operator: Operator) -> None:
    by_key = operator.object_as(json.dumps(_BY_KEY))
    by_both = operator.object_as(json.dumps(_BY_KEY | _BY_NAME), "DPO-2")

    assert "arrive sans elle n'est pas reconnu" in " ".join(by_key.complaint.split())
    assert by_both.exit_code == 0
    assert "arrive sans elle" not in by_both.complaint


def test_a_held_row_under_a_new_name_is_not_released_for_who_objects_by_the_old_one(
    operator: Operator,
) -> None:
    operator.load(_KEYED)
    operator.load(_KEYED | {"nom": "NOUVEAU", "date_entree": "04/05/2020"})
    _object(operator, _BY_NAME)

    released = operator.run("held", "release", "2", "--reason", "entree-anterieure")

    assert released.exit_code == 3
    assert "NOUVEAU" not in {row["nom"] for row in operator.send()}


def test_who_is_known_under_a_key_objects_once_by_either(operator: Operator) -> None:
    operator.load(_KEYED)
    _object(operator, _BY_KEY | _BY_NAME)

    again = [operator.object_as(json.dumps(one), "DPO-9") for one in (_BY_KEY, _BY_NAME)]

    assert [answer.exit_code for answer in again] == [3, 3]


def test_who_objects_and_comes_back_under_another_name_is_still_left_out(
    operator: Operator,
) -> None:
    operator.load(_KEYED, _NEIGHBOUR | {LOCAL_KEY: "A2"})
    _object(operator, _BY_NAME)

    renamed = operator.load(
        _OBJECTOR | {LOCAL_KEY: "A1", "nom": "NOUVEAU"}, _NEIGHBOUR | {LOCAL_KEY: "A2"}
    )

    assert (renamed["people"]["updated"], renamed["people"]["objecting"]) == (0, 1)
    received = operator.send()
    assert telephones_of(_OBJECTOR, received) == []
    assert "NOUVEAU" not in {row["nom"] for row in received}


def test_by_name_it_finds_who_was_loaded_by_a_local_key(
    operator: Operator,
) -> None:
    rows = [_KEYED, _NEIGHBOUR | {LOCAL_KEY: "A2"}]
    operator.load(*rows)

    _object(operator, _BY_NAME, {"local_key": "A2"})

    assert operator.preview()["objecting"] == 2
    assert operator.load(*rows)["people"]["objecting"] == 2
    assert _names(operator.send()).isdisjoint(_names([_OBJECTOR, _NEIGHBOUR]))
