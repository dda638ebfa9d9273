"""The service behind a real nginx, with the file of the documentation: what passes, and how."""

import grp
import json
import os
import re
import socket
import ssl
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from http import HTTPStatus
from http.client import HTTPResponse
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask

from exchange.accounts import Role
from exchange.web.answers.problem import ProblemSchema
from exchange.web.routes import imports
from tests.fakes.callers import Callers, callers_at
from tests.fakes.http_service import CSV, IMPORTS
from tests.fakes.nginx_proxy import (
    CONFIGURATION,
    Proxied,
    documented_options,
    nginx_proxy,
    proxied_service,
)
from tests.fakes.situation import DGEFP, Situation

_SECONDS = 30
_PACKAGE = f"/transfers/spie-62_enquete-1_{DGEFP}_r1/package"
_HSTS = ["max-age=63072000; includeSubDomains"]
_THREADS = 16
_BEFORE_THE_PROXY_GIVES_THEM_UP_SECONDS = 15
# Root may give a file to a group it is not in; anybody else, to one of its own.
_GROUP = grp.getgrnam("daemon") if os.geteuid() == 0 else grp.getgrgid(os.getgroups()[-1])


@pytest.fixture(name="home", scope="module")
def _home(published: Situation, tmp_path_factory: pytest.TempPathFactory) -> Situation:
    """A home that has sent, of the tests of this file."""
    return published.copied_to(tmp_path_factory.mktemp("proxied"))


@pytest.fixture(name="proxied", scope="module")
def _proxied(home: Situation) -> Iterator[Proxied]:
    with proxied_service(home.departement, *documented_options(_GROUP.gr_name)) as service:
        yield service


@pytest.fixture(name="callers", scope="module")
def _callers(home: Situation) -> Callers:
    return callers_at(home.departement)


def test_what_the_proxy_takes_is_what_the_service_takes(application: Flask) -> None:
    text = CONFIGURATION.read_text("utf-8")
    usual, loading = re.findall(r"^ *client_max_body_size (\d+)m;", text, re.MULTILINE)
    (pattern,) = re.findall(r"^ *location ~ (\S+) \{", text, re.MULTILINE)
    rules = [rule.rule for rule in application.url_map.iter_rules()]

    larger = {rule for rule in rules if re.search(pattern, rule)}

    assert int(usual) << 20 == application.config["MAX_CONTENT_LENGTH"]
    assert int(loading) << 20 == imports.LARGEST_FILE_BYTES
    assert larger == {"/api/v1/agreements/<id:agreement_id>/imports"}


def test_a_package_is_fetched_whole_and_resumed_through_the_proxy(
    proxied: Proxied, callers: Callers, home: Situation
) -> None:
    recipient = callers.headers(Role.RECIPIENT)

    with proxied.get(_PACKAGE, headers=recipient, stream=True) as cut:
        begun = next(cut.iter_content(1000))
    rest = {"Range": f"bytes={len(begun)}-", "If-Range": cut.headers["ETag"]}
    resumed = proxied.get(_PACKAGE, headers=recipient | rest)

    assert (cut.status_code, resumed.status_code) == (200, 206)
    assert begun + resumed.content == home.package(DGEFP).read_bytes()
    assert resumed.headers["Repr-Digest"] == cut.headers["Repr-Digest"]
    assert resumed.raw.headers.getlist("Strict-Transport-Security") == _HSTS


@pytest.mark.long
@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/evidence/checkpoint", 17 << 20, 413, "trop-grand"),
        (IMPORTS, 257 << 20, 413, "trop-grand"),
        ("/%zz", 0, 400, "demande-invalide"),
        (f"/{'a' * 9000}", 0, 400, "demande-invalide"),
    ],
)
def test_what_the_proxy_refuses_is_a_problem_like_those_of_the_service(
    proxied: Proxied, path: str, body: int, status: int, code: str
) -> None:
    head = f"POST /api/v1{path} HTTP/1.1\r\nHost: spie\r\nContent-Length: {body}\r\n\r\n"

    with _connected(proxied) as caller:
        caller.sendall(head.encode())
        with HTTPResponse(caller) as answer:
            answer.begin()
            problem = json.load(answer)

    assert (answer.status, problem["status"]) == (status, status)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert problem["type"] == f"/problemes/{code}"
    assert ProblemSchema().validate(problem) == {}
    assert answer.headers.get_all("Strict-Transport-Security") == _HSTS


