"""A file that arrives over HTTP, in real processes, however it comes and wherever it breaks off."""

import socket
import struct
from pathlib import Path
from typing import Final

import pytest
import requests

from exchange.accounts import Role
from tests.fakes.callers import bearer, token_at
from tests.fakes.http_service import CSV, IMPORTS, HttpService
from tests.fakes.operator import Operator
from tests.fakes.people import people, write_local_export
from tests.fakes.served_processes import nameless_files, peaks
from tests.fakes.situation import Situation
from tests.fakes.slow_upload import answered, begun

_SECONDS: Final = 30
_CANARY: Final = "Ornithorynque"
_MEBIBYTE: Final = 1 << 20


@pytest.mark.long
def test_what_nobody_attests_is_refused_before_it_comes(
    serving: HttpService, system: dict[str, str]
) -> None:
    with begun(serving, system, "Content-Length: 1000000", "?dry_run=false") as client:
        status, answer = answered(client)

    assert status == 409
    assert "l'attestation manque" in answer.decode()


@pytest.mark.long
def test_a_body_without_a_length_is_loaded(
    serving: HttpService, system: dict[str, str], fresh: Situation
) -> None:
    body = fresh.source.read_bytes()
    pieces = (body[at : at + 1000] for at in range(0, len(body), 1000))

    answer = requests.post(
        serving.at(IMPORTS),
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

    with begun(serving, system, header) as client:
        client.sendall(body)
        client.shutdown(socket.SHUT_WR)
        status, answer = answered(client)

    assert status == 400
    assert b"demande-invalide" in answer
    assert _traces(operator) == before


@pytest.mark.long
def test_a_client_that_is_gone_leaves_nothing_and_others_are_served(
    serving: HttpService, system: dict[str, str], operator: Operator
) -> None:
    before = _traces(operator)

    with begun(serving, system, "Content-Length: 5000000") as client:
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
    serving.load(system, b"a;b\r\n", {"attest": "true"})
    before = max(peaks(serving))

    answer = requests.post(
        serving.at(IMPORTS), rows, headers=system, params={"attest": "true"}, timeout=_SECONDS
    )

    assert answer.status_code == 422
    assert "FICHIER_COLONNE_INCONNUE" in answer.json()["counts"]
    assert max(peaks(serving)) - before < 24 * _MEBIBYTE


@pytest.mark.long
def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes(
    serving: HttpService, system: dict[str, str]
) -> None:
    with begun(serving, system, f"Content-Length: {(256 << 20) + 1}") as client:
        status, answer = answered(client)

    assert status == 413
    assert b"trop-grand" in answer


def test_nothing_of_anybody_lies_in_clear_while_a_file_arrives_or_after(
    serving: HttpService, system: dict[str, str], fresh: Situation, tmp_path: Path
) -> None:
    source = tmp_path / "export.csv"
    write_local_export(source, [person | {"nom": _CANARY} for person in people(2000, seed=5)])
    body = source.read_bytes()
    half = len(body) // 2

    with begun(serving, system, f"Content-Length: {len(body)}", "?attest=true") as client:
        client.sendall(body[:half])
        held = nameless_files(serving, half - 2 * 65536)
        client.sendall(body[half:])
        status, answer = answered(client)
    written = [path for path in fresh.departement.folder.rglob("*") if path.is_file()]

    assert status == 201
    assert held
    assert not any(_CANARY.encode() in data for data in held)
    assert _CANARY.encode() not in answer
    assert [path for path in written if _CANARY.encode() in path.read_bytes()] == []


@pytest.mark.long
@pytest.mark.parametrize("role", [Role.RECIPIENT, Role.DPO])
def test_who_may_not_load_is_denied_before_the_body_is_read(
    serving: HttpService, fresh: Situation, role: Role
) -> None:
    denied = bearer(token_at(fresh.departement, role)) | CSV

    with begun(serving, denied, "Content-Length: 1000000", "?attest=true") as client:
        status, _ = answered(client)

    assert status == 403


def _traces(operator: Operator) -> tuple[list[str], int]:
    """Give the temporary files by name, and how many leaves of loads there are."""
    temporary = operator.situation.departement.folder / "tmp"
    loads = [operator.events(f"import.{kind}") for kind in ("begun", "done", "refused", "failed")]
    return sorted(path.name for path in temporary.iterdir()), sum(map(len, loads))
