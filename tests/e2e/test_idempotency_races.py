"""One key in real processes: two requests at the same moment, and a worker killed midway."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

import pytest
import requests

from tests.fakes.home_database import ask
from tests.fakes.http_service import HttpService
from tests.fakes.local_exports import write_clean_export
from tests.fakes.operator import Operator
from tests.fakes.served_processes import kill_workers
from tests.fakes.situation import Situation

_KEY: Final = {"Idempotency-Key": "0b1f6d0e-6f0c-4b61-9f9e-8f1a3a2f5c11"}
_ATTESTED: Final = {"attest": "true"}
_SECONDS: Final = 30


def test_of_two_at_the_same_moment_one_loads(
    serving: HttpService, system: dict[str, str], operator: Operator, tmp_path: Path
) -> None:
    source = tmp_path / "export.csv"
    write_clean_export(source, 3000)
    before = len(operator.events("import.done"))
    load = partial(serving.load, system | _KEY, source.read_bytes(), _ATTESTED)

    with ThreadPoolExecutor(2) as both:
        answers = [one.result() for one in [both.submit(load), both.submit(load)]]
    again = load()

    assert sorted(one.status_code for one in answers) in ([201, 201], [201, 409])
    assert again.status_code == 201
    assert again.headers["Idempotency-Replayed"] == "true"
    assert {one.content for one in answers if one.status_code == 201} == {again.content}
    assert len(operator.events("import.done")) == before + 1


@pytest.mark.long
def test_a_worker_killed_midway_has_loaded_nothing_and_the_next_request_loads_once(
    serving: HttpService,
    system: dict[str, str],
    operator: Operator,
    fresh: Situation,
    tmp_path: Path,
) -> None:
    source = tmp_path / "export.csv"
    write_clean_export(source, 12_000)
    before = len(operator.events("import.done"))
    load = partial(serving.load, system | _KEY, source.read_bytes(), _ATTESTED)

    with ThreadPoolExecutor(1) as alone:
        killed = alone.submit(load)
        _wait_until_begun(fresh)
        kill_workers(serving)
        with pytest.raises(requests.ConnectionError):
            killed.result()
    assert len(operator.events("import.done")) == before
    retried = _once_served(load)

    assert retried.status_code == 201
    assert "Idempotency-Replayed" not in retried.headers
    assert load().content == retried.content
    assert len(operator.events("import.done")) == before + 1


def _wait_until_begun(situation: Situation) -> None:
    begun = "SELECT count(*) FROM evidence_event WHERE kind = 'import.begun'"
    home = situation.departement.home
    before = ask(home, begun)
    given_up_at = time.monotonic() + _SECONDS
    while ask(home, begun) == before:
        assert time.monotonic() < given_up_at
        time.sleep(0.02)


def _once_served(load: "partial[requests.Response]") -> requests.Response:
    """Ask again until somebody answers: the workers are being replaced."""
    given_up_at = time.monotonic() + _SECONDS
    while True:
        try:
            return load()
        except requests.ConnectionError:
            assert time.monotonic() < given_up_at
            time.sleep(0.1)