def test_without_the_service_the_proxy_says_when_to_come_back() -> None:
    with nginx_proxy() as proxied:
        answer = proxied.get("/health/live")

    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.json()["type"] == "/problemes/plus-tard"
    assert answer.headers["Retry-After"] == "5"
    assert answer.raw.headers.getlist("Strict-Transport-Security") == _HSTS


def test_slow_callers_wait_in_the_proxy_and_others_are_served(
    proxied: Proxied, callers: Callers, home: Situation
) -> None:
    system = callers.headers(Role.LOCAL_SYSTEM) | CSV
    body = home.source.read_bytes()
    head = "".join(f"{name}: {value}\r\n" for name, value in system.items())
    slow = (
        f"POST /api/v1{IMPORTS}?attest=true HTTP/1.1\r\nHost: spie\r\n{head}"
        f"Content-Length: {len(body) + 1}\r\n\r\n"
    )

    with ExitStack() as waiting:
        for _ in range(_THREADS + 3):
            caller = waiting.enter_context(_connected(proxied))
            caller.sendall(slow.encode() + body[:1000])
        served = requests.post(
            proxied.outside.at(IMPORTS),
            body,
            headers=system,
            params={"attest": "true"},
            verify=str(proxied.outside.authority),
            timeout=_BEFORE_THE_PROXY_GIVES_THEM_UP_SECONDS,
        )

    assert served.status_code == 201, served.text
    assert served.json()["people"]["unchanged"] == 200


def test_the_socket_is_its_owner_s_and_one_group_s(proxied: Proxied) -> None:
    found = proxied.socket.stat()

    assert stat.S_IMODE(found.st_mode) == 0o660
    assert (found.st_uid, found.st_gid) == (os.geteuid(), _GROUP.gr_gid)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--bind", "unix:/nulle/part/http.sock"), 78, "le dossier /nulle/part n'existe pas"),
        (("--bind", "unix:/etc/hostname"), 78, "n'est pas une prise locale"),
        (("--bind", f"unix:/tmp/{'a' * 120}"), 78, "107 octets"),
        (("--bind", "unix:/tmp/a.sock", "--socket-group", "nul"), 78, "pas de groupe nul"),
        (("--bind", "127.0.0.1"), 3, "l'adresse où écouter ne se lit pas"),
        (("--bind", "fd://3"), 3, "passeraient en clair"),
        (("--bind", "192.0.2.1:8062", "--behind-proxy"), 78, "n'a pas cette adresse"),
        (("--socket-group", "daemon"), 3, "vont avec une prise locale"),
        (("--client-certificates",), 3, "vont avec une prise locale"),
        (("--bind", "0.0.0.0:1", "--behind-proxy", "--client-certificates"), 3, "sur un port"),
    ],
)
def test_a_socket_that_cannot_be_is_refused_with_the_way_out(
    published: Situation, words: tuple[str, ...], code: int, said: str
) -> None:
    answer = published.departement.run("serve", *words)

    assert answer.exit_code == code
    assert said in answer.complaint
    assert "conseil :" in answer.complaint


def test_a_socket_or_a_port_where_somebody_answers_is_left_to_them(
    proxied: Proxied, published: Situation
) -> None:
    taken = [f"unix:{proxied.socket}", urlsplit(proxied.outside.url).netloc]

    answers = [published.departement.run("serve", "--bind", address) for address in taken]

    assert [answer.exit_code for answer in answers] == [78, 78]
    assert all("un autre service y répond déjà" in answer.complaint for answer in answers)
    assert proxied.get("/health/live").status_code == 200


def _connected(proxied: Proxied) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=str(proxied.outside.authority))
    address = urlsplit(proxied.outside.url)
    plain = socket.create_connection((str(address.hostname), address.port), _SECONDS)
    return context.wrap_socket(plain, server_hostname=address.hostname)
