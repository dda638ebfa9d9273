"""The certificates of destructions over HTTP: those of the command, byte for byte."""

import base64
import hashlib
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from exchange.accounts import Role
from tests.fakes.callers import bearer, token_at
from tests.fakes.home_database import ask
from tests.fakes.situation import AGREEMENT, Situation

_ADDRESS = "/api/v1/certificates"


@pytest.fixture(name="dpo")
def _dpo(sent: Situation) -> dict[str, str]:
    """Who reads, on the day after everything was destroyed."""
    sent.departement.do("clock", "set", "2023-09-30T10:00")
    sent.departement.do("purge", "--for-real")
    return bearer(token_at(sent.departement, Role.DPO))


def test_a_certificate_is_listed_shown_fetched_and_verified(
    client: FlaskClient, dpo: dict[str, str], sent: Situation, tmp_path: Path
) -> None:
    (listed,) = client.get(_ADDRESS, headers=dpo).get_json()["items"]
    address = f"{_ADDRESS}/{listed['certificate_id']}"
    shown = client.get(address, headers=dpo).get_json()
    with client.get(f"{address}/document", headers=dpo) as whole:
        document, digest = whole.data, whole.headers["Repr-Digest"]

    (kept,) = (sent.departement.home / "certificates").glob("*.p7m")
    fetched = tmp_path / "certificat.p7m"
    fetched.write_bytes(document)
    seal = sent.departement.seal_certificate
    assert shown == listed
    assert (listed["agreement_id"], listed["people"]) == (AGREEMENT, 200)
    assert document == kept.read_bytes()
    assert listed["document_digest"] == hashlib.sha256(document).hexdigest()
    assert digest == f"sha-256=:{base64.b64encode(hashlib.sha256(document).digest()).decode()}:"
    assert kept.name in whole.headers["Content-Disposition"]
    sent.departement.do("certificate", "verify", fetched, "--sender-cert", seal)


def test_a_certificate_is_fetched_from_where_it_was_cut_though_its_file_is_lost(
    client: FlaskClient, dpo: dict[str, str], sent: Situation
) -> None:
    (kept,) = (sent.departement.home / "certificates").glob("*.p7m")
    document = kept.read_bytes()
    kept.unlink()
    (listed,) = client.get(_ADDRESS, headers=dpo).get_json()["items"]
    address = f"{_ADDRESS}/{listed['certificate_id']}/document"

    with client.get(address, headers=dpo | {"Range": "bytes=1000-"}) as rest:
        resumed = rest.data
    with client.get(address, headers=dpo | {"Range": "bytes=9999999-"}) as beyond:
        problem = beyond.get_json()
    with client.get(address, headers=dpo | {"If-None-Match": rest.headers["ETag"]}) as same:
        unchanged = same.status_code

    assert (rest.status_code, resumed) == (206, document[1000:])
    assert (beyond.status_code, problem["type"]) == (416, "/problemes/plage-impossible")
    assert unchanged == 304


def test_a_certificate_is_read_as_its_file_says_it(
    client: FlaskClient, dpo: dict[str, str], sent: Situation
) -> None:
    (kept,) = (sent.departement.home / "certificates").glob("*.txt")
    (listed,) = client.get(_ADDRESS, headers=dpo).get_json()["items"]

    read = client.get(f"{_ADDRESS}/{listed['certificate_id']}/text", headers=dpo)

    assert read.content_type == "text/plain; charset=utf-8"
    assert read.data == kept.read_bytes()


def test_a_certificate_that_was_altered_in_the_base_is_no_fault_of_who_reads(
    client: FlaskClient, dpo: dict[str, str], sent: Situation
) -> None:
    (listed,) = client.get(_ADDRESS, headers=dpo).get_json()["items"]
    ask(sent.departement.home, "UPDATE purge SET certificate = :nothing", nothing=b"0")

    read = client.get(f"{_ADDRESS}/{listed['certificate_id']}/text", headers=dpo)

    assert (read.status_code, read.get_json()["type"]) == (503, "/problemes/a-examiner")


def test_a_certificate_that_is_none_is_not_there(client: FlaskClient, sent: Situation) -> None:
    auditor = bearer(token_at(sent.departement, Role.AUDITOR))

    listed = client.get(_ADDRESS, headers=auditor).get_json()
    addresses = [f"{_ADDRESS}/jamais{more}" for more in ("", "/document", "/text")]
    answers = [client.get(address, headers=auditor) for address in addresses]

    assert listed == {"items": [], "next": None}
    assert [answer.status_code for answer in answers] == [404] * 3
