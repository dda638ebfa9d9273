"""Loading over HTTP, in real processes: the verdicts of the command, and nothing in clear."""

import json
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPResponse
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
import requests

from exchange.accounts import Role
from exchange.home_opening import open_service
from exchange.settings import settings_from
from tests.fakes.callers import bearer, token_at
from tests.fakes.command_here import CommandHere
from tests.fakes.http_service import HttpService, http_service
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


@pytest.fixture(name="serving")
def _serving(fresh: Situation) -> Iterator[HttpService]:
    with http_service(fresh.departement) as service:
        yield service


@pytest.fixture(name="system")
def _system(fresh: Situation) -> dict[str, str]:
    return bearer(token_at(fresh.departement, Role.LOCAL_SYSTEM)) | _CSV


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
            answer = _post(serving, system, source.read_bytes(), given)
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

    answer = _post(serving, system, source.read_bytes(), {"attest": "true"})

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
        ({"attest": "true", "dryrun": "true"}, "query.dryrun"),
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
    answer = _post(serving, system, fresh.source.read_bytes(), arguments)

    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert error["message"].startswith(("écrivez ", "argument inconnu"))
    assert "lines" not in answer.json()


@pytest.mark.long
def test_what_nobody_attests_is_refused_before_it_comes(
    serving: HttpService, system: dict[str, str]
) -> None:
    with _begun(serving, system, "Content-Length: 1000000", "?dry_run=false") as client:
        status, answer = _answered(client)

    assert status == 409
    assert "l'attestation manque" in answer.decode()


@pytest.mark.long
def test_what_is_no_csv_or_of_no_agreement_is_refused(
    serving: HttpService, system: dict[str, str], fresh: Situation
) -> None:
    sheet = {"Content-Type": "application/vnd.ms-excel"}
    body, attested = fresh.source.read_bytes(), {"attest": "true"}

    other_kind = _post(serving, system | sheet, body, attested)
    unknown = _post(serving, system, body, attested, "/agreements/jamais/imports")

    assert (other_kind.status_code, unknown.status_code) == (415, 404)


@pytest.mark.long
def test_a_body_without_a_length_is_loaded(
    serving: HttpService, system: dict[str, str], fresh: Situation
) -> None:
    body = fresh.source.read_bytes()
    pieces = (body[at : at + 1000] for at in range(0, len(body), 1000))

    answer = requests.post(
        serving.at(_IMPORTS),
        pieces,
        headers=system,
        params={"attest": "true"},
        timeout=_SECONDS,
    )

    assert answer.status_code == 201
    assert answer.json()["people"]["unchanged"] == 200


@pytest.mark.long
@pytest.mark.parametrize(
    ("header", "body"),
    [
        ("Content-Length: 5000000", b"x" * 5000),
        ("Transfer-Encoding: chunked", b"1388\r\n" + b"x" * 2000),
        ("Transfer-Encoding: chunked", b"5\r\nxxxxx\r\nn'importe quoi\r\n"),
    ],
)
def test_an_upload_that_breaks_off_leaves_nothing(
    serving: HttpService, system: dict[str, str], operator: Operator, header: str, body: bytes
) -> None:
    before = _traces(operator)

    with _begun(serving, system, header) as client:
        client.sendall(body)
        client.shutdown(socket.SHUT_WR)
        status, answer = _answered(client)

    assert status == 400
    assert b"demande-invalide" in answer
    assert _traces(operator) == before


@pytest.mark.long
def test_a_client_that_is_gone_leaves_nothing_and_others_are_served(
    serving: HttpService, system: dict[str, str], operator: Operator
) -> None:
    before = _traces(operator)

    with _begun(serving, system, "Content-Length: 5000000") as client:
        client.sendall(b"x" * 500_000)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    ready = requests.get(serving.at("/health/ready"), timeout=_SECONDS)

    assert ready.status_code == 200
    assert _traces(operator) == before


