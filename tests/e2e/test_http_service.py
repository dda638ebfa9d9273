"""The service over HTTP, in real processes: who fetches what, and what is refused."""

import base64
import hashlib
import time
from collections.abc import Iterator

import pytest
import requests

from exchange.accounts import Role
from tests.fakes.callers import bearer, token_at
from tests.fakes.command_here import CommandHere
from tests.fakes.home_database import ask
from tests.fakes.http_service import HttpService, http_service
from tests.fakes.operator import Operator
from tests.fakes.situation import DGEFP, PROVIDER, Situation

_SECONDS = 30
_EXAMINED_AGAIN_SECONDS = 1.2
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


def test_every_fetch_is_in_the_evidence_with_the_account_and_the_request(
    serving: HttpService, recipient: dict[str, str], sent: Situation, command: CommandHere
) -> None:
    address = serving.at(f"/transfers/{_TRANSFER}/package")

    whole = requests.get(address, headers=recipient, timeout=_SECONDS)
    unchanged = requests.get(
        address, headers=recipient | {"If-None-Match": whole.headers["ETag"]}, timeout=_SECONDS
    )
    fetched = Operator(command, sent).events("package.fetched")

    assert unchanged.status_code == 304
    assert [(one["actor"], one["subject"]) for one in fetched] == [
        (f"{DGEFP}-recipient@api", _TRANSFER)
    ]
    assert fetched[0]["details"]["size"] == len(whole.content)


def test_what_is_addressed_to_another_recipient_is_as_if_it_were_not_there(
    serving: HttpService, sent: Situation
) -> None:
    other = bearer(token_at(sent.departement, Role.RECIPIENT, PROVIDER))

    listed = requests.get(serving.at("/transfers"), headers=other, timeout=_SECONDS)
    theirs = requests.get(serving.at(f"/transfers/{_TRANSFER}"), headers=other, timeout=_SECONDS)
    absent = requests.get(serving.at("/transfers/none"), headers=other, timeout=_SECONDS)

    assert {one["recipient_id"] for one in listed.json()["items"]} == {PROVIDER}
    assert theirs.status_code == absent.status_code == 404
    assert theirs.json()["detail"] == absent.json()["detail"]


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


def test_the_log_that_an_auditor_reads_is_that_of_the_command(
    serving: HttpService, sent: Situation, command: CommandHere
) -> None:
    auditor = bearer(token_at(sent.departement, Role.AUDITOR))

    read = requests.get(serving.at("/evidence/events"), headers=auditor, timeout=_SECONDS).json()
    listed = Operator(command, sent).events("transfer.published")

    published = [one for one in read["items"] if one["kind"] == "transfer.published"]
    assert [one["leaf"] for one in published] == [one["leaf"] for one in listed]


def test_a_log_that_disagrees_stops_acts_and_keeps_no_auditor_out(sent: Situation) -> None:
    auditor = bearer(token_at(sent.departement, Role.AUDITOR))
    recipient = bearer(token_at(sent.departement, Role.RECIPIENT))

    with http_service(sent.departement) as serving:
        ask(sent.departement.home, "UPDATE evidence_node SET hash = x'00' WHERE level > 0")
        time.sleep(_EXAMINED_AGAIN_SECONDS)
        read = requests.get(serving.at("/evidence/events"), headers=auditor, timeout=_SECONDS)
        fetched = requests.get(serving.at("/transfers"), headers=recipient, timeout=_SECONDS)

    assert read.status_code == 200
    assert fetched.status_code == 503
    assert fetched.json()["type"] == "/problemes/a-examiner"


@pytest.mark.parametrize(
    "words", [("--bind", "0.0.0.0:8062"), ("--bind", "[::]:8062"), ("--bind", "un-nom:8062")]
)
def test_an_address_that_others_reach_asks_for_tls_or_a_proxy(
    sent: Situation, words: tuple[str, ...]
) -> None:
    answer = sent.departement.run("serve", *words)

    assert answer.exit_code == 3
    assert "passeraient en clair" in answer.complaint
