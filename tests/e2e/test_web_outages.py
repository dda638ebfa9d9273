"""What the service answers while something that it needs is missing."""

import tempfile
import time
from itertools import chain, repeat
from pathlib import Path
from typing import BinaryIO

import pytest
from flask.testing import FlaskClient

from exchange.accounts import Role
from tests.fakes.callers import bearer, token_at
from tests.fakes.http_service import CSV, IMPORTS
from tests.fakes.situation import Situation

_READY = "/api/v1/health/ready"
_EXAMINED_AGAIN_SECONDS = 1.1


@pytest.fixture(name="full_disk")
def _full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be room for the file that arrives, and for nothing after it."""
    room = tempfile.TemporaryFile()  # noqa: SIM115 - whoever takes it closes it
    files = chain([room], map(_open_full, repeat(Path("/dev/full"))))
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda: next(files))


@pytest.mark.usefixtures("full_disk")
def test_a_verdict_that_finds_no_room_says_that_the_file_is_loaded(
    client: FlaskClient, sent: Situation
) -> None:
    system = bearer(token_at(sent.departement, Role.LOCAL_SYSTEM)) | CSV

    answer = client.post(
        f"/api/v1{IMPORTS}?attest=true", data=sent.source.read_bytes(), headers=system
    )

    loads = client.get(f"/api/v1{IMPORTS}", headers=system).get_json()["items"]
    assert answer.status_code == 503
    assert answer.get_json()["type"] == "/problemes/fait-sans-reponse"
    assert "le fichier est chargé" in answer.get_json()["detail"]
    assert len(loads) == 2


@pytest.mark.usefixtures("full_disk")
def test_a_verdict_that_finds_no_room_says_that_nothing_is_loaded(
    client: FlaskClient, sent: Situation
) -> None:
    system = bearer(token_at(sent.departement, Role.LOCAL_SYSTEM)) | CSV

    answer = client.post(
        f"/api/v1{IMPORTS}?dry_run=true", data=sent.source.read_bytes(), headers=system
    )

    assert answer.status_code == 503
    assert answer.get_json()["type"] == "/problemes/a-reparer"


def test_a_home_that_does_not_open_is_tried_again_after_a_second(
    client: FlaskClient, sent: Situation
) -> None:
    keyring = sent.departement.home / "keyring.json"
    away = keyring.rename(keyring.with_name("ailleurs"))

    answers = [client.get(_READY)]
    away.rename(keyring)
    answers.append(client.get(_READY))
    time.sleep(_EXAMINED_AGAIN_SECONDS)
    answers.append(client.get(_READY))

    assert [one.status_code for one in answers] == [503, 503, 200]


def _open_full(device: Path) -> BinaryIO:
    return device.open("w+b")