@pytest.mark.long
def test_a_large_upload_is_held_in_little_memory(
    serving: HttpService, system: dict[str, str]
) -> None:
    rows = (b"Dupont;" * 100 + b"\r\n" for _ in range(64 * _MEBIBYTE // 702))
    _post(serving, system, b"a;b\r\n", {"attest": "true"})
    before = max(_peaks(serving))

    answer = requests.post(
        serving.at(_IMPORTS), rows, headers=system, params={"attest": "true"}, timeout=_SECONDS
    )

    assert answer.status_code == 422
    assert "FICHIER_COLONNE_INCONNUE" in answer.json()["counts"]
    assert max(_peaks(serving)) - before < 24 * _MEBIBYTE


@pytest.mark.long
def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes(
    serving: HttpService, system: dict[str, str]
) -> None:
    with _begun(serving, system, f"Content-Length: {(256 << 20) + 1}") as client:
        status, answer = _answered(client)

    assert status == 413
    assert b"trop-grand" in answer


def test_while_another_command_works_on_the_agreement_it_is_occupied(
    serving: HttpService, system: dict[str, str], fresh: Situation
) -> None:
    body = fresh.source.read_bytes()
    settings = settings_from(fresh.departement.environment())

    with open_service(settings, inspecting=False) as other, other.exclusively(AGREEMENT):
        answer = _post(serving, system, body, {"attest": "true"})

    assert answer.status_code == 409
    assert answer.json()["type"] == "/problemes/occupe"
    assert "processus" not in answer.text
    assert answer.headers["Retry-After"]
    assert _post(serving, system, body, {"attest": "true"}).status_code == 201


def test_nothing_of_anybody_lies_in_clear_while_a_file_arrives_or_after(
    serving: HttpService, system: dict[str, str], fresh: Situation, tmp_path: Path
) -> None:
    source = tmp_path / "export.csv"
    write_local_export(source, [person | {"nom": _CANARY} for person in people(2000, seed=5)])
    body = source.read_bytes()
    half = len(body) // 2

    with _begun(serving, system, f"Content-Length: {len(body)}", "?attest=true") as client:
        client.sendall(body[:half])
        held = _nameless_files(serving, half - 2 * 65536)
        client.sendall(body[half:])
        status, answer = _answered(client)
    written = [path for path in fresh.departement.folder.rglob("*") if path.is_file()]

    assert status == 201
    assert held
    assert not any(_CANARY.encode() in data for data in held)
    assert _CANARY.encode() not in answer
    assert [path for path in written if _CANARY.encode() in path.read_bytes()] == []


@pytest.mark.long
def test_a_load_is_in_the_evidence_and_the_register_under_its_account(
    serving: HttpService, system: dict[str, str], fresh: Situation, command: CommandHere
) -> None:
    answer = _post(serving, system, fresh.source.read_bytes(), {"attest": "true"})
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


@pytest.mark.long
@pytest.mark.parametrize("role", [Role.RECIPIENT, Role.DPO])
def test_who_may_not_load_is_denied_before_the_body_is_read(
    serving: HttpService, fresh: Situation, role: Role
) -> None:
    denied = bearer(token_at(fresh.departement, role)) | _CSV

    with _begun(serving, denied, "Content-Length: 1000000", "?attest=true") as client:
        status, _ = _answered(client)

    assert status == 403


def _post(
    serving: HttpService,
    headers: dict[str, str],
    body: bytes,
    arguments: dict[str, str],
    path: str = _IMPORTS,
) -> requests.Response:
    return requests.post(
        serving.at(path), body, headers=headers, params=arguments, timeout=_SECONDS
    )


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


def _begun(
    serving: HttpService, headers: dict[str, str], length: str, query: str = "?attest=true"
) -> socket.socket:
    """Send the head of a request, and give what its body is to be sent through."""
    address = urlsplit(serving.at(_IMPORTS) + query)
    lines = [
        f"POST {address.path}?{address.query} HTTP/1.1",
        f"Host: {address.netloc}",
        *(f"{name}: {value}" for name, value in headers.items()),
        length,
    ]
    client = socket.create_connection((str(address.hostname), address.port), _SECONDS)
    client.sendall("\r\n".join([*lines, "", ""]).encode())
    return client


def _answered(client: socket.socket) -> tuple[int, bytes]:
    with HTTPResponse(client, method="POST") as answer:
        answer.begin()
        return answer.status, answer.read()


def _traces(operator: Operator) -> tuple[list[str], int]:
    """Give the temporary files by name, and how many leaves of loads there are."""
    temporary = operator.situation.departement.folder / "tmp"
    loads = [operator.events(f"import.{kind}") for kind in ("begun", "done", "refused", "failed")]
    return sorted(path.name for path in temporary.iterdir()), sum(map(len, loads))


def _nameless_files(serving: HttpService, size: int) -> list[bytes]:
    """Wait until the service has files without a name, of a size at least; read them."""
    given_up_at = time.monotonic() + _SECONDS
    while time.monotonic() < given_up_at:
        if found := [data for data in _read_nameless(serving) if len(data) >= size]:
            return found
        time.sleep(0.05)
    return []


def _read_nameless(serving: HttpService) -> Iterator[bytes]:
    for process in _processes(serving):
        with suppress(OSError):
            for descriptor in (process / "fd").iterdir():
                if descriptor.readlink().name.endswith(" (deleted)"):
                    yield descriptor.read_bytes()


def _peaks(serving: HttpService) -> list[int]:
    """Give the most memory that each process of the service ever held, in bytes."""
    statuses = [(process / "status").read_text("ascii") for process in _processes(serving)]
    return [int(status.partition("VmHWM:")[2].split()[0]) << 10 for status in statuses]


def _processes(serving: HttpService) -> list[Path]:
    """A worker has the command line of the service."""
    bound = urlsplit(serving.url).netloc.encode()
    return [one.parent for one in Path("/proc").glob("[0-9]*/cmdline") if bound in _read(one)]


def _read(path: Path) -> bytes:
    with suppress(OSError):
        return path.read_bytes()
    return b""
