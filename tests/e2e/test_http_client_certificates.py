"""Who a client certificate says is calling: through the proxy, and by nobody else's word."""

import json
import stat
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from exchange.accounts import Role
from tests.fakes.callers import bearer, token_at
from tests.fakes.client_certificate import ClientCertificate, client_certificate
from tests.fakes.command_here import CommandHere
from tests.fakes.http_service import HttpService, http_service
from tests.fakes.nginx_proxy import Proxied, proxied_service
from tests.fakes.operator import Operator
from tests.fakes.situation import DGEFP, Situation

_SECONDS = 30
_EXAMINED_AGAIN_SECONDS = 1.2
_ACCOUNT = f"{DGEFP}-recipient"
_BEFORE_TODAY = datetime(2023, 6, 1, tzinfo=UTC)
_FORWARDED = {
    "Forwarded": "for=10.0.0.1;proto=https;host=ailleurs.example",
    "X-Forwarded-For": "10.0.0.1",
    "X-Forwarded-Host": "ailleurs.example",
    "X-Forwarded-Prefix": "/ailleurs",
    "X-Forwarded-Proto": "https",
    "X-Real-IP": "10.0.0.1",
    "SCRIPT_NAME": "/api",
    "PATH_INFO": "/api/v1/health/live",
}


@pytest.fixture(name="home", scope="module")
def _home(published: Situation, tmp_path_factory: pytest.TempPathFactory) -> Situation:
    """A home that has sent, of the tests of this file."""
    return published.copied_to(tmp_path_factory.mktemp("certified"))


@pytest.fixture(name="proxied", scope="module")
def _proxied(home: Situation) -> Iterator[Proxied]:
    with proxied_service(home.departement, "--client-certificates") as service:
        yield service


@pytest.fixture(name="recipient", scope="module")
def _recipient(home: Situation) -> dict[str, str]:
    return bearer(token_at(home.departement, Role.RECIPIENT))


@pytest.fixture(name="machine")
def _machine(home: Situation, recipient: dict[str, str], tmp_path: Path) -> ClientCertificate:
    """A client certificate of the account that ``recipient`` is a token of."""
    assert recipient
    machine = client_certificate(tmp_path)
    _trust(home, machine)
    return machine


@pytest.fixture(name="log")
def _log(home: Situation, command: CommandHere) -> "_Log":
    return _Log(Operator(command, home))


class _Log:
    """What the log says from the beginning of a test on."""

    def __init__(self, operator: Operator) -> None:
        self._operator = operator
        self._before = len(operator.events("caller.denied"))

    def denials(self) -> list[str]:
        denied = self._operator.events("caller.denied")[self._before :]
        return [event["details"]["denial"] for event in denied]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return self._operator.events(kind)


def test_a_certificate_proves_its_account_until_it_is_revoked(
    proxied: Proxied, machine: ClientCertificate, home: Situation, log: _Log
) -> None:
    package = f"/transfers/spie-62_enquete-1_{DGEFP}_r1/package"

    fetched = proxied.get(package, machine)
    home.departement.do("token", "revoke", _last_trusted(home)["credential_id"])
    after = proxied.get(package, machine)

    assert fetched.content == home.package(DGEFP).read_bytes()
    assert [event["actor"] for event in log.of("package.fetched")] == [f"{_ACCOUNT}@api"]
    assert after.status_code == 401
    assert after.json()["detail"] == "ce justificatif a été révoqué"
    assert log.denials() == ["revoked"]


def test_a_certificate_of_nobody_is_denied_and_so_is_the_token_beside_it(
    proxied: Proxied,
    recipient: dict[str, str],
    machine: ClientCertificate,
    log: _Log,
    tmp_path: Path,
) -> None:
    unknown = client_certificate(tmp_path, "inconnue")

    alone = proxied.get("/transfers", unknown)
    beside = proxied.get("/transfers", unknown, recipient)
    both = proxied.get("/transfers", machine, recipient)

    assert (alone.status_code, beside.status_code, both.status_code) == (401, 401, 200)
    assert alone.json()["detail"] == "ce justificatif ne prouve rien"
    assert log.denials() == ["unknown", "unknown"]


