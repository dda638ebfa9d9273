"""Objections over HTTP: who objects is in the body, holds as by the command, and is never told."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from exchange.accounts import Role
from tests.fakes.callers import Callers, callers_at
from tests.fakes.command_here import CommandHere
from tests.fakes.home_database import ask, stored_bytes
from tests.fakes.operator import Operator
from tests.fakes.people import people
from tests.fakes.situation import AGREEMENT, Situation

_ADDRESS = f"/api/v1/agreements/{AGREEMENT}/objections"
_OBJECTOR = next(p for p in people(300, seed=7) if p["courriel"] and p["telephone"])
_PERSON = {name: _OBJECTOR[name] for name in ("nom", "prenom", "date_naissance")}
_BODY = {"case_number": "DPO-2023-17", "reason": "article-21", "person": _PERSON}


@pytest.fixture(name="callers")
def _callers(sent: Situation) -> Callers:
    return callers_at(sent.departement)


@pytest.fixture(name="dpo")
def _dpo(callers: Callers) -> dict[str, str]:
    return callers.headers(Role.DPO)


def test_who_objects_over_http_is_not_taken_in_by_the_command(
    client: FlaskClient, dpo: dict[str, str], sent: Situation, command: CommandHere
) -> None:
    added = client.post(_ADDRESS, json=_BODY, headers=dpo)
    loaded = Operator(command, sent).load(_OBJECTOR)

    assert added.status_code == 201
    assert (loaded["people"]["created"], loaded["people"]["objecting"]) == (0, 1)


def test_the_list_is_that_of_the_command_in_pages_and_reading_it_is_in_the_evidence(
    client: FlaskClient, dpo: dict[str, str], sent: Situation, command: CommandHere
) -> None:
    for number, person in enumerate(people(3, seed=11)):
        who = {name: person[name] for name in _PERSON}
        client.post(
            _ADDRESS, json=_BODY | {"case_number": f"D-{number}", "person": who}, headers=dpo
        )

    first = client.get(f"{_ADDRESS}?limit=2", headers=dpo).get_json()
    rest = client.get(f"{_ADDRESS}?limit=2&after={first['next']}", headers=dpo).get_json()
    operator = Operator(command, sent)
    typed = json.loads(operator.run("objection", "list", "--json").output)

    found = [*first["items"], *rest["items"]]
    assert [one["objection_id"] for one in found] == [one["objection_id"] for one in typed]
    assert rest["next"] is None
    actors = [event["actor"] for event in operator.events("objection.listed")]
    assert actors[:2] == ["compte-dpo@api"] * 2


def test_a_lifted_objection_is_lifted_once_and_one_that_is_none_is_not_there(
    client: FlaskClient, dpo: dict[str, str], sent: Situation, command: CommandHere
) -> None:
    objection_id = client.post(_ADDRESS, json=_BODY, headers=dpo).get_json()["objection_id"]
    reason = {"reason": "retrait-par-la-personne"}

    lifted, again, absent = (
        client.post(f"{_ADDRESS}/{one}/lifting", json=reason, headers=dpo)
        for one in (objection_id, objection_id, "jamais")
    )

    assert [one.status_code for one in (lifted, again, absent)] == [200, 409, 404]
    assert lifted.get_json()["lifted_at"] is not None
    assert Operator(command, sent).load(_OBJECTOR)["people"]["created"] == 1


def test_a_second_objection_of_one_person_is_refused_as_by_the_command(
    client: FlaskClient, dpo: dict[str, str]
) -> None:
    client.post(_ADDRESS, json=_BODY, headers=dpo)

    again = client.post(_ADDRESS, json=_BODY | {"case_number": "DPO-2023-18"}, headers=dpo)

    assert again.status_code == 409
    assert "déjà sur la liste" in again.get_json()["detail"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"person": {}}, "json.person.nom"),
        ({"person": _PERSON | {"date_naissance": "31/02/1971"}}, "json.person.date_naissance"),
        ({"person": _PERSON | {"prenom": "291036204103739"}}, "json.person.prenom"),
        ({"person": {"local_key": "185036204103745"}}, "json.person.local_key"),
        ({"person": _PERSON | {"courriel": "x@y.fr"}}, "json.person"),
        ({"person": _PERSON | {"nom": 3}}, "json.person.nom"),
        ({"case_number": "DUPONT"}, "json.case_number"),
        ({"case_number": "1" * 25}, "json.case_number"),
        ({"case_number": None}, "json.case_number"),
        ({"reason": "parce que"}, "json.reason"),
    ],
    ids=["nobody", "date", "NIR", "NIR as key", "field", "number", "name", "long", "null", "why"],
)
def test_what_no_row_could_hold_is_refused_by_field_and_neither_kept_nor_echoed(
    client: FlaskClient,
    dpo: dict[str, str],
    sent: Situation,
    change: dict[str, object],
    field: str,
) -> None:
    refused = client.post(_ADDRESS, json=_BODY | change, headers=dpo)

    problem = refused.get_json()
    kept = ask(sent.departement.home, "SELECT COUNT(*) FROM objection")
    assert (refused.status_code, problem["type"]) == (422, "/problemes/champs-invalides")
    assert field in [one["field"] for one in problem["errors"]]
    assert _names_in(refused.get_data(as_text=True)) == []
    assert list(kept) == [(0,)]


def test_a_reason_that_is_none_is_refused_in_french_with_those_that_are(
    client: FlaskClient, dpo: dict[str, str]
) -> None:
    entered = client.post(_ADDRESS, json=_BODY | {"reason": "parce que"}, headers=dpo)
    lifted = client.post(f"{_ADDRESS}/jamais/lifting", json={"reason": "non"}, headers=dpo)

    (wrong, wrong_lifting) = (one.get_json()["errors"][0]["message"] for one in (entered, lifted))
    assert wrong == "écrivez l'un de : article-21, article-18, refus-de-repondre"
    assert wrong_lifting.startswith("écrivez l'un de : retrait-par-la-personne, ")


def test_who_lists_objections_leaves_evidence_that_a_checkpoint_vouches_for(
    client: FlaskClient, dpo: dict[str, str], sent: Situation
) -> None:
    checkpoints = sent.departement.home / "outside/checkpoints"
    before = checkpoints.read_bytes()

    client.get(_ADDRESS, headers=dpo)

    assert checkpoints.read_bytes() != before


def test_a_key_where_the_agreement_names_none_is_refused(
    client: FlaskClient, dpo: dict[str, str]
) -> None:
    refused = client.post(_ADDRESS, json=_BODY | {"person": {"local_key": "A1"}}, headers=dpo)

    assert refused.status_code == 409
    assert "aucune clé locale" in refused.get_json()["detail"]


def test_who_objects_is_in_no_answer_no_log_no_evidence_and_not_in_the_base(
    client: FlaskClient,
    dpo: dict[str, str],
    sent: Situation,
    command: CommandHere,
    caplog: pytest.LogCaptureFixture,
) -> None:
    answers = [
        client.post(_ADDRESS, json=_BODY, headers=dpo),
        client.post(_ADDRESS, json=_BODY, headers=dpo),
        client.get(_ADDRESS, headers=dpo),
    ]

    (done, _) = Operator(command, sent).events("objection.added")
    said = [answer.get_data(as_text=True) for answer in answers]
    stored = stored_bytes(sent.departement.home)
    assert _names_in("".join([*said, json.dumps(done), caplog.text])) == []
    assert _OBJECTOR["nom"].encode() not in stored
    assert done["actor"] == "compte-dpo@api"


def _names_in(text: str) -> list[Any]:
    return [name for name in _PERSON.values() if name.casefold() in text.casefold()]
