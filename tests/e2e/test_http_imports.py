"""Loading over HTTP, in real processes: the verdicts of the command, and nothing in clear."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
import requests

from exchange.accounts import Role
from exchange.home_opening import open_service
from exchange.settings import settings_from
from tests.fakes.callers import bearer, token_at
from tests.fakes.command_here import CommandHere
from tests.fakes.http_service import HttpService
from tests.fakes.local_exports import (
    write_clean_export,
    write_faulty_export,
    write_forbidden_column,
)
from tests.fakes.operator import Operator
from tests.fakes.people import LOCAL_COLUMNS, people, write_local_export
from tests.fakes.situation import AGREEMENT, Situation

_SECONDS: Final = 30
_CSV: Final = {"Content-Type": "text/csv"}
_IMPORTS: Final = f"/agreements/{AGREEMENT}/imports"
_CANARY: Final = "Ornithorynque"
_PROBLEM_MEMBERS: Final = {"type", "title", "status", "detail", "hint", "request_id"}
_MEBIBYTE: Final = 1 << 20


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _titles_only(path: Path) -> None:
    path.write_text(";".join(LOCAL_COLUMNS.values()) + "\r\n", "utf-8")


def _unclosed_quote(path: Path) -> None:
    write_local_export(path, people(3, seed=5))
    with path.open("ab") as file:
        file.write(b'"Dupont;')


_FILES: Final[tuple[tuple[str, Callable[[Path], Any], str, str], ...]] = (
    ("new people, in Windows-1252", lambda path: write_clean_export(path, 230), "", ""),
    ("the same in UTF-8", lambda path: _reencode(path, 230), "", ""),
    ("some rows refused", lambda path: write_faulty_export(path, 1500), "", ""),
    ("too many rows refused", lambda path: write_faulty_export(path, 60), "", ""),
    ("a column that must not be", write_forbidden_column, "", ""),
    ("no byte", _empty, "", ""),
    ("titles only", _titles_only, "", ""),
    ("a quote that nobody closes", _unclosed_quote, "", ""),
    ("another encoding", lambda path: write_clean_export(path, 5), "--encoding", "utf-8"),
    ("the encoding it has", lambda path: write_clean_export(path, 5), "--encoding", "windows-1252"),
    ("another delimiter", lambda path: write_clean_export(path, 5), "--delimiter", "tab"),
    ("a mode", lambda path: write_clean_export(path, 5), "--mode", "complement"),
)


def test_the_verdicts_are_those_of_the_command_byte_for_byte(
    serving: HttpService, system: dict[str, str], prepared: Situation, tmp_path: Path
) -> None:
    typing = prepared.copied_to(tmp_path / "typing").departement
    source = tmp_path / "export.csv"
    different = []
    for name, write, option, value in _FILES:
        write(source)
        for how in ("--dry-run", "--attest"):
            words = [how, *filter(None, (option, value))]
            typed = typing.run("import", source, *words, "--json")
            given = {how[2:].replace("-", "_"): "true"} | ({option[2:]: value} if option else {})
            answer = serving.load(system, source.read_bytes(), given)
            told = _told_as_typed(answer, typed.exit_code, dry_run=how == "--dry-run")
            if told != typed.output.encode():
                different.append((name, how, typed, answer.status_code, answer.text))

    assert different == []


@pytest.mark.long
def test_a_refused_load_says_every_finding_and_the_way_out_without_a_value(
    serving: HttpService, system: dict[str, str], tmp_path: Path
) -> None:
    source = tmp_path / "export.csv"
    rows = [person | {"courriel": f"{_CANARY} sans arobase"} for person in people(3, seed=5)]
    write_local_export(source, rows)

    answer = serving.load(system, source.read_bytes(), {"attest": "true"})

    problem = answer.json()
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert problem["type"] == "/problemes/chargement-refuse"
    assert "rien n'a été gardé" in problem["detail"]
    assert problem["counts"]["COURRIEL_FORMAT"] == len(rows)
    assert problem["kept"] is False
    assert _CANARY not in answer.text


@pytest.mark.long
@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"attest": "oui"}, "query.attest"),
        ({"attest": "true", "dryrun": "true"}, "query"),
        ({"attest": "true", "mode": "tout"}, "query.mode"),
        ({"attest": "true", "encoding": "utf-16"}, "query.encoding"),
        ({"attest": "true", "delimiter": "|"}, "query.delimiter"),
    ],
)
def test_what_is_asked_wrongly_is_named_and_loads_nothing(
    serving: HttpService,
    system: dict[str, str],
    fresh: Situation,
    arguments: dict[str, str],
    field: str,
) -> None:
    answer = serving.load(system, fresh.source.read_bytes(), arguments)

    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert error["message"].startswith(("écrivez ", "un argument inconnu"))
    assert "lines" not in answer.json()


@pytest.mark.long
def test_what_is_no_csv_or_of_no_agreement_is_refused(
    serving: HttpService, system: dict[str, str], fresh: Situation
) -> None:
    sheet = {"Content-Type": "application/vnd.ms-excel"}
    body, attested = fresh.source.read_bytes(), {"attest": "true"}

    other_kind = serving.load(system | sheet, body, attested)
    unknown = serving.load(system, body, attested, "/agreements/jamais/imports")

    assert (other_kind.status_code, unknown.status_code) == (415, 404)


def test_while_another_command_works_on_the_agreement_it_is_occupied(
    serving: HttpService, system: dict[str, str], fresh: Situation
) -> None:
    body = fresh.source.read_bytes()
    settings = settings_from(fresh.departement.environment())

    with open_service(settings, inspecting=False) as other, other.exclusively(AGREEMENT):
        answer = serving.load(system, body, {"attest": "true"})

    assert answer.status_code == 409
    assert answer.json()["type"] == "/problemes/occupe"
    assert "processus" not in answer.text
    assert answer.headers["Retry-After"]
    assert serving.load(system, body, {"attest": "true"}).status_code == 201


@pytest.mark.long
def test_a_load_is_in_the_evidence_and_the_register_under_its_account(
    serving: HttpService, system: dict[str, str], fresh: Situation, command: CommandHere
) -> None:
    answer = serving.load(system, fresh.source.read_bytes(), {"attest": "true"})
    dpo = bearer(token_at(fresh.departement, Role.DPO))

    first = requests.get(serving.at(f"{_IMPORTS}?limit=1"), headers=dpo, timeout=_SECONDS).json()
    second = requests.get(
        serving.at(f"{_IMPORTS}?limit=1&after={first['next']}"), headers=dpo, timeout=_SECONDS
    ).json()

    done = Operator(command, fresh).events("import.done")[-1]
    (load,) = second["items"]
    assert done["actor"] == load["attested_by"] == "compte-local-system@api"
    assert done["details"]["load"] == load["load_id"]
    assert (load["accepted"], load["refused"]) == (answer.json()["rows"]["read"], 0)
    assert second["next"] is None


def _told_as_typed(answer: requests.Response, exit_code: int, *, dry_run: bool) -> bytes:
    """Give the verdict in the bytes of an answer; nothing when its status is another."""
    expected = {0: 200 if dry_run else 201, 3: 422}[exit_code]
    if answer.status_code != expected:
        return b""
    if exit_code == 0:
        return answer.content
    members = {name: value for name, value in answer.json().items() if name in _PROBLEM_MEMBERS}
    problem = f", {json.dumps(members, ensure_ascii=False)[1:]}"
    return answer.content.replace(problem.encode(), b"}")


def _reencode(path: Path, count: int) -> None:
    write_clean_export(path, count)
    path.write_bytes(path.read_bytes().decode("cp1252").encode())