def test_a_token_and_a_certificate_of_two_accounts_are_denied(
    proxied: Proxied, machine: ClientCertificate, home: Situation, log: _Log
) -> None:
    auditor = bearer(token_at(home.departement, Role.AUDITOR))

    answer = proxied.get("/transfers", machine, auditor)

    assert answer.status_code == 401
    assert "pas du même compte" in answer.json()["detail"]
    assert log.denials() == ["of-two-accounts"]


@pytest.mark.long
def test_that_a_certificate_is_over_is_said_by_the_service_and_in_the_log(
    sent: Situation, command: CommandHere, tmp_path: Path
) -> None:
    # The proxy lives today, when it is over; the home lives in January 2023, when it is not.
    over = client_certificate(tmp_path, "finie", _BEFORE_TODAY)
    recipient = bearer(token_at(sent.departement, Role.RECIPIENT))
    _trust(sent, over)

    with proxied_service(sent.departement, "--client-certificates") as proxied:
        before = proxied.get("/transfers", over, recipient)
        sent.departement.do("clock", "set", "2023-06-01T02:00")
        time.sleep(_EXAMINED_AGAIN_SECONDS)
        after = proxied.get("/transfers", over)

    (denial,) = Operator(command, sent).events("caller.denied")
    assert before.status_code == 200
    assert after.status_code == 401
    assert after.json()["detail"] == "ce justificatif a expiré"
    assert denial["details"]["denial"] == "expired"


def test_the_proxy_writes_over_a_certificate_that_is_only_claimed(
    proxied: Proxied, machine: ClientCertificate, tmp_path: Path, log: _Log
) -> None:
    unknown = client_certificate(tmp_path, "inconnue")
    claimed = [machine.header, {"X_Client_Certificate": machine.header["X-Client-Certificate"]}]

    without = [proxied.get("/transfers", headers=claim) for claim in claimed]
    beside = proxied.get("/transfers", unknown, machine.header)

    assert [answer.status_code for answer in (*without, beside)] == [401, 401, 401]
    assert log.denials() == ["nothing-shown", "nothing-shown", "unknown"]


@pytest.mark.long
def test_no_header_is_believed_over_a_port(
    home: Situation, recipient: dict[str, str], machine: ClientCertificate
) -> None:
    with http_service(home.departement) as service:
        claimed = _get(service, "/transfers", machine.header)
        honest = _get(service, "/transfers", recipient)
        forwarded = _get(service, "/transfers", recipient | machine.header | _FORWARDED)

    assert claimed.status_code == 401
    assert (forwarded.status_code, forwarded.json()) == (200, honest.json())


@pytest.mark.long
def test_a_certificate_is_believed_only_where_that_was_declared(
    home: Situation, machine: ClientCertificate
) -> None:
    with proxied_service(home.departement) as proxied:
        answer = proxied.get("/transfers", machine)
        rights = stat.S_IMODE(proxied.socket.stat().st_mode)

    assert answer.status_code == 401
    assert answer.json()["detail"] == "aucun justificatif n'est présenté"
    assert rights & 0o077 == 0


def test_a_certificate_that_is_trusted_is_shown_by_its_digest(
    home: Situation, machine: ClientCertificate, log: _Log
) -> None:
    *_, issued = [event["details"] for event in log.of("credential.issued")]
    files = [path for path in home.departement.folder.rglob("*") if path.is_file()]

    assert issued["certificate"] == _last_trusted(home)["certificate"] == machine.digest
    assert issued["credential"] == _last_trusted(home)["credential_id"]
    assert [path for path in files if b"CN=machine" in path.read_bytes()] == []


def _get(service: HttpService, path: str, headers: dict[str, str]) -> requests.Response:
    return requests.get(service.at(path), headers=headers, timeout=_SECONDS)


def _trust(home: Situation, certificate: ClientCertificate) -> None:
    end = ("--expires-on", "2023-12-31")
    home.departement.do("account", "trust-certificate", _ACCOUNT, certificate.certificate, *end)


def _last_trusted(home: Situation) -> dict[str, str]:
    shown = json.loads(home.departement.do("account", "show", _ACCOUNT, "--json"))
    *_, last = [one for one in shown["credentials"] if one["kind"] == "certificate"]
    return dict(last)
