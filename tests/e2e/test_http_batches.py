"""Batches over HTTP, in real processes: JSON as CSV, the report, and what is done in one step."""

import json
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

import pytest
import requests
from flask.testing import FlaskClient

from exchange.accounts import Role
from tests.fakes.callers import bearer, token_at
from tests.fakes.command_here import CommandHere
from tests.fakes.http_service import CSV, IMPORTS, JSON, NDJSON, HttpService
from tests.fakes.local_exports import FAULTS_SEED, faulty_export, write_clean_export
from tests.fakes.operator import Operator
from tests.fakes.people import Person, people, write_local_export
from tests.fakes.served_processes import kill_workers
from tests.fakes.situation import Situation
from tests.hostile.kept import kept

_FAULTY: Final = faulty_export(60)
_ATTESTED: Final = f"/api/v1{IMPORTS}?attest=true"
_ROWS: Final[Sequence[Person]] = [
    *_FAULTY.sound,
    *(row.cells for row in _FAULTY.planted if "surplus" not in row.cells),
]
_HOSTILE: Final = {
    "an object that is not closed": b'{"nom":"Ornithorynque"',
    "a member doubled": b'{"nom":"Ornithorynque","nom":"x"}',
    "a member too many": json.dumps(dict(_ROWS[0]) | {"nir": ""}).encode(),
    "nested": b'{"nom":' + b"[" * 100_000,
    "numbers": json.dumps(dict(_ROWS[0]) | {"code_postal": 62000}).encode(),
    "half a character": json.dumps(dict(_ROWS[0]) | {"nom": "\ud800"}).encode(),
    "NUL": json.dumps(dict(_ROWS[0]) | {"nom": "\0"}).encode(),
    "nothing": b"",
}


def _system(situation: Situation) -> dict[str, str]:
    return bearer(token_at(situation.departement, Role.LOCAL_SYSTEM))


def _lines(rows: Sequence[Person]) -> bytes:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def _array(rows: Sequence[Person]) -> bytes:
    return json.dumps(list(rows)).encode()


def test_the_verdict_on_json_is_that_of_the_command_byte_for_byte(
    serving: HttpService, system: dict[str, str], prepared: Situation, tmp_path: Path
) -> None:
    typing = prepared.copied_to(tmp_path / "typing").departement
    source = tmp_path / "export"
    different = []
    for kind, write in ((NDJSON, _lines), (JSON, _array)):
        for rows in (_ROWS, _FAULTY.sound):
            source.write_bytes(write(rows))
            typed = typing.run("import", source, "--attest", "--json")
            answer = serving.load(system | kind, source.read_bytes(), {"attest": "true"})
            told, said = answer.json(), json.loads(typed.output)
            is_same = all(told[name] == value for name, value in said.items())
            if not is_same or (answer.ok and answer.content != typed.output.encode()):
                different.append((kind, typed, answer.text))

    assert different == []


def test_the_report_is_that_of_the_command_byte_for_byte(
    client: FlaskClient, sent: Situation, tmp_path: Path
) -> None:
    source, report = tmp_path / "export.csv", tmp_path / "refus.csv"
    write_local_export(source, _ROWS)
    sent.departement.run("import", source, "--attest", "--report", report)

    answer = client.post(
        _ATTESTED,
        data=source.read_bytes(),
        headers=_system(sent) | CSV | {"Accept": "text/csv"},
        buffered=True,
    )

    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.data == report.read_bytes()


def test_json_made_to_harm_is_refused_and_keeps_nothing(
    client: FlaskClient, sent: Situation
) -> None:
    before, system = kept(sent), _system(sent)

    wrong = []
    for name, body in _HOSTILE.items():
        for kind, whole in ((NDJSON, body), (JSON, b"[" + body + b"]")):
            answer = client.post(_ATTESTED, data=whole, headers=system | kind, buffered=True)
            is_told = answer.status_code == 422 and answer.get_json()["lines"]
            if not is_told or "Ornithorynque" in answer.text:
                wrong.append((name, kind, answer.text))

    assert wrong == []
    assert kept(sent)[0]["person"] == before[0]["person"]


def test_a_load_that_nobody_attests_is_in_the_evidence_as_the_command_s_is(
    client: FlaskClient, sent: Situation, command: CommandHere
) -> None:
    answer = client.post(
        f"/api/v1{IMPORTS}", data=sent.source.read_bytes(), headers=_system(sent) | CSV
    )
    sent.departement.run("import", sent.source)

    served, typed = Operator(command, sent).events("import.refused")
    assert answer.status_code == 409
    assert "attest=true" in answer.get_json()["hint"]
    assert served["actor"] == "compte-local-system@api"
    assert {name: served[name] for name in ("why", "subject", "details")} == {
        name: typed[name] for name in ("why", "subject", "details")
    }


@pytest.mark.long
def test_a_file_too_large_for_one_step_has_the_verdict_of_the_command(
    serving: HttpService, system: dict[str, str], prepared: Situation, tmp_path: Path
) -> None:
    typing = prepared.copied_to(tmp_path / "typing").departement
    source = tmp_path / "export.csv"
    write_clean_export(source, 2600)
    typed = typing.run("import", source, "--attest", "--json")

    answer = serving.load(system, source.read_bytes(), {"attest": "true"})

    assert source.stat().st_size > 1 << 18
    assert answer.content == typed.output.encode()


def test_pushes_at_the_same_moment_are_all_taken_each_with_its_leaves(
    serving: HttpService, system: dict[str, str], fresh: Situation, command: CommandHere
) -> None:
    rows = list(people(16, FAULTS_SEED))
    before, statuses = kept(fresh)[0]["person"], []

    def push(row: Person) -> None:
        answer = serving.load(system | NDJSON, _lines([row]), {"attest": "true"})
        statuses.append(answer.status_code)

    _all_at_once([partial(push, row) for row in rows])

    operator = Operator(command, fresh)
    assert statuses == [201] * len(rows)
    assert kept(fresh)[0]["person"] == before + len(rows)
    assert len(operator.events("import.begun")) == len(operator.events("import.done"))
    assert fresh.departement.run("audit", "verify").exit_code == 0


@pytest.mark.long
def test_workers_killed_while_records_are_pushed_leave_each_whole_or_nothing(
    serving: HttpService, system: dict[str, str], fresh: Situation, command: CommandHere
) -> None:
    rows = list(people(120, FAULTS_SEED))
    before, taken = kept(fresh)[0]["person"], []

    def push(some: Sequence[Person]) -> None:
        for row in some:
            with suppress(requests.ConnectionError):
                answer = serving.load(system | NDJSON, _lines([row]), {"attest": "true"})
                taken.append(answer.status_code)

    def kill() -> None:
        for _ in range(6):
            threading.Event().wait(0.4)
            kill_workers(serving)

    _all_at_once([kill, *(partial(push, rows[part::4]) for part in range(4))])

    operator = Operator(command, fresh)
    done = len(operator.events("import.done"))
    assert set(taken) == {201}
    assert len(taken) < len(rows)
    assert len(taken) <= kept(fresh)[0]["person"] - before <= len(rows)
    assert len(operator.events("import.begun")) == done
    assert operator.events("import.failed") == []
    assert fresh.departement.run("audit", "verify").exit_code == 0


def _all_at_once(acts: Sequence[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
