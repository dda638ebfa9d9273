"""Accounts and their tokens, as the administrator of the machine types them."""

import json
from pathlib import Path

import pytest

from exchange.accounts.credentials import presented_token
from tests.fakes.answer import Answer
from tests.fakes.command_here import CommandHere
from tests.fakes.situation import DGEFP, Situation

# The homes of these tests are on 31 January 2023.
_EXPIRES = ("--expires-on", "2023-12-31")


@pytest.fixture(name="commitment")
def _commitment(tmp_path: Path) -> Path:
    document = tmp_path / "engagement.pdf"
    document.write_bytes(b"%PDF-1.7 je m'engage")
    return document


class _Administrator:
    def __init__(self, command: CommandHere, home: Path) -> None:
        self._command, self._home = command, home

    def run(self, *words: str | Path) -> Answer:
        return self._command.run(self._home, *words)


@pytest.fixture(name="administrator")
def _administrator(command: CommandHere, fresh: Situation) -> _Administrator:
    return _Administrator(command, fresh.departement.home)


def test_a_token_is_shown_once_and_kept_nowhere(
    administrator: _Administrator, fresh: Situation, commitment: Path
) -> None:
    administrator.run("account", "create", "sil-rsa", "--role", "local-system")
    administrator.run("account", "commit", "sil-rsa", "--document", commitment)

    made = administrator.run("token", "create", "sil-rsa", *_EXPIRES)
    shown = administrator.run("account", "show", "sil-rsa", "--json")

    text = made.output.strip()
    assert presented_token(text) is not None
    assert text not in made.complaint
    secret = text.rsplit("_", 1)[1].encode()
    files = [path for path in fresh.departement.folder.rglob("*") if path.is_file()]
    assert [path for path in files if secret in path.read_bytes()] == []
    assert json.loads(shown.output)["credentials"][0]["credential_id"] == text.split("_")[1]


def test_what_becomes_of_an_account_is_in_the_evidence(
    administrator: _Administrator, commitment: Path
) -> None:
    administrator.run("account", "create", "sil-rsa", "--role", "local-system")
    administrator.run("account", "commit", "sil-rsa", "--document", commitment)
    made = administrator.run("token", "create", "sil-rsa", *_EXPIRES, "--json")
    administrator.run("token", "revoke", json.loads(made.output)["credential_id"])
    administrator.run("account", "end", "sil-rsa")

    events = json.loads(administrator.run("audit", "list", "--from", "0", "--json").output)

    kinds = [event["kind"] for event in events if event["subject"] == "sil-rsa"]
    assert kinds == [
        "account.created",
        "account.committed",
        "credential.issued",
        "credential.revoked",
        "account.ended",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("account", "create", "Marie Dupont", "--role", "dpo"), "ne peut pas être celui"),
        (("account", "create", "x-y", "--role", "recipient"), "de quel destinataire"),
        (("account", "create", "x-y", "--role", "dpo", "--recipient", DGEFP), "lui seul"),
        (
            ("account", "create", "x-y", "--role", "recipient", "--recipient", "personne"),
            "aucun destinataire personne",
        ),
        (("account", "show", "personne"), "il n'y a pas de compte"),
        (("account", "end", "personne"), "il n'y a pas de compte"),
        (("token", "create", "personne", *_EXPIRES), "il n'y a pas de compte"),
        (("token", "create", "personne", "--expires-on", "2025-01-01"), "400 jours"),
        (("token", "create", "personne", "--expires-on", "2023-01-30"), "400 jours"),
        (("token", "revoke", "aaaaaaaa"), "aucun justificatif"),
    ],
)
def test_what_cannot_be_is_refused_with_the_way_out(
    administrator: _Administrator, words: tuple[str, ...], said: str
) -> None:
    answer = administrator.run(*words)

    assert answer.exit_code == 3
    assert said in answer.complaint
    assert "conseil :" in answer.complaint


def test_a_recipient_s_account_is_for_one_recipient(administrator: _Administrator) -> None:
    administrator.run("account", "create", "enquete", "--role", "recipient", "--recipient", DGEFP)

    listed = json.loads(administrator.run("account", "list", "--json").output)

    assert [(one["account_id"], one["recipient_id"]) for one in listed] == [("enquete", DGEFP)]
