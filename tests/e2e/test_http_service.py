"""The service over HTTP, in real processes: who fetches what, and what is refused."""

import base64
import hashlib
import socket
from collections.abc import Iterator

import pytest
import requests

from exchange.accounts import Role
from tests.fakes.callers import bearer, token_at
from tests.fakes.http_service import HttpService, http_service
from tests.fakes.situation import DGEFP, Situation

_SECONDS = 30
_EXAMINED_AGAIN_SECONDS = 1.2
_UNCERTAIN = (
    ("Transfer-Encoding: chunked", "ZZ\r\n"),
    ("Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n"),
    ("Content-Length: 5\r\nContent-Length: 6", "abcde"),
    ("Content-Length: +5", "abcde"),
    ("Content-Length: 5\r\n Transfer-Encoding: chunked", "abcde"),
    ("Transfer-Encoding : chunked\r\nContent-Length: 5", "abcde"),
)
_TRANSFER = f"spie-62_enquete-1_{DGEFP}_r1"


@pytest.fixture(name="serving")
def _serving(sent: Situation) -> Iterator[HttpService]:
    with http_service(sent.departement) as service:
        yield service


@pytest.fixture(name="recipient")
def _recipient(sent: Situation) -> dict[str, str]:
    return bearer(token_at(sent.departement, Role.RECIPIENT))


def test_a_recipient_fetches_its_package_and_resumes_after_a_cut(
    serving: HttpService, recipient: dict[str, str], sent: Situation
) -> None:
    address = serving.at(f"/transfers/{_TRANSFER}/package")

    with requests.get(address, headers=recipient, stream=True, timeout=_SECONDS) as cut:
        begun = next(cut.iter_content(1000))
    resumed = requests.get(
        address,
        headers=recipient | {"Range": f"bytes={len(begun)}-", "If-Range": cut.headers["ETag"]},
        timeout=_SECONDS,
    )

    whole = begun + resumed.content
    digest = base64.b64encode(hashlib.sha256(whole).digest()).decode()
    assert resumed.status_code == 206
    assert whole == sent.package(DGEFP).read_bytes()
    assert cut.headers["Repr-Digest"] == f"sha-256=:{digest}:"


def test_a_revoked_token_is_denied_from_the_next_request_on(
    serving: HttpService, recipient: dict[str, str], sent: Situation
) -> None:
    before = requests.get(serving.at("/transfers"), headers=recipient, timeout=_SECONDS)
    token_id = recipient["Authorization"].split("_")[1]

    sent.departement.do("token", "revoke", token_id)
    after = requests.get(serving.at("/transfers"), headers=recipient, timeout=_SECONDS)

    assert before.status_code == 200
    assert after.status_code == 401
    assert after.headers["WWW-Authenticate"] == "Bearer"


def test_a_body_whose_end_is_uncertain_is_a_wrong_request_and_the_last(
    serving: HttpService, recipient: dict[str, str]
) -> None:
    host, port = serving.url.removeprefix("http://").split(":")
    head = (
        f"POST /api/v1/transfers/{_TRANSFER}/receipts HTTP/1.1\r\nHost: {host}\r\n"
        f"Authorization: {recipient['Authorization']}\r\nContent-Type: application/pkcs7-mime\r\n"
    )
    # What a proxy that ends the body elsewhere would take for another's request.
    hidden = f"GET /api/v1/health/live HTTP/1.1\r\nHost: {host}\r\n\r\n"
    answers = []
    for fields, body in _UNCERTAIN:
        with socket.create_connection((host, int(port)), timeout=_SECONDS) as caller:
            caller.sendall(f"{head}{fields}\r\n\r\n{body}{hidden}".encode())
            caller.shutdown(socket.SHUT_WR)
            answers.append(b"".join(iter(lambda: caller.recv(1 << 16), b"")))

    assert [one.split(b" ", 2)[1] for one in answers] == [b"400"] * len(_UNCERTAIN)
    assert [one for one in answers if one.count(b"HTTP/1.1 ") != 1 or b'"ok"' in one] == []
    written = [*answers, serving.log.read_bytes()]
    assert [one for one in written if recipient["Authorization"].encode() in one] == []


@pytest.mark.parametrize(
    "words", [("--bind", "0.0.0.0:8062"), ("--bind", "[::]:8062"), ("--bind", "un-nom:8062")]
)
def test_an_address_that_others_reach_asks_for_tls_or_a_proxy(
    sent: Situation, words: tuple[str, ...]
) -> None:
    answer = sent.departement.run("serve", *words)

    assert answer.exit_code == 3
    assert "passeraient en clair" in answer.complaint


def test_a_certificate_without_its_key_is_refused(sent: Situation) -> None:
    answer = sent.departement.run("serve", "--certificate", sent.departement.seal_certificate)

    assert answer.exit_code == 3
    assert "avec sa clé" in answer.complaint


def test_every_answer_is_a_line_of_the_log_with_nothing_that_its_caller_sent(
    serving: HttpService, recipient: dict[str, str]
) -> None:
    account, token_id = f"{DGEFP}-recipient", recipient["Authorization"].split("_")[1]

    read = requests.get(serving.at("/transfers?limit=1"), headers=recipient, timeout=_SECONDS)
    denied = requests.get(serving.at("/evidence/events"), headers=recipient, timeout=_SECONDS)
    absent = requests.get(serving.at("/Dupont?nom=Dupont"), headers=recipient, timeout=_SECONDS)

    log = serving.log.read_text("utf-8")
    whose = f"account={account} credential={token_id}"
    assert [line.split(" ", 2)[2] for line in log.splitlines() if "status=" in line][-3:] == [
        f"answered request_id={read.headers['Request-Id']} route=transfers.list_transfers "
        f"method=GET status=200 {whose}",
        f"answered request_id={denied.headers['Request-Id']} route=evidence.list_events "
        f"method=GET status=403 {whose}",
        f"answered request_id={absent.headers['Request-Id']} route=- method=GET status=404",
    ]
    assert "Dupont" not in log
    assert recipient["Authorization"] not in log
