"""The log over HTTP, by kind and by account: page after page, and without reading all of it."""

from typing import Any, Final

import pytest
from flask.testing import FlaskClient

from exchange.accounts import Role
from tests.fakes.callers import bearer, token_at
from tests.fakes.command_here import CommandHere
from tests.fakes.home_database import ask
from tests.fakes.operator import Operator
from tests.fakes.situation import Situation

_EVENTS: Final = "/api/v1/evidence/events"
_KIND: Final = "transfer.published"


@pytest.fixture(name="auditor")
def _auditor(sent: Situation) -> dict[str, str]:
    return bearer(token_at(sent.departement, Role.AUDITOR))


def _listed(client: FlaskClient, headers: dict[str, str], query: str) -> list[dict[str, Any]]:
    """List every page, of one event each."""
    found, first = [], 0
    while True:
        address = f"{_EVENTS}?limit=1&from={first}&{query}"
        page = client.get(address, headers=headers).get_json()
        found += page["items"]
        if page["next"] is None:
            return found
        first = page["next"]


def test_the_events_of_a_kind_are_those_of_the_command_page_after_page(
    client: FlaskClient, auditor: dict[str, str], sent: Situation, command: CommandHere
) -> None:
    listed = _listed(client, auditor, f"kind={_KIND}")
    typed = Operator(command, sent).events(_KIND)

    assert len(listed) > 1
    assert listed == typed


def test_the_events_of_an_account_are_its_own_denials_included(
    client: FlaskClient, auditor: dict[str, str], sent: Situation, command: CommandHere
) -> None:
    system = bearer(token_at(sent.departement, Role.LOCAL_SYSTEM))
    client.get(_EVENTS, headers=system)
    client.get("/api/v1/agreements", headers=system)
    account = "compte-local-system"

    listed = _listed(client, auditor, f"account={account}")
    both = _listed(client, auditor, f"account={account}&kind={_KIND}")
    operator = Operator(command, sent)
    typed = operator.run("audit", "list", "--account", account, "--json").output

    assert [(one["kind"], one["account"]) for one in listed] == [("caller.denied", account)]
    assert both == []
    assert listed[0]["request_id"] in typed


def test_what_was_asked_for_is_in_the_log(
    client: FlaskClient, auditor: dict[str, str], sent: Situation, command: CommandHere
) -> None:
    client.get(f"{_EVENTS}?kind={_KIND}&account=compte-dpo", headers=auditor)

    (asked, *_) = Operator(command, sent).events("log.listed")[-1:]
    assert asked["details"]["listed_kind"] == _KIND
    assert asked["details"]["listed_account"] == "compte-dpo"


def test_what_no_event_can_be_of_is_refused(
    client: FlaskClient, auditor: dict[str, str], sent: Situation, command: CommandHere
) -> None:
    fields = [
        client.get(f"{_EVENTS}?{query}", headers=auditor).get_json()["errors"][0]["field"]
        for query in ("kind=jamais", "kind=", "account=Zo%C3%A9+Dupont", "account=")
    ]
    typed = Operator(command, sent).run("audit", "list", "--account", "Zoé Dupont")

    assert fields == ["query.kind", "query.kind", "query.account", "query.account"]
    assert typed.exit_code == 3
    assert "aucun compte ne peut porter ce nom" in typed.complaint


@pytest.mark.sqlite_file
@pytest.mark.parametrize("column", ["kind", "actor"])
def test_a_filter_looks_for_its_events_in_an_index(sent: Situation, column: str) -> None:
    plan = ask(
        sent.departement.home,
        f"EXPLAIN QUERY PLAN SELECT leaf_index, event FROM evidence_event "  # noqa: S608 - names of ours
        f"WHERE leaf_index >= 3 AND {column} = 'x' ORDER BY leaf_index LIMIT 3",
    )

    assert [row[-1] for row in plan] == [
        f"SEARCH evidence_event USING INDEX ix_evidence_event_{column}_leaf_index "
        f"({column}=? AND leaf_index>?)"
    ]
